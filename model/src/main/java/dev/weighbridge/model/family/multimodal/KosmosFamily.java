package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Kosmos-2 (arXiv:2306.14824) and Kosmos-2.5 (arXiv:2309.11419): a decoder with sub-layer norms (Magneto,
/// arXiv:2210.06423) that reads an image through learned queries; the tower is CLIP's, or Pix2Struct's.
final class KosmosFamily {
    private KosmosFamily() {}

    static Family family() {
        return Family.named("kosmos")
                .composite(
                        (config, families) ->
                                joined(config, Joined.vision(config, families, "vision_model.model"), true),
                        "Kosmos2ForConditionalGeneration")
                .composite(
                        (config, families) -> joined(config, Joined.vision(config, families, "vision_model"), false),
                        "Kosmos2_5ForConditionalGeneration")
                .backbone(KosmosFamily::flexibleVision, "kosmos_2_5_vision_model");
    }

    private static Block joined(Config config, Block vision, boolean second) {
        Config text = config.part("text_config");
        long width = text.size("embed_dim");
        boolean tied = text.flag("tie_word_embeddings", true) || (second && config.flag("tie_word_embeddings"));
        Head head = Head.of("lm_head", width, text.size("vocab_size"));
        return Sequence.of(
                "",
                vision,
                Sequence.tower(
                        Tower.PROJECTOR,
                        "image_to_text_projection",
                        Joined.projection("dense", config.part("vision_config").size("hidden_size"), width, true),
                        Table.of("latent_query", config.size("latent_query_num"), width),
                        layer(text).attention("x_attn", Span.cross())),
                Sequence.tower(
                        Tower.TEXT,
                        "text_model",
                        Sequence.of("model", text(text, second)),
                        TextModel.head(text.with("tie_word_embeddings", tied), head, "model.embed_tokens")));
    }

    private static BartLayer layer(Config config) {
        return BartLayer.of(
                config.size("embed_dim"),
                config.count("attention_heads"),
                config.size("ffn_dim"),
                config.text("activation_function"),
                true);
    }

    private static Block text(Config config, boolean second) {
        long width = config.size("embed_dim");
        double scale = config.flag("scale_embedding") ? Math.sqrt((double) width) : 1;
        List<Block> blocks = new ArrayList<>();
        blocks.add(
                Embedding.of("embed_tokens", config.size("vocab_size"), width).scaled(scale));
        if (!second) {
            blocks.add(Embedding.of("segment_emb", 2, width));
        }
        blocks.add(Repeat.of("layers", config.count("layers"), textLayer(config, second)));
        blocks.add(norm(config, "layer_norm", width));
        return Sequence.of("", blocks);
    }

    private static Norm norm(Config config, String name, long width) {
        return Norm.layer(name, width, config.number("layer_norm_eps"));
    }

    private static Block textLayer(Config config, boolean second) {
        long width = config.size("embed_dim");
        long inner = config.size("ffn_dim");
        var attention = layer(config).projections("self_attn", Span.causal());
        if (second) {
            attention.with(Slot.OUTPUT_NORM, norm(config, "inner_attn_ln", width));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(Residual.of(norm(config, "self_attn_layer_norm", width), attention.build()));
        if (second && config.flag("add_cross_attention")) {
            blocks.add(Residual.of(
                    norm(config, "encoder_attn_layer_norm", width),
                    layer(config).attention("encoder_attn", Span.cross())));
        }
        FeedForward plain =
                FeedForwards.plain("ffn", width, inner, config.text("activation_function"), true, "fc1", "fc2");
        List<Part> parts = new ArrayList<>(plain.parts());
        parts.add(new Part(Slot.INNER_NORM, norm(config, "ffn_layernorm", inner)));
        blocks.add(Residual.of(
                norm(config, "final_layer_norm", width),
                new FeedForward("ffn", width, inner, plain.activation(), false, parts)));
        return Sequence.of("", blocks);
    }

    /// Pix2Struct's encoder (arXiv:2210.03347): patches of any aspect ratio, with their row and column looked up.
    private static Block flexibleVision(Config config) {
        long width = config.size("hidden_size");
        long positions = config.size("max_num_patches");
        double epsilon = config.number("layer_norm_eps");
        int headCount = config.count("num_attention_heads");
        var attention = GroupedAttention.of(width, Heads.of(headCount, headCount, config.size("head_dim")))
                .named("attention")
                .projections("query", "key", "value", "output")
                .span(Span.bidirectional())
                .build();
        var feedForward = FeedForwards.gated(
                "mlp",
                width,
                config.size("intermediate_size"),
                config.text("dense_act_fn"),
                false,
                "wi_0",
                "wi_1",
                "wo");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        Linear.of("patch_projection", config.size("patch_embed_hidden_size"), width, true),
                        Embedding.positions("row_embedder", positions, width),
                        Embedding.positions("column_embedder", positions, width)),
                Repeat.of(
                        "encoder.layer",
                        config.count("num_hidden_layers"),
                        EncoderLayer.of(
                                Norm.rms("pre_attention_layer_norm", width, epsilon),
                                attention,
                                Norm.rms("pre_mlp_layer_norm", width, epsilon),
                                feedForward)),
                Norm.rms("layernorm", width, epsilon));
    }
}
