package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
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
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.List;

/// FLUX.2 (Black Forest Labs 2025): FLUX.1 without biases, one modulation for all layers of a kind, and in the layers
/// of
/// one stream attention and feed-forward in the same two matrices.
final class Flux2Family {
    private Flux2Family() {}

    static Family family() {
        return Family.named("flux2").architecture(Flux2Family::transformer, "Flux2Transformer2DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 48, 128);
        long width = heads.queryWidth();
        long in = config.size("in_channels", 128);
        long patch = config.size("patch_size", 1);
        long inner = (long) (config.number("mlp_ratio", 3) * (double) width);
        long time = config.size("timestep_guidance_channels", 256);
        Rotary rotary = Rotaries.axial(config.number("rope_theta", 2000), heads.headDim())
                .inPairs();
        return Diffusers.denoiser(
                Sequence.of(
                        "time_guidance_embed",
                        embedder("timestep_embedder", time, width),
                        config.flag("guidance_embeds", true)
                                ? embedder("guidance_embedder", time, width)
                                : Sequence.of("")),
                matrix("double_stream_modulation_img.linear", width, 6 * width),
                matrix("double_stream_modulation_txt.linear", width, 6 * width),
                matrix("single_stream_modulation.linear", width, 3 * width),
                matrix("x_embedder", in, width),
                matrix("context_embedder", config.size("joint_attention_dim", 15360), width),
                Repeat.of("transformer_blocks", config.count("num_layers", 8), twoStreams(width, heads, inner, rotary)),
                Repeat.of(
                        "single_transformer_blocks",
                        config.count("num_single_layers", 48),
                        oneStream(width, heads, inner, rotary)),
                Sequence.of("norm_out", matrix("linear", width, 2 * width), Diffusers.plainNorm("norm", width)),
                matrix("proj_out", width, patch * patch * config.size("out_channels", in)));
    }

    private static Block embedder(String name, long in, long out) {
        return Sequence.of(name, matrix("linear_1", in, out), matrix("linear_2", out, out));
    }

    private static Linear matrix(String name, long in, long out) {
        return Linear.of(name, in, out).as(Role.PROJECTION);
    }

    private static Block twoStreams(long width, Heads heads, long inner, Rotary rotary) {
        var image = Diffusers.attention("attn", width, heads, false).bias(false, false);
        Block attention = Diffusers.joint(image, width, heads, true, false)
                .with(Slot.OUTPUT, Linear.of("to_add_out", heads.queryWidth(), width))
                .rotary(rotary)
                .build();
        return Sequence.of(
                "",
                Residual.of(
                        Diffusers.plainNorm("norm1", width), Diffusers.plainNorm("norm1_context", width), attention),
                Residual.of(Diffusers.plainNorm("norm2", width), feedForward("ff", width, inner)),
                Residual.of(Diffusers.plainNorm("norm2_context", width), feedForward("ff_context", width, inner)));
    }

    private static FeedForward feedForward(String name, long width, long inner) {
        return FeedForwards.fusedGated(name, width, inner, "silu", false, "linear_in", "linear_out");
    }

    /// The matrix in yields query, key, value and the gated inner width; the matrix out reads heads and inner width.
    private static Block oneStream(long width, Heads heads, long inner, Rotary rotary) {
        Block attention = Attention.of(
                "attn",
                heads,
                Span.bidirectional(),
                rotary,
                List.of(
                        new Part(Slot.QUERY_KEY_VALUE, Linear.of("to_qkv_mlp_proj", width, 3 * width + 2 * inner)),
                        new Part(Slot.QUERY_NORM, Norm.rms("norm_q", heads.headDim(), 1e-6)),
                        new Part(Slot.KEY_NORM, Norm.rms("norm_k", heads.headDim(), 1e-6)),
                        new Part(Slot.OUTPUT, Linear.of("to_out", width + inner, width))));
        return Residual.of(Diffusers.plainNorm("norm", width), attention);
    }
}
