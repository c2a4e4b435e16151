package dev.weighbridge.model.packing;

import dev.weighbridge.model.checkpoint.StoredTensor;
import java.util.List;
import java.util.OptionalInt;

/// The schemes that keep a weight's own name, `….weight`: its data type and its siblings tell them apart.
final class WeightLayouts {
    private WeightLayouts() {}

    /// The logical tensor of a layer, or [Packed#NONE] where nothing is packed.
    static Packed unpack(Module layer) {
        return switch (layer.values().dataType()) {
            case U8 -> bytes(layer);
            case I8 -> signedBytes(layer);
            case U32 -> mlx(layer);
            case F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ -> scaled(layer, "FP8");
            case F4 -> scaled(layer, "FP4");
            default -> Packed.NONE;
        };
    }

    private static Packed bytes(Module layer) {
        for (String kind : List.of("nf4", "fp4")) {
            if (layer.has(".weight.quant_state.bitsandbytes__" + kind)) {
                return bitsAndBytes(layer, kind);
            }
        }
        if (layer.has(".weight.absmax")) {
            return bitsAndBytes(layer, "nf4");
        }
        if (layer.settings().method().equals("bitnet")) {
            return layer.packed("BITNET", layer.dimension(-2) * 4, layer.dimension(-1), ".weight_scale");
        }
        if (layer.has(".weight_scale_2") || isPackedInPairs(layer)) {
            return packedFloats(layer);
        }
        return scaled(layer, "INT8");
    }

    /// The shape stands inside `quant_state`, which is data; the number of elements follows from the bytes.
    private static Packed bitsAndBytes(Module layer, String kind) {
        return layer.packedFlat(
                kind.equals("nf4") ? "BNB-NF4" : "BNB-FP4",
                Math.multiplyExact(layer.values().shape().elements(), 2L),
                ".weight.absmax",
                ".weight.quant_map",
                ".weight.nested_absmax",
                ".weight.nested_quant_map",
                ".weight.quant_state.bitsandbytes__nf4",
                ".weight.quant_state.bitsandbytes__fp4");
    }

    private static Packed signedBytes(Module layer) {
        if (layer.has(".SCB")) {
            return layer.packed("BNB-INT8", layer.dimension(-2), layer.dimension(-1), ".SCB", ".weight_format");
        }
        return isPackedInPairs(layer) ? packedFloats(layer) : scaled(layer, "INT8");
    }

    /// A scale for each 16 or 32 elements, which are two in a byte.
    private static boolean isPackedInPairs(Module layer) {
        StoredTensor scale = layer.has(".weight_scale") ? layer.sibling(".weight_scale") : layer.sibling(".scale");
        long groups = Module.dimension(scale, -1);
        return groups > 0 && (groups * 8 == layer.dimension(-1) || groups * 16 == layer.dimension(-1));
    }

    private static Packed packedFloats(Module layer) {
        long groups = Module.dimension(layer.sibling(".weight_scale"), -1);
        boolean isNvidia = layer.has(".weight_scale_2") || groups * 8 == layer.dimension(-1);
        return layer.packed(
                isNvidia ? "NVFP4" : "MXFP4",
                layer.dimension(-2),
                layer.dimension(-1) * 2,
                ".weight_scale",
                ".weight_scale_2",
                ".scale",
                ".input_scale");
    }

    private static Packed scaled(Module layer, String storageType) {
        String[] siblings = {
            ".weight_scale_inv",
            ".weight_scale",
            ".weight_zero_point",
            ".scale",
            ".scale_weight",
            ".weight_scale_2",
            ".input_scale",
            ".input_zero_point",
            ".scale_input",
            ".activation_scale",
            ".activation_scale_inv"
        };
        boolean isScaled = false;
        for (String suffix : siblings) {
            isScaled |= layer.has(suffix);
        }
        return isScaled
                ? layer.packed(
                        layer.name() + ".weight", storageType, layer.values().shape(), siblings)
                : Packed.NONE;
    }

    /// Values in 32-bit words along the input; each group of the input has a scale.
    private static Packed mlx(Module layer) {
        long groups = Module.dimension(layer.sibling(".scales"), -1);
        long bitsPerRow = layer.dimension(-1) * 32;
        if (groups == 0 || bitsPerRow == 0) {
            return Packed.NONE;
        }
        OptionalInt given = layer.settings().groupSize(layer.name());
        for (int groupSize : given.isPresent() ? new int[] {given.getAsInt(), 64, 32, 128} : new int[] {64, 32, 128}) {
            long in = groups * groupSize;
            long bits = bitsPerRow / in;
            if (bitsPerRow % in == 0 && bits >= 2 && bits <= 8 && bits != 7) {
                String storageType = layer.has(".biases") ? "MLX-" + bits : "MXFP" + bits;
                return layer.packed(storageType, layer.dimension(-2), in, ".scales", ".biases")
                        .assuming(given.isPresent() ? "" : "groups of " + groupSize + ", as no configuration tells");
            }
        }
        return Packed.NONE;
    }
}
