package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;

/// LTX-Video (arXiv:2501.00103): PixArt's layers over film with rotary positions, queries and keys normed across heads.
final class LtxFamily {
    private LtxFamily() {}

    static Family family() {
        return Family.named("ltx-video").architecture(LtxFamily::transformer, "LTXVideoTransformer3DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 32, 64);
        long width = heads.queryWidth();
        return Diffusers.denoiser(
                Diffusers.projection("proj_in", config.size("in_channels", 128), width),
                Sequence.of(
                        "time_embed",
                        Diffusers.embedder("emb.timestep_embedder", 256, width),
                        Diffusers.modulation("linear", width, 6)),
                Diffusers.embedder("caption_projection", config.size("caption_channels", 4096), width),
                Repeat.of("transformer_blocks", config.count("num_layers", 28), layer(config, width, heads)),
                Diffusers.plainNorm("norm_out", width),
                Table.of("scale_shift_table", 2, width),
                Diffusers.projection("proj_out", width, config.size("out_channels", 128)));
    }

    private static Block layer(Config config, long width, Heads heads) {
        Rotary rotary = Rotaries.axial(10_000, heads.headDim()).inPairs();
        var cross = attention(config, "attn2", width, heads)
                .span(Span.cross())
                .reading(config.size("cross_attention_dim", 2048));
        return Sequence.of(
                "",
                Table.of("scale_shift_table", 6, width),
                Residual.of(
                        Diffusers.plainNorm("norm1", width),
                        attention(config, "attn1", width, heads).rotary(rotary).build()),
                Residual.of(cross.build()),
                Residual.of(
                        Diffusers.plainNorm("norm2", width),
                        Diffusers.feedForward("ff", width, 4 * width, "gelu_pytorch_tanh")));
    }

    private static GroupedAttention attention(Config config, String name, long width, Heads heads) {
        return Diffusers.attention(name, width, heads, true)
                .bias(config.flag("attention_bias", true), config.flag("attention_out_bias", true))
                .normed(Norm.rms("norm_q", width, 1e-5), Norm.rms("norm_k", width, 1e-5));
    }
}
