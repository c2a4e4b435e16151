package dev.weighbridge.planner.anatomy;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.tensor.Shape;

/// One weight tensor of a model, as a plan needs it.
///
/// Routed experts of a layer are one tensor of all of them where GGUF has a name for it, else one entry for all the
/// equal
/// ones with `copies` above 1.
///
/// @param name the name in a GGUF file (`blk.0.attn_q.weight`), or the published one where GGUF has none
/// @param publishedName the name in the published checkpoint, with `*` for the numbers of experts taken together
/// @param shape dimensions, slowest first; experts stacked are the slowest
/// @param copies equal tensors taken together; 1 for most
/// @param role what it is for
/// @param tower the part of the model it belongs to
/// @param layer number of the layer it lies in; -1 outside the layers
/// @param expertCount routed experts held in it; 0 outside experts
/// @param activeExpertCount of these a token meets so many
/// @param isTied whether its numbers are those of another weight, so that it takes no memory of its own in most
/// runtimes
/// @param stored how the files hold it; [Stored#NOWHERE] for a configuration alone
public record Weight(
        String name,
        String publishedName,
        Shape shape,
        long copies,
        Role role,
        Tower tower,
        int layer,
        int expertCount,
        int activeExpertCount,
        boolean isTied,
        Stored stored) {
    /// How the files hold a weight.
    ///
    /// @param type name of the data or quantisation type; empty where there are no files
    /// @param bytes all that is stored for it, scales included
    public record Stored(String type, long bytes) {
        /// There are no files.
        public static final Stored NOWHERE = new Stored("", 0);

        /// Whether there are files that hold it.
        public boolean isPresent() {
            return !type.isEmpty();
        }
    }

    /// Elements of all copies.
    public long elements() {
        return Math.multiplyExact(shape.elements(), copies);
    }

    /// Elements that one token meets: of routed experts only those chosen.
    public double activeElements() {
        return expertCount == 0 ? elements() : (double) elements() / expertCount * activeExpertCount;
    }

    /// Length of a row, along which quantisers form their blocks.
    public long rowElements() {
        return shape.rank() == 0 ? 1 : shape.dimension(shape.rank() - 1);
    }
}
