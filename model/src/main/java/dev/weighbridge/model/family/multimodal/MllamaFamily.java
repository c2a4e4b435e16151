package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Llama 3.2 Vision (arXiv:2407.21783, section 7): a tower over up to four tiles, read by gated cross-attention layers
/// between those of Llama.
final class MllamaFamily {
    /// The image token and seven reserved ones, which have an embedding but no logit.
    private static final long TOKENS_WITHOUT_LOGIT = 8;

    private static final double EPSILON = 1e-5;

    private MllamaFamily() {}

    static Family family() {
        return Family.named("mllama")
                .architecture(MllamaFamily::joined, "MllamaForConditionalGeneration")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model", text(config)),
                                Joined.head(config, false, "model.embed_tokens")),
                        "MllamaForCausalLM")
                .architecture(MllamaFamily::text, "MllamaTextModel")
                .architecture(MllamaFamily::vision, "MllamaVisionModel")
                .backbone(MllamaFamily::text, "mllama_text_model")
                .backbone(MllamaFamily::vision, "mllama_vision_model");
    }

    private static Block joined(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("vision_model", vision(vision)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Joined.projection(
                                "multi_modal_projector",
                                vision.size("vision_output_dim"),
                                text.size("hidden_size"),
                                true)),
                Sequence.tower(
                        Tower.TEXT,
                        "language_model",
                        Sequence.of("model", text(text)),
                        Joined.head(text, false, "model.embed_tokens")));
    }

    private static Sequence text(Config config) {
        List<Long> crossing = config.has("cross_attention_layers")
                ? config.integers("cross_attention_layers")
                : List.of(3L, 8L, 13L, 18L, 23L, 28L, 33L, 38L);
        Block own = TextModel.layer(config, Norm.Kind.RMS, attention(config).build(), feedForward(config));
        Block cross = crossLayer(config);
        return Sequence.of(
                "",
                Embedding.of(
                        "embed_tokens", config.size("vocab_size") + TOKENS_WITHOUT_LOGIT, config.size("hidden_size")),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> crossing.contains((long) index) ? cross : own),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    private static GroupedAttention attention(Config config) {
        return GroupedAttention.of(config)
                .rotary(Rotaries.of(config, GroupedAttention.heads(config).headDim()));
    }

    private static Block feedForward(Config config) {
        return FeedForwards.gated(
                "mlp", config.size("hidden_size"), config.size("intermediate_size"), config.text("hidden_act"), false);
    }

    /// Both branches pass `tanh` of a learned gate.
    private static Block crossLayer(Config config) {
        var heads = GroupedAttention.heads(config);
        double epsilon = TextModel.epsilon(config);
        return Sequence.of(
                "",
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        GroupedAttention.of(config)
                                .named("cross_attn")
                                .span(Span.cross())
                                .with(Slot.QUERY_NORM, Norm.rms("q_norm", heads.headDim(), epsilon))
                                .with(Slot.KEY_NORM, Norm.rms("k_norm", heads.headDim(), epsilon))
                                .build(),
                        Table.of("cross_attn_attn_gate", 1)),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        feedForward(config),
                        Table.of("cross_attn_mlp_gate", 1)));
    }

    private static Sequence vision(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        long tiles = config.size("max_num_tiles");
        long positions = patches.count() + 1;
        long ratios = (config.has("supported_aspect_ratios")
                        ? config.items("supported_aspect_ratios").size()
                        : 8)
                + 1L;
        return Sequence.tower(
                Tower.VISION,
                "",
                patches.embedding("patch_embedding", width, false),
                tilePositions("pre_tile_positional_embedding", ratios, tiles * width),
                Table.of("class_embedding", width),
                Sequence.of(
                        "gated_positional_embedding",
                        Table.of("gate", 1),
                        Table.positions("embedding", positions, width),
                        Embedding.positions("tile_embedding", ratios, tiles * positions * width)),
                Norm.layer("layernorm_pre", width, EPSILON),
                Repeat.of("transformer.layers", config.count("num_hidden_layers"), visionLayer(config, width, false)),
                Norm.layer("layernorm_post", width, EPSILON),
                tilePositions("post_tile_positional_embedding", ratios, tiles * width),
                Repeat.of(
                        "global_transformer.layers",
                        config.count("num_global_layers"),
                        visionLayer(config, width, true)));
    }

    /// One row for each shape that the tiles may be laid out in, and one for padding.
    private static Block tilePositions(String name, long ratios, long width) {
        return Sequence.of(name, Embedding.positions("embedding", ratios, width), Table.of("gate", 1));
    }

    private static Block visionLayer(Config config, long width, boolean gated) {
        double epsilon = config.number("norm_eps");
        var attention = GroupedAttention.of(width, EncoderLayer.heads(config, width, config.count("attention_heads")))
                .span(Span.bidirectional())
                .build();
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        Norm first = Norm.layer("input_layernorm", width, epsilon);
        Norm second = Norm.layer("post_attention_layernorm", width, epsilon);
        return gated
                ? Sequence.of(
                        "",
                        Residual.of(first, attention, Table.of("gate_attn", 1)),
                        Residual.of(second, feedForward, Table.of("gate_ffn", 1)))
                : EncoderLayer.of(first, attention, second, feedForward);
    }
}
