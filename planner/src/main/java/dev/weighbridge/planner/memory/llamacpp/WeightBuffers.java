package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.precision.FileTensor;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The buffers of a model's weights, as `llama_model_loader::create_tensor` fills them.
///
/// Tables read by token are in main memory always; what turns the last hidden state into logits is where
/// the output
/// layer is; every other weight is where its layer is, routed experts of the first layers excepted.
final class WeightBuffers {
    /// What becomes of a token table that is the head too.
    enum TiedTable {
        /// There is no head: llama.cpp hands out an encoder's states.
        ONCE,
        /// A device that computes the logits has a copy.
        COPIED,
        /// There is a copy even where both are in main memory.
        TWICE
    }

    private static final Pattern LAYER = Pattern.compile("\\bblk\\.(\\d+)\\.");
    private static final Set<String> INPUTS =
            Set.of("token_embd.weight", "position_embd.weight", "token_types.weight", "per_layer_token_embd.weight");
    private static final Pattern OUTPUTS = Pattern.compile(
            "(output|cls|dense_|enc\\.output|dec\\.output|altup_|output_hc|hc_head)[a-z_0-9.]*(weight|bias)");

    /// What kernels of a processor read rearranged (`ggml-cpu/repack.cpp`), with AVX2 or NEON.
    private static final Set<String> REPACKED = Set.of("Q4_0", "Q4_K", "IQ4_NL");

    private static final Map<String, DataType> TYPES =
            Arrays.stream(DataType.values()).collect(Collectors.toUnmodifiableMap(DataType::name, Function.identity()));

    private final LayerDevices devices;
    private final int layerCount;
    private final int hostExpertLayers;
    private final Bytes bytes;
    private long repacked;

    private WeightBuffers(LayerDevices devices, int layerCount, int hostExpertLayers, int deviceCount) {
        this.devices = devices;
        this.layerCount = layerCount;
        this.hostExpertLayers = hostExpertLayers;
        this.bytes = new Bytes(deviceCount);
    }

    /// The buffers of a model.
    ///
    /// @param layerCount layers that are loaded; weights of later ones, which predict further tokens, are
    ///     left out
    /// @param tied what becomes of a token table that is the head too
    static WeightBuffers of(
            Anatomy model,
            StoredWeights stored,
            LayerDevices devices,
            int layerCount,
            int hostExpertLayers,
            TiedTable tied,
            int deviceCount) {
        WeightBuffers buffers = new WeightBuffers(devices, layerCount, hostExpertLayers, deviceCount);
        buffers.addAll(model, stored, tied);
        return buffers;
    }

    /// Bytes of weights by device.
    Bytes bytes() {
        return bytes;
    }

    /// Bytes in main memory that the processor computes with in a rearranged form.
    long repacked() {
        return repacked;
    }

    private void addAll(Anatomy model, StoredWeights stored, TiedTable tied) {
        boolean hasHead = false;
        Weight table = null;
        for (Weight weight : model.weights()) {
            long size = stored.bytes(weight);
            if (size == 0) {
                continue;
            }
            hasHead |= isHead(weight);
            if (table == null && weight.role() == Role.EMBEDDING && weight.layer() < 0) {
                table = weight;
            }
            int layer = layer(weight);
            if (isLoaded(weight, layer)) {
                add(size, stored.type(weight), weight.rowElements(), place(weight, layer));
                isRepacked(weight, stored.type(weight), place(weight, layer), size);
            }
        }
        for (FileTensor tensor : stored.added()) {
            addBeside(tensor);
        }
        boolean isElsewhere = devices.output() != Portion.HOST;
        boolean isCopied = tied == TiedTable.TWICE || (tied == TiedTable.COPIED && isElsewhere);
        if (table != null && !hasHead && isCopied) {
            // tied to the table, which stays in main memory: what computes the logits has a copy
            add(stored.bytes(table), stored.type(table), table.rowElements(), devices.output());
        }
    }

    private static boolean isHead(Weight weight) {
        boolean isUnnamed = weight.name().equals(weight.publishedName());
        boolean isMatrix = weight.shape().rank() == 2 && weight.layer() < 0;
        return weight.name().equals("output.weight") || (weight.role() == Role.HEAD && isUnnamed && isMatrix);
    }

    /// Rotary factors are with every layer that reads them, corrections where their layer is.
    private void addBeside(FileTensor tensor) {
        long row = tensor.shape().rank() == 0
                ? 1
                : tensor.shape().dimension(tensor.shape().rank() - 1);
        if (tensor.name().startsWith("rope_f")) {
            Set<Integer> where = new HashSet<>(devices.layers());
            where.forEach(device -> bytes.addTensor(device, tensor.bytes(), tensor.type(), row));
            return;
        }
        int layer = layer(tensor.name());
        if (layer < layerCount) {
            bytes.addTensor(devices.of(layer), tensor.bytes(), tensor.type(), row);
        }
    }

    /// Towers for images and sound are in a file of their own.
    private boolean isLoaded(Weight weight, int layer) {
        return switch (weight.tower()) {
            case VISION, AUDIO, PROJECTOR, DENOISER, CODEC -> false;
            case SAME, TEXT, ENCODER, NEXT_TOKEN -> layer < layerCount;
        };
    }

    private int place(Weight weight, int layer) {
        if (layer < 0) {
            if (INPUTS.contains(weight.name()) || isPublishedTable(weight)) {
                return Portion.HOST;
            }
            boolean isOutput = OUTPUTS.matcher(weight.name()).matches() || weight.role() == Role.HEAD;
            return isOutput ? devices.output() : devices.of(0);
        }
        if (weight.role() == Role.EXPERT && layer < hostExpertLayers) {
            return Portion.HOST;
        }
        return devices.of(layer);
    }

    /// A table that GGUF has no name for.
    private static boolean isPublishedTable(Weight weight) {
        boolean isTable = weight.role() == Role.EMBEDDING || weight.role() == Role.POSITION;
        return isTable && weight.name().equals(weight.publishedName());
    }

    /// The number of the layer that a weight lies in; -1 outside the layers.
    static int layer(Weight weight) {
        return weight.layer() >= 0 ? weight.layer() : layer(weight.name());
    }

    private static int layer(String name) {
        Matcher matcher = LAYER.matcher(name);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private void add(long size, String type, long rowElements, int device) {
        bytes.addTensor(device, size, TYPES.getOrDefault(type, DataType.F32), rowElements);
    }

    private void isRepacked(Weight weight, String type, int device, long size) {
        if (device == Portion.HOST && REPACKED.contains(type) && weight.role() != Role.EMBEDDING) {
            repacked += size;
        }
    }
}
