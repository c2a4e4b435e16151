package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;

/// The generator of HiFi-GAN (arXiv:2010.05646): transposed convolutions that halve the channels and lengthen the
/// sequence,
/// and behind each of them residual blocks of several kernels, whose outputs are averaged.
public final class HifiGan {
    private static final int MOST_STAGES = 32;

    private HifiGan() {}

    /// The generator over `input` channels without a name of its own, as `upsample_rates`, `upsample_kernel_sizes`,
    /// `upsample_initial_channel`, `resblock_kernel_sizes` and `resblock_dilation_sizes` say.
    ///
    /// @param postBias whether the last convolution has a bias
    public static Sequence of(Config config, long input, boolean postBias) {
        long channels = config.size("upsample_initial_channel");
        int stages = stages(config);
        long[] rates = config.sizes("upsample_rates", stages);
        List<Long> kernels = config.integers("upsample_kernel_sizes");
        return Sequence.of(
                "",
                Convolution.line("conv_pre", input, channels, 7, true),
                Repeat.of(
                        "upsampler",
                        stages,
                        i -> Convolution.line("", channels >> i, channels >> (i + 1), kernels.get(i), true)
                                .widening()
                                .strided(rates[i])),
                Repeat.of("resblocks", blockCount(config, stages), i -> block(config, channels, i)),
                Convolution.line("conv_post", channels >> stages, 1, 7, postBias));
    }

    /// The transposed convolutions, one for each rate and kernel.
    public static int stages(Config config) {
        int stages = config.integers("upsample_rates").size();
        if (stages == 0 || stages > MOST_STAGES) {
            throw config.malformed("upsample_rates", "must hold 1 to " + MOST_STAGES + " rates, found " + stages);
        }
        if (config.integers("upsample_kernel_sizes").size() != stages) {
            throw config.malformed("upsample_kernel_sizes", "must hold one kernel for each of " + stages + " rates");
        }
        return stages;
    }

    private static int blockCount(Config config, int stages) {
        return Math.multiplyExact(stages, kernelCount(config));
    }

    private static int kernelCount(Config config) {
        return Math.min(
                config.items("resblock_kernel_sizes").size(),
                config.items("resblock_dilation_sizes").size());
    }

    /// Block `index`: of the stage `index / kernels`, with kernel `index % kernels`.
    private static Block block(Config config, long channels, int index) {
        int kernels = kernelCount(config);
        long width = channels >> (index / kernels + 1);
        long kernel = config.integers("resblock_kernel_sizes").get(index % kernels);
        List<Block> pairs = new ArrayList<>();
        for (long dilation : dilations(config, index % kernels)) {
            int i = pairs.size();
            pairs.add(Residual.of(
                    Convolution.line("convs1." + i, width, width, kernel, true).dilated(dilation),
                    Convolution.line("convs2." + i, width, width, kernel, true)));
        }
        return Sequence.of("", pairs);
    }

    /// The distances of the kernel numbered `kernel`, one for each pair of convolutions.
    public static List<Long> dilations(Config config, int kernel) {
        Object item = config.items("resblock_dilation_sizes").get(kernel);
        if (item instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(value -> value instanceof Long distance && distance > 0)) {
            return list.stream().map(value -> (Long) value).toList();
        }
        throw config.malformed("resblock_dilation_sizes", "must be a list of lists of positive integers");
    }
}
