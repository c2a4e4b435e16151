package dev.weighbridge.planner.validation;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.serving.EngineVersion;
import dev.weighbridge.planner.memory.serving.VllmReleases;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precisions;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a serving engine's start-up log states, in the words of either kind of table.
///
/// @param row of the table
/// @param devices to find those named
record ServingRow(TableRow row, DeviceCatalogue devices) {
    private static final Pattern RANKS = Pattern.compile("tp\\s?=\\s?(\\d+)|TP(\\d+)");
    private static final Pattern STAGES = Pattern.compile("pp=(\\d+)");
    private static final Pattern GROUPS = Pattern.compile("dp=(\\d+)");
    private static final Pattern CONTEXT_RANKS = Pattern.compile("decode context parallel (\\d+)");
    private static final Pattern ACTIVATIONS = Pattern.compile("torch peak increase ([\\d.]+) GiB");
    private static final Pattern BESIDE_TORCH = Pattern.compile("non-torch ([\\d.]+) GiB");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");
    private static final double GIBIBYTE = 1L << 30;

    /// A log's parts are printed to hundredths, graphs and rounding lie between them.
    private static final double PARTS_TOLERANCE = 0.02;

    /// How a quantiser is named in a log or in the name of a repository, and the precision it makes; the
    /// first found counts.
    private static final Map<String, String> QUANTIZERS = orderedQuantizers();

    private static Map<String, String> orderedQuantizers() {
        Map<String, String> quantizers = new java.util.LinkedHashMap<>();
        quantizers.put("nvfp4", "NVFP4");
        quantizers.put("mxfp4", "MXFP4");
        quantizers.put("w4a16", "INT4");
        quantizers.put("w8a8", "INT8");
        quantizers.put("modelslim", "INT8");
        quantizers.put("awq", "AWQ");
        quantizers.put("gptq", "GPTQ");
        quantizers.put("bitsandbytes", "NF4");
        quantizers.put("fp8", "FP8");
        quantizers.put("int4", "INT4");
        quantizers.put("int8", "INT8");
        quantizers.put("float32", "FP32");
        return quantizers;
    }

