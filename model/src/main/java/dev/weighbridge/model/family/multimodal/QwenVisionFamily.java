package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
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
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Qwen2-VL (arXiv:2409.12191), Qwen2.5-VL (arXiv:2502.13923), Qwen3-VL (arXiv:2511.21631) and Qwen3.5: towers over any
/// image size with rotary positions, whose patches are merged two by two.
final class QwenVisionFamily {
    private static final double EPSILON = 1e-6;

    private QwenVisionFamily() {}

    static Family family() {
        return Family.named("qwen-vision")
                .composite(
                        (config, families) -> older(config, families, second(config)),
                        "Qwen2VLForConditionalGeneration")
                .composite(
                        (config, families) -> older(config, families, secondAndHalf(config)),
                        "Qwen2_5_VLForConditionalGeneration")
                .composite(
                        QwenVisionFamily::newer,
                        "Qwen3VLForConditionalGeneration",
                        "Qwen3VLMoeForConditionalGeneration",
                        "Qwen3_5ForConditionalGeneration",
                        "Qwen3_5MoeForConditionalGeneration")
                .composite(
                        (config, families) -> Joined.nested(
                                config, families, config.flag("tie_word_embeddings"), secondAndHalf(config)),
                        "Exaone4_5_ForConditionalGeneration")
                .architecture(
                        QwenVisionFamily::third,
                        "Qwen3VLVisionModel",
                        "Qwen3VLMoeVisionModel",
                        "Qwen3_5VisionModel",
                        "Qwen3_5MoeVisionModel",
                        "Qwen4ExpVisionModel")
                .backbone(QwenVisionFamily::secondTower, "qwen2_vl_vision")
                .architecture(QwenVisionFamily::secondAndHalfTower, "Exaone4_5_VisionModel")
                .backbone(QwenVisionFamily::secondAndHalfTower, "qwen2_5_vl_vision", "exaone4_5_vision")
                .backbone(
                        QwenVisionFamily::third,
                        "qwen3_vl_vision",
                        "qwen3_vl_moe_vision",
                        "qwen3_5_vision",
                        "qwen3_5_moe_vision",
                        "qwen4_exp_vision");
    }

    private static Block second(Config config) {
        return Sequence.of("visual", secondTower(config.part("vision_config")));
    }

    private static Block secondAndHalf(Config config) {
        return Sequence.of("visual", secondAndHalfTower(config.part("vision_config")));
    }

    /// The language model is `model` itself, the tower stands beside it.
    private static Block older(Config config, Families families, Block visual) {
        Config text = Joined.text(config);
        boolean tied = config.flag("tie_word_embeddings") || text.flag("tie_word_embeddings");
        return Sequence.of(
                "",
                visual,
                Sequence.of("model", Joined.backbone(text, "_text", families)),
                Joined.head(text, tied, "model.embed_tokens"));
    }

    private static Block newer(Config config, Families families) {
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.of("visual", third(config.part("vision_config"))));
    }

    private static Block secondTower(Config config) {
        long width = config.size("embed_dim");
        long inner = (long) (width * config.number("mlp_ratio"));
        FeedForward feedForward =
                FeedForwards.plain("mlp", width, inner, config.text("hidden_act"), true, "fc1", "fc2");
        Block layer = EncoderLayer.of(
                Norm.layer("norm1", width, EPSILON),
                attention(config, width, Span.bidirectional()),
                Norm.layer("norm2", width, EPSILON),
                feedForward);
        return Sequence.tower(
                Tower.VISION,
                "",
                patches(config, width, false),
                Repeat.of("blocks", config.count("depth"), layer),
                merger(config, Norm.layer("ln_q", width, EPSILON), config.size("hidden_size")));
    }

    /// Qwen2.5-VL: all layers but those of `fullatt_block_indexes` attend within windows.
    private static Block secondAndHalfTower(Config config) {
        long width = config.size("hidden_size");
        FeedForward feedForward =
                FeedForwards.gated("mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true);
        List<Long> whole = config.integers("fullatt_block_indexes");
        long side = config.size("window_size") / Math.max(1, config.size("patch_size"));
        Span window = Span.bidirectionalChunk(side * side);
        IntFunction<Block> layer = index -> EncoderLayer.of(
                Norm.rms("norm1", width, EPSILON),
                attention(config, width, whole.contains((long) index) ? Span.bidirectional() : window),
                Norm.rms("norm2", width, EPSILON),
                feedForward);
        return Sequence.tower(
                Tower.VISION,
                "",
                patches(config, width, false),
                Repeat.of("blocks", config.count("depth"), layer),
                merger(config, Norm.rms("ln_q", width, EPSILON), config.size("out_hidden_size")));
    }

    /// Qwen3-VL and Qwen3.5; the former feeds layers of the tower into the first layers of the language model
    /// (DeepStack,
    /// arXiv:2406.04334), each through a merger of its own.
    static Block third(Config config) {
        long width = config.size("hidden_size");
        FeedForward feedForward = FeedForwards.plain(
                "mlp",
                width,
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "linear_fc1",
                "linear_fc2");
        Block layer = EncoderLayer.of(
                Norm.layer("norm1", width, EPSILON),
                attention(config, width, Span.bidirectional()),
                Norm.layer("norm2", width, EPSILON),
                feedForward);
        List<Block> blocks = new ArrayList<>();
        blocks.add(patches(config, width, true));
        blocks.add(Embedding.positions("pos_embed", config.size("num_position_embeddings"), width));
        blocks.add(Repeat.of("blocks", config.count("depth"), layer));
        blocks.add(fusedMerger(config, "merger", width));
        int deep = config.items("deepstack_visual_indexes").size();
        if (deep > 0) {
            blocks.add(Repeat.of("deepstack_merger_list", deep, fusedMerger(config, "", merged(config, width))));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Block patches(Config config, long width, boolean bias) {
        var patches = ImagePatches.of(
                config.with("num_channels", config.size("in_channels")).with("image_size", 0L));
        return patches.embedding("patch_embed.proj", config.size("temporal_patch_size"), width, bias);
    }

    private static Attention attention(Config config, long width, Span span) {
        var all = EncoderLayer.heads(config, width, config.count("num_heads"));
        var heads = Heads.of(all.headCount(), config.count("num_key_value_heads", all.headCount()), all.headDim());
        return GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "proj")
                .bias(true, true)
                .span(span)
                .rotary(Rotaries.axial(10_000, heads.headDim()))
                .buildFused("qkv");
    }

    private static long merged(Config config, long width) {
        long side = config.size("spatial_merge_size");
        return width * side * side;
    }

    private static Block merger(Config config, Norm norm, long out) {
        long merged = merged(config, norm.width());
        return Sequence.tower(
                Tower.PROJECTOR,
                "merger",
                norm,
                Joined.projection("mlp.0", merged, merged, true),
                Joined.projection("mlp.2", merged, out, true));
    }

    private static Block fusedMerger(Config config, String name, long normalized) {
        long merged = merged(config, config.size("hidden_size"));
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Norm.layer("norm", normalized, EPSILON),
                Joined.projection("linear_fc1", merged, merged, true),
                Joined.projection("linear_fc2", merged, config.size("out_hidden_size"), true));
    }
}
