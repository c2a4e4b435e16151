package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.List;

/// A way to store the weights of a model.
public interface Precision {
    /// As people name it: `BF16`, `Q4_K_M`, `AWQ-4bit-g128`, `as stored`.
    String name();

    /// The kind of files that hold weights so.
    Format format();

    /// What a model's weights take at this precision, tensor by tensor.
    ///
    /// @throws dev.weighbridge.model.error.UnsupportedException if the model cannot be stored so
    StoredWeights store(Anatomy model);

    /// Kinds of files, by what reads them.
    enum Format {
        /// The files at hand, whatever they are.
        AS_STORED,
        /// A folder of safetensors as transformers, vLLM and SGLang load it.
        SAFETENSORS,
        /// One file for llama.cpp and what is built on it.
        GGUF,
        /// A folder of safetensors as Apple's MLX writes it.
        MLX
    }

    /// The weights of a model at one precision.
    interface StoredWeights {
        /// Bytes that a weight takes, scales included; 0 for a tied one that the format does not store,
        /// and for one
        /// that is no part of the file.
        ///
        /// @throws IllegalArgumentException if it is no weight of the model
        long bytes(Weight weight);

        /// Name of the type that a weight is stored in (`Q6_K`); empty for one that is no part of the file.
        String type(Weight weight);

        /// Bytes of all weights that are part of the file, those that the converter adds included.
        long total();

        /// Tensors of the file that belong to no weight: corrections and rotary factors that a converter adds.
        default List<FileTensor> added() {
            return List.of();
        }

        /// Bytes of the weights that the format keeps in a file of their own: the towers for images and
        /// sound beside a
        /// GGUF file (`mmproj`), at 16 bits.
        long apart();

        /// Bytes of the file's tensor data with the padding between tensors; equal to [#total] where the
        /// format pads
        /// nothing. Metadata and vocabulary come on top.
        long padded();

        /// Whether the sizes are those of files or follow from the converter's rules, or are estimated.
        Basis basis();

        /// Half the width of the 80 % band around [#total], as a share of it; 0 where the basis is exact.
        default double band() {
            return 0;
        }
    }
}
