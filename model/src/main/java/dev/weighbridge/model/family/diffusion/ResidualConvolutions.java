package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import java.util.ArrayList;
import java.util.List;

/// Pairs of convolutions around which the input passes, as U-Nets and image autoencoders have them.
///
/// @param conditionWidth of the time embedding added between the two; 0 for none
/// @param doubled whether the condition scales and shifts (`scale_shift`) rather than shifts alone
/// @param groups of the norms
/// @param epsilon of the norms
record ResidualConvolutions(long conditionWidth, boolean doubled, long groups, double epsilon) {
    /// From `in` to `out` channels; where they differ, the input passes through a convolution of its own.
    Block pair(String name, long in, long out) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(norm("norm1", in));
        blocks.add(Convolution.plane("conv1", in, out, 3, true));
        if (conditionWidth > 0) {
            blocks.add(Diffusers.projection("time_emb_proj", conditionWidth, doubled ? 2 * out : out));
        }
        blocks.add(norm("norm2", out));
        blocks.add(Convolution.plane("conv2", out, out, 3, true));
        return in == out
                ? Sequence.of(name, Residual.of(blocks.toArray(Block[]::new)))
                : new Parallel(
                        name, List.of(Sequence.of("", blocks), Convolution.plane("conv_shortcut", in, out, 1, true)));
    }

    /// A norm over groups of channels.
    Norm norm(String name, long channels) {
        return Norm.layer(name, channels, epsilon).by(Norm.Kind.GROUP).grouped(groups);
    }
}
