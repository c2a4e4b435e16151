package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.device.Device;
import java.util.Arrays;
import java.util.Locale;

/// The program that runs a model together with the way it drives the device: speeds are alike within one.
public enum Backend {
    LLAMA_CPP_CUDA("llama.cpp CUDA"),
    LLAMA_CPP_ROCM("llama.cpp ROCm"),
    LLAMA_CPP_VULKAN("llama.cpp Vulkan"),
    LLAMA_CPP_METAL("llama.cpp Metal"),
    LLAMA_CPP_CPU("llama.cpp CPU"),
    MLX("MLX"),
    VLLM("vLLM"),
    SGLANG("SGLang"),
    TENSORRT_LLM("TensorRT-LLM"),
    TRANSFORMERS("transformers"),
    WEIGHBRIDGE("Weighbridge");

    private final String label;

    Backend(String label) {
        this.label = label;
    }

    /// The name as shown and as written to data files.
    public String label() {
        return label;
    }

    /// Whether the program is llama.cpp or one that carries it (Ollama, LM Studio, llamafile).
    public boolean isLlamaCpp() {
        return switch (this) {
            case LLAMA_CPP_CUDA, LLAMA_CPP_ROCM, LLAMA_CPP_VULKAN, LLAMA_CPP_METAL, LLAMA_CPP_CPU -> true;
            case MLX, VLLM, SGLANG, TENSORRT_LLM, TRANSFORMERS, WEIGHBRIDGE -> false;
        };
    }

    /// Whether it is an engine that serves many sequences together.
    public boolean isServing() {
        return switch (this) {
            case VLLM, SGLANG, TENSORRT_LLM -> true;
            case LLAMA_CPP_CUDA, LLAMA_CPP_ROCM, LLAMA_CPP_VULKAN, LLAMA_CPP_METAL, LLAMA_CPP_CPU -> false;
            case MLX, TRANSFORMERS, WEIGHBRIDGE -> false;
        };
    }

    /// The backend of a label, in whatever case.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    public static Backend parse(String label) {
        return Arrays.stream(values())
                .filter(backend -> backend.label.equalsIgnoreCase(label.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no backend is called \"" + label + "\"; known are "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Backend::label).toList())));
    }

    /// What a runtime drives a device with: `llama.cpp` takes CUDA on NVIDIA, Metal on Apple, Vulkan or ROCm elsewhere.
    ///
    /// @param runtime as the user names it: `llama.cpp`, `ollama`, `mlx`, `vllm`, `sglang`, `tensorrt-llm`,
    ///     `transformers`, `weighbridge`
    /// @throws IllegalArgumentException if the runtime is not known
    public static Backend of(String runtime, Device device) {
        return switch (runtime.strip().toLowerCase(Locale.ROOT)) {
            case "llama.cpp", "llamacpp", "ik_llama.cpp", "ollama", "lmstudio", "llamafile" -> llamaCpp(device);
            case "mlx" -> MLX;
            case "vllm" -> VLLM;
            case "sglang" -> SGLANG;
            case "tensorrt-llm", "trtllm" -> TENSORRT_LLM;
            case "transformers" -> TRANSFORMERS;
            case "weighbridge" -> WEIGHBRIDGE;
            default -> throw new IllegalArgumentException("no speed is known for runtime \"" + runtime + "\"");
        };
    }

    private static Backend llamaCpp(Device device) {
        if (device.kind() == Device.Kind.PROCESSOR || device.kind() == Device.Kind.PHONE) {
            return LLAMA_CPP_CPU;
        }
        return switch (device.vendor().toLowerCase(Locale.ROOT)) {
            case "nvidia" -> LLAMA_CPP_CUDA;
            case "apple" -> LLAMA_CPP_METAL;
            case "amd" -> LLAMA_CPP_ROCM;
            default -> LLAMA_CPP_VULKAN;
        };
    }
}
