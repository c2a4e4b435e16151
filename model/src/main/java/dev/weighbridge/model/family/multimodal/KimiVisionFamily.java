package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.List;

/// Kimi K2.5: MoonViT (arXiv:2504.07491) before DeepSeek V3's architecture. Layers are named `blocks`, and the patch
/// embedding lies in `encoder`, as the reference implementation saves them.
final class KimiVisionFamily {
    private static final double EPSILON = 1e-5;

    private KimiVisionFamily() {}

    static Family family() {
        return Family.named("kimi-vision")
                .composite(
                        KimiVisionFamily::joined, "Kimi_K25ForConditionalGeneration", "KimiK25ForConditionalGeneration")
                .architecture(KimiVisionFamily::alone, "Kimi_K25VisionModel")
                .backbone(KimiVisionFamily::alone, "kimi_k25_vision");
    }

    private static Block joined(Config config, Families families) {
        Config given = config.part("text_config");
        Config text = given.text("model_type", "").equals("kimi_k2") ? given.with("model_type", "deepseek_v3") : given;
        Config vision = config.part("vision_config");
        long side = config.size("projection_hidden_size");
        List<Long> merged = vision.integers("merge_kernel_size");
        long patches = merged.stream().reduce(1L, Math::multiplyExact);
        return Sequence.of(
                "",
                Sequence.of("vision_tower", vision(vision)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Norm.layer("model.mm_projector.pre_norm", side, config.number("projection_layer_norm_eps")),
                        Joined.projection("mm_projector.proj.0", side * patches, side * patches, true),
                        Joined.projection("mm_projector.proj.2", side * patches, text.size("hidden_size"), true)),
                Sequence.tower(
                        Tower.TEXT,
                        "language_model",
                        Sequence.of("model", Joined.savedAs("blocks", families.backbone(text))),
                        Joined.head(text, config.flag("tie_word_embeddings"), "model.embed_tokens")));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        Block layer = layer(
                config,
                attention(config, "").projections("", "", "", "wo").buildFused("wqkv"),
                List.of("norm0", "norm1", "fc0", "fc1"));
        return Sequence.tower(
                Tower.VISION,
                "",
                patches(config, "encoder.patch_embed.proj"),
                positions(config, "patch_embed.pos_emb.weight"),
                Repeat.of("encoder.blocks", config.count("num_hidden_layers"), layer),
                Norm.layer("encoder.final_layernorm", width, EPSILON));
    }

    /// The tower by itself, in the names of the reference implementation.
    private static Block alone(Config config) {
        long width = config.size("hidden_size");
        Block layer = layer(
                config,
                attention(config, "attn")
                        .projections("q_proj", "k_proj", "v_proj", "proj")
                        .build(),
                List.of("norm1", "norm2", "fc1", "fc2"));
        return Sequence.tower(
                Tower.VISION,
                "",
                patches(config, "patch_embed.proj"),
                positions(config, "patch_embed.pos_emb.position_embeddings"),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                Norm.layer("final_layernorm", width, EPSILON));
    }

    private static Block patches(Config config, String name) {
        return ImagePatches.of(config.with("num_channels", 3L).with("image_size", 0L))
                .embedding(name, config.size("hidden_size"), true);
    }

    private static Block positions(Config config, String name) {
        return Table.positions(
                name, config.size("pos_emb_height"), config.size("pos_emb_width"), config.size("hidden_size"));
    }

    private static GroupedAttention attention(Config config, String name) {
        long width = config.size("hidden_size");
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        return GroupedAttention.of(width, heads)
                .named(name)
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()));
    }

    /// @param names of the two norms and the two matrices of the feed-forward
    private static Block layer(Config config, Attention attention, List<String> names) {
        long width = config.size("hidden_size");
        return EncoderLayer.of(
                Norm.layer(names.get(0), width, EPSILON),
                attention,
                Norm.layer(names.get(1), width, EPSILON),
                FeedForwards.plain(
                        "mlp",
                        width,
                        config.size("intermediate_size"),
                        config.text("hidden_act"),
                        true,
                        names.get(2),
                        names.get(3)));
    }
}
