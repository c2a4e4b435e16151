package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.Lstm;
import java.util.ArrayList;
import java.util.List;

/// The encoder and decoder of EnCodec (arXiv:2210.13438, after SoundStream, arXiv:2107.03312): convolutions that
/// shorten
/// and widen stage by stage with residual blocks between, and their mirror image.
///
/// @param config `num_filters`, `upsampling_ratios`, `kernel_size` and the like
/// @param ratios of the decoder, widest stage first
/// @param weightNormed whether weights are stored as length and direction
/// @param groupNormed whether each convolution has a norm behind it
/// @param lstmLayers layers of the memory between convolutions and latent; 0 for none
record SeanetCodec(Config config, List<Long> ratios, boolean weightNormed, boolean groupNormed, int lstmLayers) {
    private static final int MOST_STAGES = 32;

    SeanetCodec {
        if (ratios.isEmpty() || ratios.size() > MOST_STAGES) {
            throw config.malformed("upsampling_ratios", "must hold 1 to " + MOST_STAGES + " ratios");
        }
    }

    Sequence encoder() {
        var stack = new Stack();
        long filters = config.size("num_filters");
        stack.add(convolution("", config.size("audio_channels"), filters, config.size("kernel_size"), 1, 1));
        for (long ratio : ratios.reversed()) {
            stack.residuals(filters);
            stack.skip();
            stack.add(convolution("", filters, 2 * filters, 2 * ratio, ratio, 1));
            filters = Math.multiplyExact(2, filters);
        }
        stack.memory(filters);
        stack.skip();
        stack.add(convolution("", filters, config.size("hidden_size"), config.size("last_kernel_size"), 1, 1));
        return Sequence.tower(Tower.CODEC, "encoder.layers", stack.blocks.toArray(Block[]::new));
    }

    Sequence decoder() {
        var stack = new Stack();
        long filters = Math.multiplyExact(1L << ratios.size(), config.size("num_filters"));
        stack.add(convolution("", config.size("hidden_size"), filters, config.size("kernel_size"), 1, 1));
        stack.memory(filters);
        for (long ratio : ratios) {
            stack.skip();
            stack.add(normed(
                    "",
                    Convolution.line("conv", filters, filters / 2, 2 * ratio, true)
                            .widening()
                            .strided(ratio)));
            filters /= 2;
            stack.residuals(filters);
        }
        stack.skip();
        stack.add(convolution(
                "", config.size("num_filters"), config.size("audio_channels"), config.size("last_kernel_size"), 1, 1));
        return Sequence.tower(Tower.CODEC, "decoder.layers", stack.blocks.toArray(Block[]::new));
    }

    private Block convolution(String name, long in, long out, long kernel, long stride, long dilation) {
        Convolution convolution =
                Convolution.line("conv", in, out, kernel, true).strided(stride).dilated(dilation);
        return normed(name, config.flag("use_causal_conv", true) ? convolution.pastOnly() : convolution);
    }

    private Block normed(String name, Convolution convolution) {
        Convolution stored = weightNormed ? convolution.weightNormed(0) : convolution;
        return groupNormed
                ? Sequence.of(name, stored, Norm.group("norm", convolution.out()))
                : Sequence.of(name, stored);
    }

    private Block residual(long width, long dilation) {
        long compress = config.size("compress");
        if (compress == 0) {
            throw config.malformed("compress", "must not be 0");
        }
        long inner = width / compress;
        // activations stand at the even places
        Block first = convolution("block.1", width, inner, config.size("residual_kernel_size"), 1, dilation);
        Block second = convolution("block.3", inner, width, 1, 1, 1);
        return config.flag("use_conv_shortcut")
                ? Parallel.of(Sequence.of("", first, second), convolution("shortcut", width, width, 1, 1, 1))
                : Residual.of(first, second);
    }

    /// The list of modules, in which activations have numbers but no parameters.
    private final class Stack {
        private final List<Block> blocks = new ArrayList<>();
        private int number;

        void add(Block block) {
            blocks.add(Sequence.of(String.valueOf(number++), block));
        }

        void skip() {
            number++;
        }

        void memory(long width) {
            if (lstmLayers > 0) {
                add(Residual.of(Lstm.of("lstm", width, width, lstmLayers)));
            }
        }

        void residuals(long width) {
            long growth = config.size("dilation_growth_rate");
            long dilation = 1;
            int count = config.count("num_residual_layers");
            if (count > MOST_STAGES) {
                throw config.malformed("num_residual_layers", "must be at most " + MOST_STAGES + ", found " + count);
            }
            for (int i = 0; i < count; i++) {
                add(residual(width, dilation));
                dilation = Math.multiplyExact(dilation, growth);
            }
        }
    }
}
