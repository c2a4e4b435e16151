package dev.weighbridge.model.family.multimodal;

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
                        KimiVisionFamily::joined,
                        "Kimi_K25ForConditionalGeneration",
                        "KimiK25ForConditionalGeneration");
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
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .named("")
                .projections("", "", "", "wo")
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(10_000, heads.headDim()))
                .buildFused("wqkv");
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc0", "fc1");
        Block layer = EncoderLayer.of(
                Norm.layer("norm0", width, EPSILON), attention, Norm.layer("norm1", width, EPSILON), feedForward);
        var patches = ImagePatches.of(config.with("num_channels", 3L).with("image_size", 0L));
        return Sequence.tower(
                Tower.VISION,
                "",
                patches.embedding("encoder.patch_embed.proj", width, true),
                Table.positions(
                        "patch_embed.pos_emb.weight",
                        config.size("pos_emb_height"),
                        config.size("pos_emb_width"),
                        width),
                Repeat.of("encoder.blocks", config.count("num_hidden_layers"), layer),
                Norm.layer("encoder.final_layernorm", width, EPSILON));
    }
}
