package dev.weighbridge.planner.training;

import dev.weighbridge.planner.precision.Precision;

/// What is trained.
public sealed interface Method {
    /// Every parameter.
    record Full() implements Method {}

    /// Low-rank adapters beside weights that stay as they are (arXiv:2106.09685); on quantised weights that
    /// is QLoRA (arXiv:2305.14314).
    ///
    /// @param rank of each adapter
    /// @param targets linear layers that get one
    /// @param base how the frozen weights are stored
    record Adapters(int rank, LoraTargets targets, Precision base) implements Method {
        private static final int MOST = 1 << 14;

        /// Checks the rank.
        public Adapters {
            if (rank < 1 || rank > MOST) {
                throw new IllegalArgumentException("the rank of an adapter lies between 1 and " + MOST);
            }
        }

        /// Whether the frozen weights are stored in fewer than 16 bits.
        boolean isQuantized() {
            return switch (base.name()) {
                case "FP32", "FP16", "BF16", "as stored" -> false;
                default -> true;
            };
        }
    }
}
