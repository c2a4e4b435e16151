package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.inprocess.Transformers;
import dev.weighbridge.planner.memory.inprocess.WeighbridgeEngine;
import dev.weighbridge.planner.memory.llamacpp.LlamaCpp;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Engine;
import dev.weighbridge.planner.memory.serving.SgLang;
import dev.weighbridge.planner.memory.serving.Vllm;
import dev.weighbridge.planner.precision.Precision.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/// A runtime by name, and how much memory it takes for itself.
///
/// @param runtime with the settings asked for
/// @param budget what it may take
public record RuntimeChoice(Runtime runtime, Budget budget) {
    /// Names that [#named] knows, those of the runtimes themselves.
    public static final List<String> NAMES =
            List.of("llama.cpp", "vllm", "sglang", "transformers", "weighbridge", "ollama", "ik_llama.cpp");

    /// The runtime of that name.
    ///
    /// @param share of a device's memory that it may take; empty for its own default
    /// @throws IllegalArgumentException if none has it
    public static RuntimeChoice named(String name, OptionalDouble share) {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "llama.cpp", "llamacpp", "llama-server" -> of(llamaCpp(Engine.LLAMA_CPP), share);
            case "ik_llama.cpp", "ik_llama" -> of(llamaCpp(Engine.IK_LLAMA_CPP), share);
            case "ollama" -> of(llamaCpp(Engine.OLLAMA), share);
            case "vllm" -> vllm(share);
            case "sglang" -> of(new SgLang(share.orElse(0), 0, 1, 1), share);
            case "transformers" -> of(new Transformers(), share);
            case "weighbridge" -> of(new WeighbridgeEngine(), share);
            default ->
                throw new IllegalArgumentException(
                        "no runtime is called '" + name.strip() + "'; known are " + String.join(", ", NAMES));
        };
    }

    /// What the processor rearranges takes the place of mapped pages, which need not stay in memory.
    private static Runtime llamaCpp(Engine engine) {
        LlamaCppSettings usual = LlamaCppSettings.of(engine);
        return new LlamaCpp(usual.withLoading(usual.memoryMapped(), false));
    }

    private static RuntimeChoice of(Runtime runtime, OptionalDouble share) {
        return new RuntimeChoice(runtime, share.isPresent() ? Budget.share(share.getAsDouble()) : Budget.standard());
    }

    private static RuntimeChoice vllm(OptionalDouble share) {
        Vllm usual = new Vllm();
        Vllm vllm = share.isEmpty() ? usual : usual.with(usual.settings().withUtilization(share.getAsDouble()));
        return new RuntimeChoice(vllm, Budget.share(vllm.settings().share()));
    }

    /// Runtimes for files of a kind on a machine, the usual one first.
    public static List<RuntimeChoice> forFiles(Format format, Machine machine, OptionalDouble share) {
        List<String> names = new ArrayList<>();
        if (format == Format.GGUF || format == Format.AS_STORED) {
            names.add("llama.cpp");
        }
        if (machine.devices().stream().anyMatch(device -> device.kind() == Kind.ACCELERATOR)) {
            names.add("vllm");
        }
        names.add("transformers");
        return names.stream().map(name -> named(name, share)).toList();
    }
}
