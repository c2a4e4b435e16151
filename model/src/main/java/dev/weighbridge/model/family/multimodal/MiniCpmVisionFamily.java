package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;

/// MiniCPM-V 4.6 (arXiv:2408.01800): SigLIP's tower, in whose midst two by two patches attend to each other and are
/// merged.
final class MiniCpmVisionFamily {
    private MiniCpmVisionFamily() {}

    static Family family() {
        return Family.named("minicpm-vision")
                .composite(MiniCpmVisionFamily::joined, "MiniCPMV4_6ForConditionalGeneration")
                .architecture(MiniCpmVisionFamily::vision, "MiniCPMV4_6VisionModel")
                .backbone(MiniCpmVisionFamily::vision, "minicpmv4_6_vision");
    }

    private static Block joined(Config config, Families families) {
        Config vision = config.part("vision_config").with("insert_layer_id", (long) config.count("insert_layer_id"));
        long seen = vision.size("hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        int steps = config.count("merger_times");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.of("vision_tower", vision(vision)),
                Repeat.of("merger.mlp", steps, index -> merger(seen, index == steps - 1 ? hidden : seen)));
    }

    private static Block merger(long in, long out) {
        return Sequence.tower(
                Tower.PROJECTOR,
                "",
                Norm.layer("pre_norm", 4 * in, 1e-6),
                Joined.projector("", 4 * in, 4 * in, out, true));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        int layers = config.count("num_hidden_layers");
        int before = Math.min(layers, config.count("insert_layer_id") + 1);
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        Block layer = EncoderLayer.clip(config, Span.bidirectional());
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        patches.embedding("patch_embedding", width, true),
                        Embedding.positions("position_embedding", patches.count(), width)),
                Repeat.of("encoder.layers", before, layer),
                windowMerger(config, width, epsilon),
                Repeat.from("encoder.layers", before, layers - before, _ -> layer),
                Norm.layer("post_layernorm", width, epsilon));
    }

    private static Block windowMerger(Config config, long width, double epsilon) {
        long window = config.integers("window_kernel_size").stream().reduce(1L, Math::multiplyExact);
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(Span.bidirectionalChunk(window))
                .build();
        return Sequence.of(
                "vit_merger",
                Residual.of(Norm.layer("layer_norm1", width, epsilon), attention),
                Norm.layer("pre_norm", width * window, epsilon),
                FeedForwards.plain(
                        "",
                        "gelu_pytorch_tanh",
                        Linear.of("linear_1", width * window, config.size("intermediate_size") * window, true),
                        Linear.of("linear_2", config.size("intermediate_size") * window, width, true)));
    }
}
