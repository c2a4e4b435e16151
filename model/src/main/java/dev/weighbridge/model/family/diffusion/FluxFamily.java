package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
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
import dev.weighbridge.model.family.component.Rotaries;
import java.util.List;

/// FLUX.1 (Black Forest Labs 2024): layers with a stream for the image and one for the text (arXiv:2403.03206), then
/// layers of one stream whose attention and feed-forward stand side by side and leave through one matrix.
final class FluxFamily {
    private FluxFamily() {}

    static Family family() {
        return Family.named("flux").architecture(FluxFamily::transformer, "FluxTransformer2DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 24, 128);
        long width = heads.queryWidth();
        long in = config.size("in_channels", 64);
        long patch = config.size("patch_size", 1);
        return Diffusers.denoiser(
                Sequence.of(
                        "time_text_embed",
                        Diffusers.embedder("timestep_embedder", 256, width),
                        config.flag("guidance_embeds")
                                ? Diffusers.embedder("guidance_embedder", 256, width)
                                : Sequence.of(""),
                        Diffusers.embedder("text_embedder", config.size("pooled_projection_dim", 768), width)),
                Diffusers.projection("context_embedder", config.size("joint_attention_dim", 4096), width),
                Diffusers.projection("x_embedder", in, width),
                Repeat.of(
                        "transformer_blocks",
                        config.count("num_layers", 19),
                        twoStreams(width, heads, 4 * width, rotary(heads))),
                Repeat.of(
                        "single_transformer_blocks",
                        config.count("num_single_layers", 38),
                        oneStream(width, heads, 4 * width, rotary(heads))),
                Diffusers.lastNorm(width),
                Diffusers.projection("proj_out", width, patch * patch * config.size("out_channels", in)));
    }

    /// A layer of two streams; HunyuanVideo has the same.
    static Block twoStreams(long width, Heads heads, long inner, Rotary rotary) {
        Block attention = Diffusers.joint("attn", width, heads, true)
                .with(Slot.OUTPUT, Diffusers.textOutput(width, heads))
                .rotary(rotary)
                .build();
        return Sequence.of(
                "",
                Diffusers.modulation("norm1.linear", width, 6),
                Diffusers.modulation("norm1_context.linear", width, 6),
                Residual.of(
                        Diffusers.plainNorm("norm1.norm", width),
                        Diffusers.plainNorm("norm1_context.norm", width),
                        attention),
                Residual.of(
                        Diffusers.plainNorm("norm2", width),
                        Diffusers.feedForward("ff", width, inner, "gelu_pytorch_tanh")),
                Residual.of(
                        Diffusers.plainNorm("norm2_context", width),
                        Diffusers.feedForward("ff_context", width, inner, "gelu_pytorch_tanh")));
    }

    /// A layer of one stream; HunyuanVideo has the same.
    static Block oneStream(long width, Heads heads, long inner, Rotary rotary) {
        Block attention = Attention.of(
                "attn",
                heads,
                Span.bidirectional(),
                rotary,
                List.of(
                        new Part(Slot.QUERY, Linear.of("to_q", width, heads.queryWidth(), true)),
                        new Part(Slot.KEY, Linear.of("to_k", width, heads.keyWidth(), true)),
                        new Part(Slot.VALUE, Linear.of("to_v", width, heads.valueWidth(), true)),
                        new Part(Slot.QUERY_NORM, Norm.rms("norm_q", heads.headDim(), 1e-6)),
                        new Part(Slot.KEY_NORM, Norm.rms("norm_k", heads.headDim(), 1e-6))));
        return Residual.of(
                Diffusers.modulation("norm.linear", width, 3),
                Diffusers.plainNorm("norm.norm", width),
                attention,
                Linear.of("proj_mlp", width, inner, true).as(Role.FEED_FORWARD),
                Linear.of("proj_out", width + inner, width, true).as(Role.FEED_FORWARD));
    }

    private static Rotary rotary(Heads heads) {
        return Rotaries.axial(10_000, heads.headDim()).inPairs();
    }
}
