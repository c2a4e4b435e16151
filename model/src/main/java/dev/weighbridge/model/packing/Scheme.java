package dev.weighbridge.model.packing;

import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.util.Map;
import java.util.OptionalInt;

/// The ways in which quantisers pack the weights of a layer, each known by the name and data type of the tensor that
/// holds the values, and by its siblings.
///
/// Shapes decide before the configuration: mixed precision is common, and a configuration may be left out. Names and
/// layouts follow the quantisers' own code: AutoGPTQ and GPTQModel (`qlinear`), AutoAWQ (`WQLinear_GEMM`, `_GEMV`),
/// bitsandbytes (`QuantState.as_dict`), compressed-tensors (`compressors`), NVIDIA ModelOpt, transformers
/// (`integrations/mxfp4.py`, `finegrained_fp8.py`, `bitnet.py`, `aqlm.py`, `eetq.py`), MLX (`quantized.py`), HQQ
/// (`core/quantize.py`), ExLlama 2 and 3, QuIP#, VPTQ, optimum-quanto, torchao.
enum Scheme {
    /// Values packed along the input in 32-bit words, `[in * bits / 32, out]`; AWQ packs along the output,
    /// `[in, out * bits / 32]`, or along the input of rows that stand as in the model, `[out, in * bits / 32]`.
    GPTQ(".qweight") {
        @Override
        Packed unpack(Module layer) {
            if (layer.isOf(DataType.I8) && layer.has(".weight_scales")) {
                return layer.packed("EETQ-8", layer.dimension(-1), layer.dimension(-2), ".weight_scales");
            }
            if (layer.isOf(DataType.I16)) {
                return layer.packed(
                        "AWQ-4", layer.dimension(-2) * 4, layer.dimension(-1), ".qzeros", ".scales", ".g_idx");
            }
            if (!layer.isOf(DataType.I32)) {
                return Packed.NONE;
            }
            long rows = layer.dimension(-2);
            long columns = layer.dimension(-1);
            long groups = Module.dimension(layer.sibling(".scales"), -2);
            long out = Module.dimension(layer.sibling(".scales"), -1);
            long zeros = Module.dimension(layer.sibling(".qzeros"), -1);
            String[] siblings = {".qzeros", ".scales", ".g_idx"};
            if (layer.settings().text("version").equals("gemv") && zeros > 0 && out == 8 * zeros) {
                return layer.packed("AWQ-4", rows, columns * 8, siblings);
            }
            if (out == columns || (out == 0 && layer.has(".g_idx"))) {
                return gptq(layer, rows, columns, zeros, siblings);
            }
            boolean isPackedAlongOutput = out > columns && columns > 0 && groups > 0 && (columns * 32) % out == 0;
            return isPackedAlongOutput ? layer.packed("AWQ-" + columns * 32 / out, out, rows, siblings) : Packed.NONE;
        }

        private Packed gptq(Module layer, long rows, long out, long zeros, String[] siblings) {
            long in = Module.dimension(layer.sibling(".g_idx"), 0);
            long bits = in > 0 && (rows * 32) % in == 0 ? rows * 32 / in : zeros * 32 / out;
            String assumed = "";
            if (bits < 1 || bits > 8) {
                OptionalInt given = layer.settings().bits(layer.name());
                bits = given.orElse(4);
                assumed = given.isPresent() ? "" : "4 bits, as neither shapes nor configuration tell";
            }
            return layer.packed("GPTQ-" + bits, out, rows * 32 / bits, siblings).assuming(assumed);
        }
    },

    /// Values in 32-bit words along the input, or two 4-bit floats in a byte.
    COMPRESSED(".weight_packed") {
        @Override
        Packed unpack(Module layer) {
            String[] siblings = {
                ".weight_scale",
                ".weight_zero_point",
                ".weight_g_idx",
                ".weight_shape",
                ".weight_global_scale",
                ".input_global_scale",
                ".input_scale",
                ".input_zero_point"
            };
            long rows = layer.dimension(-2);
            long columns = layer.dimension(-1);
            if (layer.isOf(DataType.U8)) {
                boolean isNvidia = layer.has(".weight_global_scale");
                return layer.packed(isNvidia ? "NVFP4" : "MXFP4", rows, columns * 2, siblings);
            }
            if (!layer.isOf(DataType.I32)) {
                return Packed.NONE;
            }
            long groups = Module.dimension(layer.sibling(".weight_scale"), -1);
            for (QuantizationSettings.Rule rule : layer.settings().rules()) {
                long in = columns * 32 / rule.bits();
                long covered = rule.groupSize() == 0 ? in : groups * rule.groupSize();
                // A row may end in padding, less than a word of it.
                boolean isWhole = rule.groupSize() > 0 || groups == 1;
                if (isWhole && covered <= in && (in - covered) * rule.bits() < 32) {
                    return layer.packed("INT" + rule.bits(), rows, covered, siblings);
                }
            }
            long in = Module.dimension(layer.sibling(".weight_g_idx"), 0);
            if (in > 0 && columns * 32 / in >= 1 && columns * 32 / in <= 8) {
                return layer.packed("INT" + columns * 32 / in, rows, in, siblings);
            }
            OptionalInt given = layer.settings().bits(layer.name());
            int bits = given.orElse(4);
            return layer.packed("INT" + bits, rows, columns * 32 / bits, siblings)
                    .assuming(given.isPresent() ? "" : "4 bits, as neither shapes nor configuration tell");
        }
    },

