package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.List;

/// HunyuanVideo (arXiv:2412.03603): FLUX.1's layers over film, the text refined by two layers of its own first.
final class HunyuanVideoFamily {
    private HunyuanVideoFamily() {}

    static Family family() {
        return Family.named("hunyuan-video")
                .architecture(HunyuanVideoFamily::transformer, "HunyuanVideoTransformer3DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 24, 128);
        long width = heads.queryWidth();
        long in = config.size("in_channels", 16);
        long out = config.size("out_channels", 16);
        long side = config.size("patch_size", 2);
        long frames = config.size("patch_size_t", 1);
        long inner = (long) (config.number("mlp_ratio", 4) * (double) width);
        Rotary rotary = Rotaries.axial(config.number("rope_theta", 256), heads.headDim())
                .inPairs();
        return Diffusers.denoiser(
                Convolution.volume("x_embedder.proj", in, width, List.of(frames, side, side), true)
                        .as(Role.PROJECTION),
                Sequence.of("context_embedder", refiner(config, width, heads)),
                Sequence.of(
                        "time_text_embed",
                        Diffusers.embedder("timestep_embedder", 256, width),
                        config.flag("guidance_embeds", true)
                                ? Diffusers.embedder("guidance_embedder", 256, width)
                                : Sequence.of(""),
                        Diffusers.embedder("text_embedder", config.size("pooled_projection_dim", 768), width)),
                Repeat.of(
                        "transformer_blocks",
                        config.count("num_layers", 20),
                        FluxFamily.twoStreams(width, heads, inner, rotary)),
                Repeat.of(
                        "single_transformer_blocks",
                        config.count("num_single_layers", 40),
                        FluxFamily.oneStream(width, heads, inner, rotary)),
                Diffusers.lastNorm(width),
                Diffusers.projection("proj_out", width, frames * side * side * out));
    }

    private static Block refiner(Config config, long width, Heads heads) {
        long text = config.size("text_embed_dim", 4096);
        Block layer = Sequence.of(
                "",
                Diffusers.modulation("norm_out.linear", width, 2),
                Residual.of(
                        Norm.layer("norm1", width, 1e-6),
                        Diffusers.attention("attn", width, heads, true).build()),
                Residual.of(Norm.layer("norm2", width, 1e-6), Diffusers.feedForward("ff", width, 4 * width, "silu")));
        return Sequence.of(
                "",
                Sequence.of(
                        "time_text_embed",
                        Diffusers.embedder("timestep_embedder", 256, width),
                        Diffusers.embedder("text_embedder", text, width)),
                Diffusers.projection("proj_in", text, width),
                Repeat.of("token_refiner.refiner_blocks", config.count("num_refiner_layers", 2), layer));
    }
}
