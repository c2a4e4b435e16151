package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.List;

/// InternVL 1.5 to 3.5 as their publisher names them (arXiv:2404.16821): InternViT, whose patches join four to one,
/// before
/// the language model of `llm_config`.
final class InternVlChatFamily {
    private InternVlChatFamily() {}

    static Family family() {
        return Family.named("internvl-chat").composite(InternVlChatFamily::joined, "InternVLChatModel");
    }

    private static Block joined(Config config, Families families) {
        Config vision = config.part("vision_config");
        Config text = config.part("llm_config");
        long patches = Math.round(1 / Math.pow(config.number("downsample_ratio", 0.5), 2));
        long joined = Math.multiplyExact(vision.size("hidden_size", 1024), patches);
        long hidden = text.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.tower(Tower.VISION, "vision_model", vision(vision)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "mlp1",
                        Norm.layer("0", joined, 1e-5),
                        Linear.of("1", joined, hidden, true),
                        Linear.of("3", hidden, hidden, true)),
                Sequence.tower(Tower.TEXT, "language_model", families.whole(text)));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size", 1024);
        long patch = config.size("patch_size", 14);
        if (patch == 0) {
            throw config.malformed("patch_size", "must not be 0");
        }
        long side = config.size("image_size", 448) / patch;
        return Sequence.of(
                "",
                Table.of("embeddings.class_embedding", 1, 1, width),
                Convolution.plane("embeddings.patch_embedding", config.size("num_channels", 3), width, patch, true)
                        .strided(patch),
                Table.positions("embeddings.position_embedding", 1, side * side + 1, width),
                Repeat.of("encoder.layers", config.count("num_hidden_layers", 24), layer(config, width)));
    }

    private static Block layer(Config config, long width) {
        int headCount = config.count("num_attention_heads", 16);
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        double epsilon = config.number("layer_norm_eps", 1e-6);
        var attention = GroupedAttention.of(width, Heads.of(headCount, headCount, width / headCount))
                .named("attn")
                .projections("", "", "", "proj")
                .bias(config.flag("qkv_bias"), true)
                .span(Span.bidirectional());
        if (config.flag("qk_normalization")) {
            attention
                    .with(Slot.QUERY_NORM, Norm.rms("q_norm", width, epsilon))
                    .with(Slot.KEY_NORM, Norm.rms("k_norm", width, epsilon));
        }
        Block feedForward = FeedForwards.plain(
                "mlp",
                width,
                config.size("intermediate_size", 4 * width),
                config.text("hidden_act", "gelu"),
                true,
                "fc1",
                "fc2");
        boolean rms = config.text("norm_type", "layer_norm").equals("rms_norm");
        return Sequence.of(
                "",
                List.of(
                        Residual.of(
                                rms ? Norm.rms("norm1", width, epsilon) : Norm.layer("norm1", width, epsilon),
                                attention.buildFused("qkv"),
                                Table.of("ls1", width)),
                        Residual.of(
                                rms ? Norm.rms("norm2", width, epsilon) : Norm.layer("norm2", width, epsilon),
                                feedForward,
                                Table.of("ls2", width))));
    }
}
