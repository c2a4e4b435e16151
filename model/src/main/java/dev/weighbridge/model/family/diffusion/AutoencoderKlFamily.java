package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/// The image autoencoder of latent diffusion (arXiv:2112.10752), kept by Stable Diffusion, SDXL, SD3 and FLUX.1:
/// convolutions down to a Gaussian latent and up again, attention in the middle.
final class AutoencoderKlFamily {
    private AutoencoderKlFamily() {}

    static Family family() {
        return Family.named("autoencoder-kl").architecture(AutoencoderKlFamily::codec, "AutoencoderKL");
    }

    private static Block codec(Config config) {
        long latent = config.size("latent_channels", 4);
        List<Long> widths = config.has("block_out_channels") ? config.integers("block_out_channels") : List.of(64L);
        if (widths.isEmpty()) {
            throw config.malformed("block_out_channels", "must not be empty");
        }
        var pairs = new ResidualConvolutions(0, false, config.size("norm_num_groups", 32), 1e-6);
        int pairCount = config.count("layers_per_block", 1);
        List<Block> parts = new ArrayList<>();
        parts.add(encoder(config, widths, pairs, pairCount, 2 * latent));
        if (config.flag("use_quant_conv", true)) {
            parts.add(Convolution.plane("quant_conv", 2 * latent, 2 * latent, 1, true));
        }
        if (config.flag("use_post_quant_conv", true)) {
            parts.add(Convolution.plane("post_quant_conv", latent, latent, 1, true));
        }
        parts.add(decoder(config, widths.reversed(), pairs, pairCount + 1, latent));
        return new Sequence("", Tower.CODEC, parts);
    }

    private static Block encoder(
            Config config, List<Long> widths, ResidualConvolutions pairs, int pairCount, long latent) {
        int last = widths.size() - 1;
        return Sequence.of(
                "encoder",
                Convolution.plane("conv_in", config.size("in_channels", 3), widths.getFirst(), 3, true),
                Repeat.of("down_blocks", widths.size(), index -> {
                    long out = widths.get(index);
                    Block run = run(pairs, widths.get(Math.max(0, index - 1)), out, pairCount);
                    return index == last
                            ? run
                            : Sequence.of(
                                    "",
                                    run,
                                    Convolution.plane("downsamplers.0.conv", out, out, 3, true)
                                            .strided(2));
                }),
                middle(config, pairs, widths.getLast()),
                pairs.norm("conv_norm_out", widths.getLast()),
                Convolution.plane("conv_out", widths.getLast(), latent, 3, true));
    }

    private static Block decoder(
            Config config, List<Long> widths, ResidualConvolutions pairs, int pairCount, long latent) {
        int last = widths.size() - 1;
        return Sequence.of(
                "decoder",
                Convolution.plane("conv_in", latent, widths.getFirst(), 3, true),
                middle(config, pairs, widths.getFirst()),
                Repeat.of("up_blocks", widths.size(), index -> {
                    long out = widths.get(index);
                    Block run = run(pairs, widths.get(Math.max(0, index - 1)), out, pairCount);
                    return index == last
                            ? run
                            : Sequence.of("", run, Convolution.plane("upsamplers.0.conv", out, out, 3, true));
                }),
                pairs.norm("conv_norm_out", widths.getLast()),
                Convolution.plane("conv_out", widths.getLast(), config.size("out_channels", 3), 3, true));
    }

    private static Block run(ResidualConvolutions pairs, long in, long out, int pairCount) {
        return Repeat.of("resnets", pairCount, index -> pairs.pair("", index == 0 ? in : out, out));
    }

    private static Block middle(Config config, ResidualConvolutions pairs, long width) {
        Block pair = pairs.pair("", width, width);
        Block attention = config.flag("mid_block_add_attention", true)
                ? Residual.of(
                        pairs.norm("attentions.0.group_norm", width),
                        Diffusers.attention("attentions.0", width, Heads.of(1, 1, width), true)
                                .build())
                : Sequence.of("");
        return Sequence.of(
                "mid_block", Repeat.of("resnets", 1, pair), attention, Repeat.from("resnets", 1, 1, _ -> pair));
    }
}
