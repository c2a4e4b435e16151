package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Rotaries;

/// Qwen-Image and its editing releases (arXiv:2508.02324): two streams joined in attention, in every layer.
final class QwenImageFamily {
    private QwenImageFamily() {}

    static Family family() {
        return Family.named("qwen-image").architecture(QwenImageFamily::transformer, "QwenImageTransformer2DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 24, 128);
        long width = heads.queryWidth();
        long patch = config.size("patch_size", 2);
        long text = config.size("joint_attention_dim", 3584);
        return Diffusers.denoiser(
                Sequence.of(
                        "time_text_embed",
                        Diffusers.embedder("timestep_embedder", 256, width),
                        config.flag("use_additional_t_cond")
                                ? Embedding.of("addition_t_embedding", 2, width)
                                : Sequence.of("")),
                Norm.rms("txt_norm", text, 1e-6),
                Diffusers.projection("img_in", config.size("in_channels", 64), width),
                Diffusers.projection("txt_in", text, width),
                Repeat.of("transformer_blocks", config.count("num_layers", 60), layer(width, heads)),
                Diffusers.lastNorm(width),
                Diffusers.projection("proj_out", width, patch * patch * config.size("out_channels", 16)));
    }

    private static Block layer(long width, Heads heads) {
        Block attention = Diffusers.joint("attn", width, heads, true)
                .with(Slot.OUTPUT, Diffusers.textOutput(width, heads))
                .rotary(Rotaries.axial(10_000, heads.headDim()).inPairs())
                .build();
        return Sequence.of(
                "",
                Diffusers.modulation("img_mod.1", width, 6),
                Diffusers.modulation("txt_mod.1", width, 6),
                Residual.of(
                        Diffusers.plainNorm("img_norm1", width), Diffusers.plainNorm("txt_norm1", width), attention),
                Residual.of(
                        Diffusers.plainNorm("img_norm2", width),
                        Diffusers.feedForward("img_mlp", width, 4 * width, "gelu_pytorch_tanh")),
                Residual.of(
                        Diffusers.plainNorm("txt_norm2", width),
                        Diffusers.feedForward("txt_mlp", width, 4 * width, "gelu_pytorch_tanh")));
    }
}
