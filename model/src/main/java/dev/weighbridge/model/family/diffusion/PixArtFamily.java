package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;

/// PixArt-α (arXiv:2310.00426) and PixArt-Σ (arXiv:2403.04692): a diffusion transformer with text by cross-attention,
/// one
/// modulation for all layers plus a table in each.
final class PixArtFamily {
    private PixArtFamily() {}

    static Family family() {
        return Family.named("pixart").architecture(PixArtFamily::transformer, "PixArtTransformer2DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 16, 72);
        long width = heads.queryWidth();
        long patch = config.size("patch_size", 2);
        long in = config.size("in_channels", 4);
        return Diffusers.denoiser(
                Convolution.plane("pos_embed.proj", in, width, patch, true)
                        .strided(patch)
                        .as(Role.PROJECTION),
                Sequence.of("adaln_single", conditions(config, width)),
                config.has("caption_channels")
                        ? Diffusers.embedder("caption_projection", config.size("caption_channels"), width)
                        : Sequence.of(""),
                Repeat.of("transformer_blocks", config.count("num_layers", 28), layer(config, width, heads)),
                Diffusers.plainNorm("norm_out", width),
                Table.of("scale_shift_table", 2, width),
                Diffusers.projection("proj_out", width, patch * patch * config.size("out_channels", 8)));
    }

    /// Models of 1,024 pixels know the size and the aspect ratio they were shown.
    private static Block conditions(Config config, long width) {
        boolean sized = config.flag("use_additional_conditions", config.size("sample_size", 128) == 128);
        return Sequence.of(
                "",
                Diffusers.embedder("emb.timestep_embedder", 256, width),
                sized ? Diffusers.embedder("emb.resolution_embedder", 256, width / 3) : Sequence.of(""),
                sized ? Diffusers.embedder("emb.aspect_ratio_embedder", 256, width / 3) : Sequence.of(""),
                Diffusers.modulation("linear", width, 6));
    }

    private static Block layer(Config config, long width, Heads heads) {
        boolean bias = config.flag("attention_bias", true);
        return Sequence.of(
                "",
                Table.of("scale_shift_table", 6, width),
                Residual.of(
                        Diffusers.plainNorm("norm1", width),
                        Diffusers.attention("attn1", width, heads, bias).build()),
                Residual.of(Diffusers.attention("attn2", width, heads, bias)
                        .span(Span.cross())
                        .reading(config.size("cross_attention_dim", 1152))
                        .build()),
                Residual.of(
                        Diffusers.plainNorm("norm2", width),
                        Diffusers.feedForward("ff", width, 4 * width, "gelu_pytorch_tanh")));
    }
}
