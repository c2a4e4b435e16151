package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import dev.weighbridge.model.tensor.Shape;
import java.util.List;
import java.util.function.IntFunction;

/// T5Gemma (arXiv:2504.06225), two towers made of Gemma 2, and T5Gemma 2 (arXiv:2512.14856), two made of Gemma 3 with
/// one
/// table of words, an encoder that sees images, and a decoder whose one attention reads its own past and the encoder's
/// output through the same projections.
final class T5GemmaFamily {
    private T5GemmaFamily() {}

    static Family family() {
        return Family.named("t5gemma")
                .architecture(T5GemmaFamily::generating, "T5GemmaForConditionalGeneration")
                .architecture(T5GemmaFamily::model, "T5GemmaModel")
                .architecture(config -> Sequence.of("encoder", encoder(config)), "T5GemmaEncoderModel")
                .backbone(T5GemmaFamily::model, "t5gemma")
                .composite(T5GemmaFamily::generatingSecond, "T5Gemma2ForConditionalGeneration")
                .composite(T5GemmaFamily::second, "T5Gemma2Model")
                .compositeBackbone(T5GemmaFamily::second, "t5gemma2");
    }

    private static Block generating(Config config) {
        return headed(config, model(config), "model.decoder.embed_tokens");
    }

    private static Block headed(Config config, Block model, String embedding) {
        Config decoder = config.part("decoder");
        Head head = Head.of("out_proj", decoder.size("hidden_size"), decoder.size("vocab_size"))
                .capped(decoder.number("final_logit_softcapping", 0));
        Block last = config.flag("tie_word_embeddings", true) ? new Tied(head, embedding) : head;
        return Sequence.of("", Sequence.of("model", model), Sequence.of("lm_head", last));
    }

    private static Block model(Config config) {
        return Sequence.of(
                "", Sequence.tower(Tower.ENCODER, "encoder", encoder(config)), Sequence.of("decoder", decoder(config)));
    }

    private static Block encoder(Config whole) {
        Config config = whole.part("encoder");
        LayerTypes types = LayerTypes.mixers(config, 2);
        return tower(
                config,
                words(config),
                index -> Sequence.of(
                        "",
                        sandwiched(
                                config,
                                "self_attn",
                                bothWays(config, types.at(index)).rotary(config).build()),
                        feedForward(config)));
    }

    private static Block decoder(Config whole) {
        Config config = whole.part("decoder");
        LayerTypes types = LayerTypes.mixers(config, 2);
        long from =
                config.size("cross_attention_hidden_size", whole.part("encoder").size("hidden_size"));
        return tower(
                config,
                words(config),
                index -> Sequence.of(
                        "",
                        sandwiched(
                                config,
                                "self_attn",
                                attention(config, TextModel.span(config, types.at(index)))
                                        .rotary(config)
                                        .build()),
                        sandwiched(config, "cross_attn", cross(config, from)),
                        feedForward(config)));
    }

    private static Block cross(Config config, long from) {
        Heads heads = GroupedAttention.heads(config);
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("attention_bias");
        List<Part> parts = List.of(
                new Part(Slot.QUERY, Linear.of("q_proj", hidden, heads.queryWidth(), bias)),
                new Part(Slot.KEY, Linear.of("k_proj", from, heads.keyWidth(), bias)),
                new Part(Slot.VALUE, Linear.of("v_proj", from, heads.valueWidth(), bias)),
                new Part(Slot.OUTPUT, Linear.of("o_proj", heads.queryWidth(), hidden, bias)));
        return Attention.of("cross_attn", heads, Span.cross(), Rotary.NONE, parts)
                .scored(scale(config), config.number("attn_logit_softcapping", 0));
    }

    private static double scale(Config config) {
        return 1 / Math.sqrt(config.number("query_pre_attn_scalar", 256));
    }

