package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Runtime;
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
    public static final List<String> NAMES = List.of("llama.cpp", "vllm", "sglang", "transformers", "weighbridge");

    /// The runtime of that name.
    ///
    /// @param share of a device's memory that it may take; empty for its own default
    /// @throws IllegalArgumentException if none has it
    public static RuntimeChoice named(String name, OptionalDouble share) {
        Budget budget = share.isPresent() ? Budget.share(share.getAsDouble()) : Budget.standard();
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "vllm" -> vllm(share);
            default ->
                throw new IllegalArgumentException(
                        "no runtime is called '" + name.strip() + "'; known are " + String.join(", ", NAMES));
        };
    }

    private static RuntimeChoice vllm(OptionalDouble share) {
        Vllm usual = new Vllm();
        Vllm vllm = share.isEmpty() ? usual : usual.with(usual.settings().withUtilization(share.getAsDouble()));
        return new RuntimeChoice(vllm, Budget.share(vllm.settings().share()));
    }

    /// Runtimes for files of a kind on a machine, the usual one first.
    public static List<RuntimeChoice> forFiles(Format format, Machine machine, OptionalDouble share) {
        List<String> names = new ArrayList<>();
        switch (format) {
            case GGUF, AS_STORED -> names.addAll(List.of("llama.cpp", "vllm", "transformers"));
            case SAFETENSORS, MLX -> {
                if (machine.devices().stream().anyMatch(device -> device.kind() == Device.Kind.ACCELERATOR)) {
                    names.add("vllm");
                }
                names.add("transformers");
            }
        }
        return names.stream().map(name -> named(name, share)).toList();
    }
}