    /// Two 4-bit floats in a byte, `[experts, out, in / 32, 16]`, for matrices that the model has as
    /// `[experts, in, out]`.
    MXFP4_BLOCKS("_blocks") {
        @Override
        Packed unpack(Module layer) {
            if (!layer.isOf(DataType.U8)
                    || !layer.has("_scales")
                    || layer.values().shape().rank() < 3) {
                return Packed.NONE;
            }
            int rank = layer.values().shape().rank();
            long[] dimensions = new long[rank - 1];
            for (int i = 0; i < rank - 3; i++) {
                dimensions[i] = layer.dimension(i);
            }
            dimensions[rank - 3] = layer.dimension(-2) * layer.dimension(-1) * 2;
            dimensions[rank - 2] = layer.dimension(-3);
            return layer.packed(layer.name(), "MXFP4", Shape.of(dimensions), "_scales");
        }
    },

    /// A weight under its own name, in a type that tells little; the siblings tell the scheme.
    WEIGHT(".weight") {
        @Override
        Packed unpack(Module layer) {
            return WeightLayouts.unpack(layer);
        }
    },

    /// Any number of bits, the shape among the settings of the layer.
    HQQ(".W_q") {
        @Override
        Packed unpack(Module layer) {
            OptionalInt groupSize = layer.settings().groupSize(layer.name());
            OptionalInt bits = layer.settings().bits(layer.name());
            StoredTensor scale = layer.sibling(".scale");
            long scales = scale == null ? 0 : scale.shape().elements();
            long stored = layer.values().shape().elements();
            String assumed = bits.isPresent() ? "" : "4 bits, as no configuration tells";
            long elements = groupSize.isPresent() && scales > 0
                    ? Math.multiplyExact(scales, (long) groupSize.getAsInt())
                    : Math.multiplyExact(stored, layer.values().dataType().blockBytes() * 8L) / bits.orElse(4);
            return layer.packedFlat(
                            "HQQ-" + bits.orElse(4),
                            elements,
                            ".scale",
                            ".zero",
                            ".nbits",
                            ".group_size",
                            ".axis",
                            ".shape",
                            ".packing",
                            ".view_as_float",
                            ".unpack_view_dtype",
                            ".compute_dtype",
                            ".channel_wise",
                            ".optimize",
                            ".round_zero",
                            ".stores_quant_config",
                            ".quant_scale",
                            ".quant_zero",
                            ".offload_meta")
                    .assuming(assumed);
        }
    },

    /// Codes into codebooks of vectors: `[out / outGroup, in / inGroup, codebooks]` into
    /// `[codebooks, entries, outGroup, inGroup]`.
    AQLM(".codes") {
        @Override
        Packed unpack(Module layer) {
            StoredTensor books = layer.sibling(".codebooks");
            return layer.packedMatrix(
                    "AQLM",
                    layer.dimension(0) * Module.dimension(books, -2),
                    layer.dimension(1) * Module.dimension(books, -1),
                    ".codebooks",
                    ".scales");
        }
    },

    /// Codes of the E8 lattice between two vectors of signs, of the input and of the output.
    QUIP(".Qidxs") {
        @Override
        Packed unpack(Module layer) {
            return layer.packedMatrix(
                    "QUIP#",
                    Module.dimension(layer.sibling(".SV"), 0),
                    Module.dimension(layer.sibling(".SU"), 0),
                    ".SU",
                    ".SV",
                    ".Wscale",
                    ".codebook_id",
                    ".rescale_WH");
        }
    },