    private static GroupedAttention attention(Config config, Span span) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .span(span)
                .scored(scale(config), config.number("attn_logit_softcapping", 0));
    }

    private static GroupedAttention bothWays(Config config, String type) {
        Span span = TextModel.span(config, type);
        return attention(
                config,
                span.kind() == Span.Kind.WINDOW
                        ? new Span(Span.Kind.BIDIRECTIONAL_WINDOW, span.size())
                        : Span.bidirectional());
    }

    private static Block words(Config config) {
        long hidden = config.size("hidden_size");
        return Embedding.of("embed_tokens", config.size("vocab_size"), hidden).scaled(Math.sqrt((double) hidden));
    }

    private static Block tower(Config config, Block words, IntFunction<Block> layer) {
        return Sequence.of(
                "", words, Repeat.of("layers", config.count("num_hidden_layers"), layer), norm(config, "norm"));
    }

    /// A mixer with norms before and after, named for it.
    private static Block sandwiched(Config config, String name, Block mixer) {
        return Residual.of(
                norm(config, "pre_" + name + "_layernorm"), mixer, norm(config, "post_" + name + "_layernorm"));
    }

    private static Block feedForward(Config config) {
        return Residual.of(
                norm(config, "pre_feedforward_layernorm"),
                FeedForwards.gated(
                        "mlp",
                        config.size("hidden_size"),
                        config.size("intermediate_size"),
                        config.text("hidden_activation"),
                        false),
                norm(config, "post_feedforward_layernorm"));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.RMS_OFFSET, name);
    }

    private static Block generatingSecond(Config config, Families families) {
        return headed(config, second(config, families), "model.encoder.embed_tokens");
    }

    private static Block second(Config config, Families families) {
        Config encoder = config.part("encoder");
        Config text = encoder.part("text_config");
        Config vision = encoder.part("vision_config");
        Config decoder = config.part("decoder");
        boolean tied = config.flag("tie_word_embeddings", true);
        Block words = markedWords(decoder);
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.ENCODER,
                        "encoder",
                        Sequence.tower(Tower.VISION, "vision_tower", families.backbone(vision)),
                        projector(vision, text),
                        secondTower(text, markedWords(text), true)),
                Sequence.of("decoder", secondTower(decoder, tied ? tiedWords(decoder) : words, false)));
    }

    private static Block projector(Config vision, Config text) {
        long seen = vision.size("hidden_size");
        return Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Norm.rmsOffset("mm_soft_emb_norm", seen, vision.number("layer_norm_eps", 1e-6)),
                Linear.of("mm_input_projection_weight", seen, text.size("hidden_size"))
                        .storedInputFirst()
                        .named(ParameterStyle.BARE)
                        .as(Role.PROJECTION));
    }

    /// The words, and the row of the token that ends an image.
    private static Block markedWords(Config config) {
        return Sequence.of("", words(config), end(config));
    }

    private static Table end(Config config) {
        return new Table("embed_tokens.eoi_embedding", Shape.of(config.size("hidden_size")), Role.EMBEDDING);
    }

    private static Block tiedWords(Config config) {
        return Sequence.of(
                "",
                new Tied(words(config), "encoder.embed_tokens"),
                new Tied(end(config), "encoder.embed_tokens.eoi_embedding"));
    }

    private static Block secondTower(Config config, Block words, boolean bothWays) {
        LayerTypes types = LayerTypes.mixers(config, 6);
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        return tower(config, words, index -> {
            String type = types.at(index);
            GroupedAttention attention =
                    bothWays ? bothWays(config, type) : attention(config, TextModel.span(config, type));
            double theta = type.equals("full_attention") ? 1_000_000 : 10_000;
            Block mixer = attention
                    .rotary(Rotaries.of(config, headDim, type, theta, 1))
                    .with(Slot.QUERY_NORM, Norm.rmsOffset("q_norm", headDim, epsilon))
                    .with(Slot.KEY_NORM, Norm.rmsOffset("k_norm", headDim, epsilon))
                    .build();
            return Sequence.of("", sandwiched(config, "self_attn", mixer), feedForward(config));
        });
    }
}
