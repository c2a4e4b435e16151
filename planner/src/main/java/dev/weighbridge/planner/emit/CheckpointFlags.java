package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/// What engines that load safetensors have in common: the checkpoint's name, its type, and the cache's.
final class CheckpointFlags {
    private CheckpointFlags() {}

    /// The name or path that the engine is given.
    ///
    /// @throws UnsupportedException if there are only GGUF files, or a library's
    static String model(Deployment deployment, String engine) {
        if (deployment.runsGguf() || deployment.isGguf()) {
            throw new UnsupportedException(
                    engine + " runs folders of safetensors, not GGUF files",
                    "name the original repository, or --runtime llama-server");
        }
        return switch (deployment.address()) {
            case ModelAddress.Hub hub -> hub.repository();
            case ModelAddress.Local local -> local.path();
            case ModelAddress.Library library ->
                throw new UnsupportedException(
                        engine + " does not load " + library.name() + " from Ollama's library",
                        "name the original repository, or --runtime ollama");
        };
    }

    /// The revision asked for; empty for the default.
    static String revision(Deployment deployment) {
        return deployment.address() instanceof ModelAddress.Hub hub ? hub.revision() : "";
    }

    /// The type that plain weights are loaded as; empty for that of the files.
    static Optional<String> dataType(Deployment deployment) {
        return switch (deployment.precision().name()) {
            case "FP32" -> Optional.of("float32");
            case "FP16" -> Optional.of("float16");
            case "BF16" -> Optional.of("bfloat16");
            default -> Optional.empty();
        };
    }

    /// A quantisation that engines do themselves while they load 16-bit weights.
    enum WhileLoading {
        NONE,
        FP8,
        NORMAL_FLOAT,
        INT8;

        static WhileLoading of(Deployment deployment) {
            return switch (deployment.precision().name()) {
                case "FP8", "FP8-tensor" -> FP8;
                case "NF4", "NF4-single" -> NORMAL_FLOAT;
                case "LLM.int8" -> INT8;
                default -> NONE;
            };
        }
    }

    /// Says that the checkpoint must be one of that precision, where the engine cannot make it so.
    static void noteCheckpoint(Deployment deployment, Launch.Builder launch) {
        boolean isPlain = deployment.isAsStored() || dataType(deployment).isPresent();
        if (!isPlain && WhileLoading.of(deployment) == WhileLoading.NONE) {
            launch.note("the plan is for weights stored as "
                    + deployment.precision().name() + ": put a checkpoint quantised so in place of the one named");
        }
    }

    /// The type of the cache as vLLM and SGLang call it; empty for that of the activations.
    ///
    /// @throws UnsupportedException if the engine keeps no such cache
    static Optional<String> cacheType(Workload workload, String engine) {
        if (workload.keyType() != workload.valueType()) {
            throw new UnsupportedException(engine + " keeps keys and values in one type");
        }
        return switch (workload.keyType()) {
            case F16, BF16 -> Optional.empty();
            case F8_E4M3 -> Optional.of("fp8_e4m3");
            case F8_E5M2 -> Optional.of("fp8_e5m2");
            default ->
                throw new UnsupportedException(engine + " keeps no cache of type "
                        + workload.keyType().name().toLowerCase(Locale.ROOT));
        };
    }

    /// A share with at most three digits after the point.
    static String share(double share) {
        return BigDecimal.valueOf(share)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    /// Refuses a plan that leaves weights in main memory.
    static void requireDevices(Deployment deployment, String engine) {
        boolean isPartly = deployment.placement().offloadedLayers() < Placement.ALL
                || deployment.placement().hostExpertLayers() > 0;
        if (deployment.deviceCount() == 0 || isPartly) {
            throw new UnsupportedException(
                    engine + " keeps all weights on devices, and this plan does not",
                    "name more devices, or --runtime llama-server");
        }
    }
}
