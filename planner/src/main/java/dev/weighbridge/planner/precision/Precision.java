package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;

/// A way to store the weights of a model.
public interface Precision {
    /// As people name it: `BF16`, `Q4_K_M`, `AWQ-4bit-g128`, `as stored`.
    String name();

    /// What a model's weights take at this precision, tensor by tensor.
    ///
    /// @throws dev.weighbridge.model.error.UnsupportedException if the model cannot be stored so
    StoredWeights store(Anatomy model);

    /// The weights of a model at one precision.
    interface StoredWeights {
        /// Bytes that a weight takes, scales included; 0 for a tied one that the format does not store.
        long bytes(Weight weight);

        /// Name of the type that a weight is stored in (`Q6_K`).
        String type(Weight weight);

        /// Bytes of all weights.
        long total();

        /// Whether the sizes are those of files or follow from the converter's rules, or are estimated.
        Basis basis();
    }
}