    /// The engine's version, stated or the one in use on the day; empty where the log says neither.
    Optional<EngineVersion> version() {
        String text = row.found("engine_version").orElse(row.text("runtime_version_or_build"));
        Matcher matcher = VERSION.matcher(text);
        if (matcher.find()) {
            return Optional.of(EngineVersion.parse(matcher.group()));
        }
        try {
            return row.found("date").map(day -> VllmReleases.embedded().on(LocalDate.parse(day)));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /// Groups of ranks that attend to sequences of their own (`dp=32`).
    int attentionGroups() {
        return (int) Math.max(1, first(GROUPS).orElse(1));
    }

    /// Whether the log tells how the model was divided.
    boolean isDivisionStated() {
        return !row.text("notes").contains("tp=None");
    }

    /// Tensor ranks.
    int tensor() {
        OptionalLong stated = row.count("tp");
        return (int) Math.max(1, stated.orElseGet(() -> first(RANKS).orElse(deviceCount())));
    }

    /// Pipeline stages.
    int pipeline() {
        return (int) Math.max(1, row.count("pp").orElseGet(() -> first(STAGES).orElse(1)));
    }

    private long deviceCount() {
        return Math.max(1, row.count("n_gpus").orElse(1));
    }

    private OptionalLong first(Pattern pattern) {
        Matcher matcher = pattern.matcher(row.text("notes"));
        if (!matcher.find()) {
            return OptionalLong.empty();
        }
        String number = matcher.groupCount() > 1 && matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return OptionalLong.of(Long.parseLong(number));
    }

    /// The device that a rank runs on; empty where the log does not name one that is known.
    Optional<Device> device() {
        String name = row.found("gpu").orElse(row.text("device"));
        OptionalDouble visible = row.number("gpu_total_gib");
        Optional<Device> found = name.isEmpty() ? Optional.empty() : devices.find(name);
        return visible.isEmpty()
                ? found
                : found.map(device -> device.withMemory(
                        device.memoryBytes(), Math.round(visible.getAsDouble() * GIBIBYTE), Basis.MEASURED));
    }

    /// Ranks on such devices.
    Placement placement(Device device) {
        List<Device> all = Collections.nCopies(tensor() * pipeline(), device);
        return new Placement(all, new Split.Parallel(tensor(), pipeline(), false), Placement.ALL, 0);
    }

    /// What is asked of the engine; a context that is not stated is the model's own.
    Workload workload(long contextLength) {
        long context = row.count("max_model_len").orElse(row.count("n_ctx").orElse(Math.max(1, contextLength)));
        DataType type = cacheType();
        return Workload.of(Math.max(1, context))
                .withCache(type, type)
                .withBatch((int) row.count("max_num_batched_tokens").orElse(0), 0);
    }

    private DataType cacheType() {
        String name = row.found("kv_dtype").orElse(row.text("kv_type_k")).toLowerCase(Locale.ROOT);
        boolean isImplied = name.isEmpty() && isModelOpt();
        return name.startsWith("fp8") || isImplied ? DataType.F8_E4M3 : DataType.BF16;
    }

    /// Whether NVFP4 weights are those of NVIDIA's ModelOpt rather than of compressed-tensors: its releases
    /// quantise feed-forwards alone and state an FP8 cache, which `auto` follows.
    private boolean isModelOpt() {
        return row.text("quant_dtype").equalsIgnoreCase("nvfp4");
    }

    /// The precision of the weights: by the quantiser that the log or the repository's name tells, else as
    /// published.
    Precision precision() {
        String stated = row.text("quant_dtype") + " " + row.text("quant") + " " + row.text("dtype");
        String text = (stated + " " + row.text("model")).toLowerCase(Locale.ROOT);
        if (isModelOpt()) {
            return Precisions.parse("NVFP4-mlp");
        }
        return QUANTIZERS.entrySet().stream()
                .filter(entry -> text.contains(entry.getKey()))
                .findFirst()
                .map(entry -> Precisions.parse(entry.getValue()))
                .orElseGet(Precisions::asStored);
    }

    /// Tokens that the cache holds; ranks that divide a sequence among themselves multiply the printed
    /// number.
    OptionalLong tokens() {
        OptionalLong printed =
                row.count("kv_tokens").isPresent() ? row.count("kv_tokens") : row.count("vllm_kv_tokens");
        long shared = first(CONTEXT_RANKS).orElse(1);
        return printed.isPresent() ? OptionalLong.of(printed.getAsLong() / Math.max(1, shared)) : printed;
    }

    /// Whether weights, activations, what lies beside them and the cache, all printed, do not add up to the
    /// stated share of the device: then that share was not in force, and the cache cannot be told from it.
    ///
    /// @param totalBytes of the device
    boolean contradictsItself(long totalBytes) {
        OptionalDouble share = row.number("gpu_memory_utilization").isPresent()
                ? row.number("gpu_memory_utilization")
                : row.number("gpu_mem_fraction");
        OptionalDouble weights = bytes("weights_gib_per_gpu", "weights_GiB_per_gpu");
        OptionalDouble activations = bytesOrNoted(ACTIVATIONS, "activation_peak_gib");
        OptionalDouble beside = bytesOrNoted(BESIDE_TORCH, "non_torch_gib");
        OptionalDouble cache = bytes("kv_pool_gib_per_gpu", "vllm_kv_GiB");
        if (share.isEmpty() || weights.isEmpty() || activations.isEmpty() || beside.isEmpty() || cache.isEmpty()) {
            return false;
        }
        double parts = weights.getAsDouble() + activations.getAsDouble() + beside.getAsDouble() + cache.getAsDouble();
        return Math.abs(share.getAsDouble() * totalBytes - parts) > PARTS_TOLERANCE * totalBytes;
    }

    private OptionalDouble bytesOrNoted(Pattern pattern, String column) {
        OptionalDouble stated = bytes(column);
        Matcher noted = pattern.matcher(row.text("notes"));
        return stated.isPresent() || !noted.find()
                ? stated
                : OptionalDouble.of(Double.parseDouble(noted.group(1)) * GIBIBYTE);
    }

    /// Bytes of a column in GiB; the first of `columns` that has a figure.
    OptionalDouble bytes(String... columns) {
        for (String column : columns) {
            OptionalDouble value = row.number(column);
            if (value.isPresent()) {
                return OptionalDouble.of(value.getAsDouble() * GIBIBYTE);
            }
        }
        return OptionalDouble.empty();
    }
}
