package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;

/// VQGAN (arXiv:2012.09841) as Janus holds it: residual convolutions down to a grid of latents, each replaced by the
/// nearest
/// row of a code book, and back up.
final class ImageCodec {
    private static final long GROUPS = 32;
    private static final double EPSILON = 1e-6;

    private final Config config;
    private final List<Long> multipliers;
    private final int blockCount;
    private final long base;

    private ImageCodec(Config config) {
        this.config = config;
        this.multipliers = config.integers("channel_multiplier");
        this.blockCount = config.count("num_res_blocks");
        this.base = config.size("base_channels");
        if (multipliers.isEmpty()) {
            throw config.malformed("channel_multiplier", "must not be empty");
        }
    }

    /// The codec of this configuration, with code book rows of `codeWidth`.
    static Block of(Config config, long codeWidth) {
        var codec = new ImageCodec(config);
        long latent = config.size("latent_channels");
        return Sequence.tower(
                Tower.CODEC,
                "",
                codec.encoder(latent),
                Convolution.plane("quant_conv", latent, codeWidth, 1, true),
                Embedding.of("quantize.embedding", config.size("num_embeddings"), codeWidth),
                Convolution.plane("post_quant_conv", codeWidth, latent, 1, true),
                codec.decoder(latent));
    }

    private Block encoder(long latent) {
        long deepest = base * multipliers.getLast();
        return Sequence.of(
                "encoder",
                Convolution.plane("conv_in", config.size("in_channels"), base, 3, true),
                Repeat.of("down", multipliers.size(), this::down),
                middle(deepest),
                norm("norm_out", deepest),
                Convolution.plane("conv_out", deepest, config.flag("double_latent") ? 2 * latent : latent, 3, true));
    }

    private Block down(int level) {
        long in = base * (level == 0 ? 1 : multipliers.get(level - 1));
        long out = base * multipliers.get(level);
        List<Block> blocks = new ArrayList<>();
        blocks.add(Repeat.of("block", blockCount, index -> residual("", index == 0 ? in : out, out)));
        if (level == multipliers.size() - 1) {
            blocks.add(Repeat.of("attn", blockCount, attention("", out)));
        } else {
            blocks.add(Convolution.plane("downsample.conv", out, out, 3, true).strided(2));
        }
        return Sequence.of("", blocks);
    }

    /// Levels count from the deepest, in the order of computation.
    private Block decoder(long latent) {
        long deepest = base * multipliers.getLast();
        long last = base * multipliers.getFirst();
        return Sequence.of(
                "decoder",
                Convolution.plane("conv_in", latent, deepest, 3, true),
                middle(deepest),
                Repeat.of("up", multipliers.size(), this::up),
                norm("norm_out", last),
                Convolution.plane("conv_out", last, config.size("out_channels"), 3, true));
    }

    private Block up(int step) {
        int level = multipliers.size() - 1 - step;
        long in = base * multipliers.get(Math.min(level + 1, multipliers.size() - 1));
        long out = base * multipliers.get(level);
        List<Block> blocks = new ArrayList<>();
        blocks.add(Repeat.of("block", blockCount + 1, index -> residual("", index == 0 ? in : out, out)));
        if (step == 0) {
            blocks.add(Repeat.of("attn", blockCount + 1, attention("", out)));
        }
        if (level != 0) {
            blocks.add(Convolution.plane("upsample.conv", out, out, 3, true));
        }
        return Sequence.of("", blocks);
    }

    private static Block middle(long width) {
        return Sequence.of(
                "mid",
                residual("block_1", width, width),
                attention("attn_1", width),
                residual("block_2", width, width));
    }

    private static Norm norm(String name, long width) {
        return new Norm(name, Norm.Kind.GROUP, width, true, true, EPSILON, ParameterStyle.MODULE, 0, GROUPS);
    }

    /// Where the width changes, the way around it is a convolution as well.
    private static Block residual(String name, long in, long out) {
        Block branch = Sequence.of(
                "",
                norm("norm1", in),
                Convolution.plane("conv1", in, out, 3, true),
                norm("norm2", out),
                Convolution.plane("conv2", out, out, 3, true));
        return in == out
                ? Sequence.of(name, Residual.of(branch))
                : Sequence.of(name, Parallel.of(branch, Convolution.plane("nin_shortcut", in, out, 1, true)));
    }

    private static Block attention(String name, long width) {
        return Sequence.of(
                name,
                Residual.of(
                        norm("norm", width),
                        Attention.of(
                                "",
                                Heads.of(1, 1, width),
                                Span.bidirectional(),
                                Rotary.NONE,
                                List.of(
                                        part(Slot.QUERY, "q", width),
                                        part(Slot.KEY, "k", width),
                                        part(Slot.VALUE, "v", width),
                                        part(Slot.OUTPUT, "proj_out", width)))));
    }

    private static Part part(Slot slot, String name, long width) {
        return new Part(slot, Convolution.plane(name, width, width, 1, true).as(Role.ATTENTION));
    }
}