    /// Indices into centroids; the settings have the shape of each layer.
    VPTQ(".indices") {
        @Override
        Packed unpack(Module layer) {
            if (!layer.has(".centroids.weight")) {
                return Packed.NONE;
            }
            var own = layer.settings().ofModule(layer.name());
            Object out = own.map(config -> config.values().get("out_features")).orElse(null);
            Object in = own.map(config -> config.values().get("in_features")).orElse(null);
            return layer.packedMatrix(
                    "VPTQ",
                    out instanceof Long rows ? rows : 0,
                    in instanceof Long columns ? columns : 0,
                    ".centroids.weight",
                    ".res_centroids.weight",
                    ".outlier_centroids.weight",
                    ".outlier_indices",
                    ".res_indices",
                    ".perm",
                    ".weight_scale",
                    ".weight_bias");
        }
    },

    /// Rows of the input of several widths of bits.
    EXL2(".q_weight") {
        @Override
        Packed unpack(Module layer) {
            if (!layer.has(".q_scale")) {
                return Packed.NONE;
            }
            StoredTensor order = layer.has(".q_invperm") ? layer.sibling(".q_invperm") : layer.sibling(".q_perm");
            return layer.packedMatrix(
                    "EXL2",
                    layer.dimension(-1),
                    Module.dimension(order, 0),
                    ".q_invperm",
                    ".q_perm",
                    ".q_scale",
                    ".q_scale_max",
                    ".q_groups",
                    ".q_group_map");
        }
    },

    /// Trellis codes in tiles of 16 by 16, between two vectors of signs.
    EXL3(".trellis") {
        @Override
        Packed unpack(Module layer) {
            if (!layer.has(".suh") && !layer.has(".su")) {
                return Packed.NONE;
            }
            return layer.packedMatrix(
                    "EXL3",
                    layer.dimension(1) * 16,
                    layer.dimension(0) * 16,
                    ".suh",
                    ".svh",
                    ".su",
                    ".sv",
                    ".mcg",
                    ".mul1");
        }
    },

    /// A tensor subclass taken apart: its data is packed where the settings name fewer than 8 bits.
    QUANTO(".weight._data") {
        @Override
        Packed unpack(Module layer) {
            return wrapped(
                    layer,
                    "QUANTO",
                    layer.settings().text("weights"),
                    ".weight._scale",
                    ".weight._shift",
                    ".weight._zeropoint");
        }
    },

    /// A tensor subclass taken apart: its data is packed where the settings name fewer than 8 bits.
    TORCHAO("._weight_qdata") {
        @Override
        Packed unpack(Module layer) {
            return wrapped(
                    layer,
                    "TORCHAO",
                    layer.settings().text("quant_type"),
                    "._weight_scale",
                    "._weight_zero_point",
                    "._weight_scale_and_zero");
        }
    },

    /// A parameter without `.weight`, as fused experts are: its scales bear its name and more.
    BARE("") {
        @Override
        Packed unpack(Module layer) {
            String[] siblings = {
                "_scale_inv", "_scale", "_scale_2", "_weight_scale", "_weight_scale_2", "_input_scale", "_bias_scale"
            };
            boolean isScaled = layer.has("_scale_inv") || layer.has("_scale") || layer.has("_weight_scale");
            if (!isScaled || layer.values().shape().rank() < 2) {
                return Packed.NONE;
            }
            return switch (layer.values().dataType()) {
                case F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ ->
                    layer.packed(layer.name(), "FP8", layer.values().shape(), siblings);
                case I8 -> layer.packed(layer.name(), "INT8", layer.values().shape(), siblings);
                case U8 -> {
                    long[] dimensions = layer.values().shape().toArray();
                    dimensions[dimensions.length - 1] = Math.multiplyExact(dimensions[dimensions.length - 1], 2L);
                    yield layer.packed(layer.name(), "NVFP4", Shape.of(dimensions), siblings);
                }
                default -> Packed.NONE;
            };
        }
    };

    private static final Map<String, Integer> BITS_BY_WORD =
            Map.of("int2", 2, "qint2", 2, "int4", 4, "qint4", 4, "int4_weight_only", 4, "uint4", 4);

    private final String suffix;

    Scheme(String suffix) {
        this.suffix = suffix;
    }

    /// What the name of the tensor of values ends with.
    String suffix() {
        return suffix;
    }

    /// The logical tensor of a layer, or [Packed#NONE] where it is not of this scheme.
    ///
    /// @throws ArithmeticException if its shapes multiply beyond 64 bits
    abstract Packed unpack(Module layer);

    private static Packed wrapped(Module layer, String name, String type, String... siblings) {
        int bits = BITS_BY_WORD.getOrDefault(type, 8);
        long stored = layer.values().shape().elements();
        if (bits == 8) {
            return layer.packed(
                    layer.name() + ".weight", name + "-8", layer.values().shape(), siblings);
        }
        long elements = Math.multiplyExact(stored, layer.values().dataType().blockBytes() * 8L) / bits;
        return layer.packedFlat(name + "-" + bits, elements, siblings);
    }
}
