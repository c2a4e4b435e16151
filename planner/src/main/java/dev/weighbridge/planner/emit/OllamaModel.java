package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A Modelfile for Ollama, with the server's own settings as comments: those are variables of its
/// environment.
final class OllamaModel {
    private OllamaModel() {}

    static String of(Deployment deployment, List<String> heading) {
        Workload workload = deployment.workload();
        StringBuilder text = new StringBuilder();
        heading.forEach(line -> comment(text, line));
        Map<String, String> server = server(deployment);
        if (!server.isEmpty()) {
            StringBuilder line = new StringBuilder();
            server.forEach(
                    (name, value) -> line.append(name).append('=').append(value).append(' '));
            comment(text, "the server takes its settings from its environment:");
            comment(text, "  " + line + "ollama serve");
        }
        comment(text, "then, with this text in a file named Modelfile:");
        comment(text, "  ollama create " + deployment.serviceName() + " -f Modelfile");
        comment(text, "  ollama run " + deployment.serviceName());
        text.append("FROM ").append(from(deployment, text)).append('\n');
        parameter(text, "num_ctx", workload.context());
        if (workload.batch() > 0) {
            parameter(text, "num_batch", workload.batch());
        }
        Placement placement = deployment.placement();
        if (deployment.deviceCount() == 0) {
            parameter(text, "num_gpu", 0);
        } else if (placement.offloadedLayers() != Placement.ALL) {
            parameter(text, "num_gpu", placement.offloadedLayers());
        }
        return text.toString();
    }

    private static String from(Deployment deployment, StringBuilder text) {
        if (deployment.placement().hostExpertLayers() > 0) {
            throw new UnsupportedException(
                    "Ollama does not leave experts alone in main memory", "--gpu-layers leaves whole layers there");
        }
        return switch (deployment.address()) {
            case ModelAddress.Library library -> Quoting.MODELFILE.quote(library.name());
            case ModelAddress.Local local
            when deployment.isGguf() && deployment.isAsStored() ->
                Quoting.MODELFILE.quote(local.path().startsWith("/") ? local.path() : "./" + local.path());
            case ModelAddress.Hub hub
            when deployment.isGguf() -> {
                boolean isType = !hub.file().isEmpty() && !hub.file().endsWith(".gguf");
                String type = deployment.isAsStored()
                        ? (isType ? hub.file() : "")
                        : deployment.precision().name();
                yield Quoting.MODELFILE.quote("hf.co/" + hub.repository() + (type.isEmpty() ? "" : ":" + type));
            }
            case ModelAddress.Hub _, ModelAddress.Local _ -> {
                String file =
                        deployment.serviceName() + "-" + deployment.precision().name() + ".gguf";
                text.insert(
                        0,
                        "# " + file + " must be made first, with llama.cpp's convert_hf_to_gguf.py and"
                                + " llama-quantize, or be fetched under that name\n");
                yield "./" + file;
            }
        };
    }

    private static Map<String, String> server(Deployment deployment) {
        Workload workload = deployment.workload();
        Map<String, String> variables = new LinkedHashMap<>();
        if (workload.sequences() > 1) {
            variables.put("OLLAMA_NUM_PARALLEL", Integer.toString(workload.sequences()));
        }
        if (workload.keyType() != workload.valueType()) {
            throw new UnsupportedException("Ollama keeps keys and values in one type");
        }
        switch (workload.keyType()) {
            case F16 -> {}
            case Q8_0, Q4_0 -> {
                variables.put("OLLAMA_FLASH_ATTENTION", "1");
                variables.put("OLLAMA_KV_CACHE_TYPE", lower(workload.keyType()));
            }
            default -> throw new UnsupportedException("Ollama keeps no cache of type " + lower(workload.keyType()));
        }
        switch (workload.attention()) {
            case AUTO -> {}
            case FLASH -> variables.put("OLLAMA_FLASH_ATTENTION", "1");
            case PLAIN -> variables.put("OLLAMA_FLASH_ATTENTION", "0");
        }
        if (deployment.deviceCount() > 1) {
            variables.put("OLLAMA_SCHED_SPREAD", "1");
        }
        return variables;
    }

    private static String lower(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static void parameter(StringBuilder text, String name, long value) {
        text.append("PARAMETER ").append(name).append(' ').append(value).append('\n');
    }

    private static void comment(StringBuilder text, String line) {
        text.append("# ").append(line).append('\n');
    }
}
