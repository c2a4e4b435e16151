package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.List;

/// The perception encoder for images (arXiv:2504.13181) as timm holds it: a ViT with rotary positions beside learned
/// ones
/// and a pooling by attention. Its dimensions are those of a name.
final class PerceptionTower {
    private record Size(long patch, long image, long width, int layerCount, int headCount, long inner, boolean token) {}

    private PerceptionTower() {}

    /// Width of what the tower yields.
    static long classes(Config config) {
        return config.has("num_classes") ? config.size("num_classes") : Classifier.labels(config);
    }

    /// The tower without a name of its own.
    ///
    /// @throws UnsupportedException for an architecture of timm that is none of these
    static Sequence of(Config config) {
        Size size = size(config.text("architecture"));
        long width = size.width;
        long side = size.image / size.patch;
        long positions = side * side + (size.token ? 1 : 0);
        Heads heads = Heads.of(size.headCount, size.headCount, width / size.headCount);
        Block layer = EncoderLayer.of(
                Norm.layer("norm1", width, 1e-5),
                GroupedAttention.of(width, heads)
                        .named("attn")
                        .projections("", "", "", "proj")
                        .bias(true, true)
                        .span(Span.bidirectional())
                        .rotary(Rotaries.axial(10_000, heads.headDim()))
                        .buildFused("qkv"),
                Norm.layer("norm2", width, 1e-5),
                FeedForwards.plain("mlp", width, size.inner, "gelu", true, "fc1", "fc2"));
        return Sequence.tower(
                Tower.VISION,
                "",
                Convolution.plane("patch_embed.proj", 3, width, size.patch, false)
                        .strided(size.patch),
                size.token ? EncoderLayer.token("cls_token", width) : Sequence.of(""),
                Table.positions("pos_embed", 1, positions, width),
                Norm.layer("norm_pre", width, 1e-5),
                Repeat.of("blocks", size.layerCount, layer),
                Norm.layer("norm", width, 1e-5),
                pool(width),
                Linear.of("head", width, classes(config), true).as(Role.PROJECTION));
    }

    /// A learned query reads all patches.
    private static Block pool(long width) {
        List<Part> parts = List.of(
                new Part(Slot.QUERY, Linear.of("q", width, width, true)),
                new Part(Slot.KEY_VALUE, Linear.of("kv", width, 2 * width, true)),
                new Part(Slot.OUTPUT, Linear.of("proj", width, width, true)));
        return Sequence.of(
                "attn_pool",
                EncoderLayer.token("latent", width),
                Attention.of("", Heads.of(8, 8, width / 8), Span.cross(), Rotary.NONE, parts),
                Residual.of(
                        Norm.layer("norm", width, 1e-5),
                        FeedForwards.plain("mlp", width, 4 * width, "gelu", true, "fc1", "fc2")));
    }

    /// The models of timm 1.0 (`timm/models/eva.py`).
    private static Size size(String architecture) {
        return switch (architecture) {
            case "vit_pe_core_tiny_patch16_384" -> new Size(16, 384, 192, 12, 3, 768, true);
            case "vit_pe_core_small_patch16_384" -> new Size(16, 384, 384, 12, 6, 1536, true);
            case "vit_pe_core_base_patch16_224" -> new Size(16, 224, 768, 12, 12, 3072, true);
            case "vit_pe_core_large_patch14_336" -> new Size(14, 336, 1024, 24, 16, 4096, true);
            case "vit_pe_core_gigantic_patch14_448" -> new Size(14, 448, 1536, 50, 16, 8960, false);
            default ->
                throw new UnsupportedException(
                        "no dimensions are known for the timm architecture " + architecture,
                        "give the model's files instead of its config alone: tensors can always be counted");
        };
    }
}
