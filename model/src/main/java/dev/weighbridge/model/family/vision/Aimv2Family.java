package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;

/// AIMv2 (arXiv:2411.14402), and as Ovis 2 takes it in: Llama's norms and feed-forwards in a vision transformer.
final class Aimv2Family {
    private Aimv2Family() {}

    static Family family() {
        return Family.named("aimv2")
                .architecture(Aimv2Family::pair, "Aimv2Model")
                .architecture(Aimv2Family::vision, "Aimv2VisionModel")
                .architecture(Aimv2Family::text, "Aimv2TextModel")
                .backbone(Aimv2Family::pair, "aimv2")
                .backbone(Aimv2Family::vision, "aimv2_vision_model")
                .backbone(Aimv2Family::text, "aimv2_text_model")
                .backbone(Aimv2Family::ovis, "ovis2_vision");
    }

    private static Block pair(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("vision_model", vision(vision)),
                Sequence.of("text_model", text(text)),
                ClipFamily.projections(config, text, vision));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        List<Block> embeddings = new ArrayList<>(embeddings(config, "patch_embed"));
        if (!config.flag("is_native")) {
            embeddings.add(positions(config));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("embeddings", embeddings));
        blocks.addAll(layers(config, Span.bidirectional()));
        if (config.flag("use_head", true)) {
            blocks.add(pool(config, width));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static List<Block> embeddings(Config config, String patchName) {
        long width = config.size("hidden_size");
        return List.of(
                ImagePatches.of(config).embedding(patchName, width, true),
                Norm.rms("rms_norm", width, config.number("rms_norm_eps")));
    }

    private static Block positions(Config config) {
        return Embedding.positions("position_embedding", ImagePatches.of(config).count(), config.size("hidden_size"));
    }

    private static List<Block> layers(Config config, Span span) {
        long width = config.size("hidden_size");
        double epsilon = config.number("rms_norm_eps");
        boolean bias = config.flag("qkv_bias");
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named("attention")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(bias, bias)
                .span(span)
                .build();
        var feedForward = FeedForwards.gated(
                "ffn", width, config.size("intermediate_size"), config.text("hidden_act"), config.flag("mlp_bias"));
        Block layer = EncoderLayer.of(
                Norm.rms("rms_norm1", width, epsilon), attention, Norm.rms("rms_norm2", width, epsilon), feedForward);
        return List.of(
                Repeat.of("encoder.layers", config.count("num_hidden_layers"), layer),
                Norm.rms("rms_norm", width, epsilon));
    }

    /// A learned query attends to keys and values of all patches.
    private static Block pool(Config config, long width) {
        boolean bias = config.flag("qkv_bias");
        Heads heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        return Sequence.of(
                "head",
                EncoderLayer.token("cls_token", width),
                Attention.of(
                        "",
                        heads,
                        Span.cross(),
                        Rotary.NONE,
                        List.of(
                                new Part(Slot.KEY, Linear.of("k_proj", width, width, bias)),
                                new Part(Slot.VALUE, Linear.of("v_proj", width, width, bias)),
                                new Part(Slot.OUTPUT, Linear.of("output_proj", width, width, true)))));
    }

    private static Block text(Config config) {
        long width = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of(
                "embeddings",
                Embedding.of("token_embedding", config.size("vocab_size"), width),
                Embedding.positions("position_embedding", config.size("max_position_embeddings"), width)));
        blocks.addAll(layers(config, Span.causal()));
        return Sequence.of("", blocks);
    }

    /// Ovis 2's tower ends in scores over a visual vocabulary.
    private static Block ovis(Config config) {
        long width = config.size("hidden_size");
        long stride = config.size("hidden_stride");
        long visual = config.size("vocab_size") - config.size("num_visual_indicator_tokens");
        List<Block> embeddings = new ArrayList<>(embeddings(config, "patch_embedding"));
        embeddings.add(positions(config));
        List<Block> transformer = new ArrayList<>();
        transformer.add(Sequence.of("embeddings", embeddings));
        transformer.addAll(layers(config, Span.bidirectional()));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("transformer", transformer),
                Linear.of("head_linear", width * stride * stride, visual).as(Role.PROJECTION),
                Norm.layer("head_norm", visual, 1e-5));
    }
}
