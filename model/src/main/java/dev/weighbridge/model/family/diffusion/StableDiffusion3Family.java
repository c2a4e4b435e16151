package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/// Stable Diffusion 3 and 3.5 (arXiv:2403.03206): a stream for the image and one for the text, joined in attention. The
/// last layer's text stream ends there; the layers of `dual_attention_layers` attend once more within the image.
final class StableDiffusion3Family {
    private StableDiffusion3Family() {}

    static Family family() {
        return Family.named("stable-diffusion-3")
                .architecture(StableDiffusion3Family::transformer, "SD3Transformer2DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 18, 64);
        long width = heads.queryWidth();
        long patch = config.size("patch_size", 2);
        long in = config.size("in_channels", 16);
        long side = config.size("pos_embed_max_size", 96);
        int layerCount = config.count("num_layers", 18);
        List<Long> dual = config.integers("dual_attention_layers");
        return Diffusers.denoiser(
                Sequence.of(
                        "pos_embed",
                        Convolution.plane("proj", in, width, patch, true)
                                .strided(patch)
                                .as(Role.PROJECTION),
                        Table.buffer("pos_embed", 1, side * side, width)),
                Sequence.of(
                        "time_text_embed",
                        Diffusers.embedder("timestep_embedder", 256, width),
                        Diffusers.embedder("text_embedder", config.size("pooled_projection_dim", 2048), width)),
                Diffusers.projection(
                        "context_embedder",
                        config.size("joint_attention_dim", 4096),
                        config.size("caption_projection_dim", 1152)),
                Repeat.of(
                        "transformer_blocks",
                        layerCount,
                        index -> layer(config, width, heads, index == layerCount - 1, dual.contains((long) index))),
                Diffusers.lastNorm(width),
                Diffusers.projection("proj_out", width, patch * patch * config.size("out_channels", in)));
    }

    private static Block layer(Config config, long width, Heads heads, boolean last, boolean dual) {
        boolean normed = config.has("qk_norm");
        var joint = Diffusers.joint("attn", width, heads, normed);
        if (!last) {
            joint.with(Slot.OUTPUT, Diffusers.textOutput(width, heads));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(Diffusers.modulation("norm1.linear", width, dual ? 9 : 6));
        blocks.add(Diffusers.modulation("norm1_context.linear", width, last ? 2 : 6));
        blocks.add(Residual.of(
                Diffusers.plainNorm("norm1.norm", width),
                Diffusers.plainNorm("norm1_context.norm", width),
                joint.build()));
        if (dual) {
            var within = Diffusers.attention("attn2", width, heads, true);
            blocks.add(Residual.of((normed ? Diffusers.norms(within, "norm_", heads) : within).build()));
        }
        blocks.add(Residual.of(
                Diffusers.plainNorm("norm2", width),
                Diffusers.feedForward("ff", width, 4 * width, "gelu_pytorch_tanh")));
        if (!last) {
            blocks.add(Residual.of(
                    Diffusers.plainNorm("norm2_context", width),
                    Diffusers.feedForward("ff_context", width, 4 * width, "gelu_pytorch_tanh")));
        }
        return Sequence.of("", blocks);
    }
}
