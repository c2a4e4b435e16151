package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.HifiGan;
import java.util.ArrayList;
import java.util.List;

/// BigVGAN (arXiv:2206.04658): HiFi-GAN with periodic activations, whose frequency and size each channel learns.
final class BigVgan {
    private BigVgan() {}

    /// The generator without a name of its own.
    static Sequence of(Config config) {
        long channels = config.size("upsample_initial_channel");
        int stages = HifiGan.stages(config);
        List<Long> sizes = config.integers("upsample_kernel_sizes");
        List<Long> rates = config.integers("upsample_rates");
        int kernels = Math.min(
                config.items("resblock_kernel_sizes").size(),
                config.items("resblock_dilation_sizes").size());
        return Sequence.of(
                "",
                Convolution.line("conv_pre", config.size("mel_dim"), channels, 7, true),
                Repeat.of(
                        "ups",
                        stages,
                        i -> Convolution.line("0", channels >> i, channels >> (i + 1), sizes.get(i), true)
                                .widening()
                                .strided(rates.get(i))),
                Repeat.of(
                        "resblocks",
                        Math.multiplyExact(stages, kernels),
                        i -> block(config, channels >> (i / kernels + 1), i % kernels)),
                activation("activation_post", channels >> stages),
                Convolution.line("conv_post", channels >> stages, 1, 7, false));
    }

    private static Block block(Config config, long width, int kernel) {
        long size = config.integers("resblock_kernel_sizes").get(kernel);
        List<Long> dilations = HifiGan.dilations(config, kernel);
        if (dilations.size() < 3) {
            throw config.malformed("resblock_dilation_sizes", "must name three distances for each kernel");
        }
        List<Block> pairs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pairs.add(Residual.of(
                    activation("activations." + 2 * i, width),
                    Convolution.line("convs1." + i, width, width, size, true).dilated(dilations.get(i)),
                    activation("activations." + (2 * i + 1), width),
                    Convolution.line("convs2." + i, width, width, size, true)));
        }
        return Sequence.of("", pairs);
    }

    private static Block activation(String name, long width) {
        return Sequence.of(name, Table.of("act.alpha", width), Table.of("act.beta", width));
    }
}
