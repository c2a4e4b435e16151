package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;

/// CogVideoX 1.0 and 1.5 (arXiv:2408.06072): film and text in one stream with norms modulated apart, layer norms of
/// query
/// and key heads.
final class CogVideoFamily {
    private CogVideoFamily() {}

    static Family family() {
        return Family.named("cogvideox").architecture(CogVideoFamily::transformer, "CogVideoXTransformer3DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 30, 64);
        long width = heads.queryWidth();
        long time = config.size("time_embed_dim", 512);
        long patch = config.size("patch_size", 2);
        long volume = patch * patch * config.size("patch_size_t", 1);
        List<Block> conditions = new ArrayList<>();
        conditions.add(Diffusers.embedder("time_embedding", width, time));
        if (config.size("ofs_embed_dim", 0) > 0) {
            long offset = config.size("ofs_embed_dim");
            conditions.add(Diffusers.embedder("ofs_embedding", offset, offset));
        }
        return Diffusers.denoiser(
                Sequence.of("patch_embed", patches(config, width, patch, volume)),
                Sequence.of("", conditions),
                Repeat.of("transformer_blocks", config.count("num_layers", 30), layer(config, width, time, heads)),
                norm(config, "norm_final", width),
                Sequence.of("norm_out", Diffusers.projection("linear", time, 2 * width), norm(config, "norm", width)),
                Diffusers.projection("proj_out", width, volume * config.size("out_channels", 16)));
    }

    private static List<Block> patches(Config config, long width, long patch, long volume) {
        long in = config.size("in_channels", 16);
        List<Block> blocks = new ArrayList<>();
        blocks.add(
                config.has("patch_size_t")
                        ? Diffusers.projection("proj", in * volume, width)
                        : Convolution.plane("proj", in, width, patch, config.flag("patch_bias", true))
                                .strided(patch)
                                .as(Role.PROJECTION));
        blocks.add(Diffusers.projection("text_proj", config.size("text_embed_dim", 4096), width));
        if (config.flag("use_learned_positional_embeddings")) {
            blocks.add(Table.buffer("pos_embedding", 1, positions(config, patch), width));
        }
        return blocks;
    }

    /// Patches of the film that the model was made for, after the longest text.
    private static long positions(Config config, long patch) {
        long compression = config.size("temporal_compression_ratio", 4);
        if (patch == 0 || compression == 0) {
            throw config.malformed(patch == 0 ? "patch_size" : "temporal_compression_ratio", "must not be 0");
        }
        long frames = (config.size("sample_frames", 49) - 1) / compression + 1;
        long rows = config.size("sample_height", 60) / patch;
        long columns = config.size("sample_width", 90) / patch;
        return Math.addExact(
                Math.multiplyExact(Math.multiplyExact(rows, columns), frames), config.size("max_text_seq_length", 226));
    }

    private static Block layer(Config config, long width, long time, Heads heads) {
        boolean rotated = config.flag("use_rotary_positional_embeddings");
        Block attention = Diffusers.attention("attn1", width, heads, config.flag("attention_bias", true))
                .normed(Norm.layer("norm_q", heads.headDim(), 1e-6), Norm.layer("norm_k", heads.headDim(), 1e-6))
                .rotary(rotated ? Rotaries.axial(10_000, heads.headDim()).inPairs() : Rotary.NONE)
                .build();
        return Sequence.of(
                "",
                modulation("norm1.linear", time, width),
                modulation("norm2.linear", time, width),
                Residual.of(norm(config, "norm1.norm", width), attention),
                Residual.of(
                        norm(config, "norm2.norm", width),
                        Diffusers.feedForward("ff", width, 4 * width, "gelu_pytorch_tanh")));
    }

    private static Linear modulation(String name, long time, long width) {
        return Diffusers.projection(name, time, 6 * width);
    }

    private static Norm norm(Config config, String name, long width) {
        Norm norm = Norm.layer(name, width, config.number("norm_eps", 1e-5));
        return config.flag("norm_elementwise_affine", true) ? norm : norm.untrained();
    }
}
