package dev.weighbridge.bench;

import dev.weighbridge.files.ModelReader;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.memory.llamacpp.LlamaCpp;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Engine;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Plans llama.cpp's memory for the lines of standard input, for `bench/peers/llamacpp_memory.py` to hold
/// against
/// llama.cpp; its `llamacpp_memory.cpp` says what the lines may be.
///
/// With the argument `models` it writes the known models instead, one JSON object a line: name,
/// architecture,
/// configuration and the tensors of the published checkpoint. With `config` it plans the known model of a
/// file's
/// name by its configuration, without reading the file.
public final class LlamaCppPlans {
    private static final long DEVICE_BYTES = 24L << 30;

    private final Families families = AllFamilies.families();
    private final Catalogue catalogue = Catalogue.embedded();
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final boolean byConfiguration;
    private @Nullable Anatomy model;
    private Map<String, String> loading = Map.of();

    private LlamaCppPlans(boolean byConfiguration) {
        this.byConfiguration = byConfiguration;
    }

    /// Reads standard input to its end.
    ///
    /// @param arguments none, `config` or `models`
    public static void main(String[] arguments) throws IOException {
        String mode = arguments.length == 0 ? "" : arguments[0];
        LlamaCppPlans plans = new LlamaCppPlans(mode.equals("config"));
        if (mode.equals("models")) {
            plans.writeModels();
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            plans.answer(line.strip());
        }
    }

    private void answer(String line) throws IOException {
        String[] words = line.split(" +", -1);
        try {
            switch (words[0]) {
                case "load" -> {
                    loading = options(words);
                    model = null;
                    model = read(words[1]);
                    out.println("{\"cmd\":\"load\"}");
                }
                case "ctx" -> out.println(plan(options(words)));
                default -> {}
            }
        } catch (WeighException | IllegalArgumentException e) {
            out.println("{\"cmd\":\"" + words[0] + "\",\"error\":" + quoted(String.valueOf(e.getMessage())) + "}");
        }
    }

    private Anatomy read(String path) throws IOException {
        Path file = Path.of(path).toAbsolutePath();
        if (!byConfiguration) {
            return Anatomy.of(WeighedModel.of(ModelReader.read(LocalRepository.of(file)), families));
        }
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.gguf$", "");
        KnownModel known =
                catalogue.find(name).orElseThrow(() -> new IllegalArgumentException("no known model " + name));
        return Anatomy.of(name, families.blueprint(known.config()));
    }

    private String plan(Map<String, String> context) {
        Anatomy planned = model;
        if (planned == null) {
            throw new IllegalArgumentException("no model");
        }
        Precision precision = byConfiguration ? Precisions.parse("F16", Format.GGUF) : Precisions.asStored();
        LlamaCppSettings settings = LlamaCppSettings.of(Engine.LLAMA_CPP)
                .withLoading(false, false)
                .withUnifiedCache(number(context, "unified", 0) == 1)
                .withFullWindowCache(number(context, "swafull", 0) == 1)
                .withOffloading(number(context, "kvo", 1) == 1, number(context, "opo", 1) == 1);
        Placement placement = placement();
        long start = System.nanoTime();
        MemoryPlan plan = new LlamaCpp(settings).plan(planned, precision, workload(context), placement);
        long micros = (System.nanoTime() - start) / 1000;
        StringBuilder answer = new StringBuilder("{\"cmd\":\"ctx\",\"us\":" + micros);
        for (Component component : List.of(
                Component.WEIGHTS,
                Component.KV_CACHE,
                Component.RECURRENT_STATE,
                Component.COMPUTE,
                Component.OUTPUT)) {
            answer.append(",\"").append(component.label()).append("\":{");
            List<String> parts = new ArrayList<>();
            for (int device = Portion.HOST; device < placement.devices().size(); device++) {
                long bytes = plan.of(component, device);
                if (bytes > 0) {
                    parts.add((device == Portion.HOST ? "\"host\":" : "\"CUDA" + device + "\":") + bytes);
                }
            }
            answer.append(String.join(",", parts)).append('}');
        }
        return answer.append('}').toString();
    }

    private Placement placement() {
        int count = number(loading, "gpus", 0);
        String[] capacities = loading.getOrDefault("mem", "").split(",", -1);
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean isSaid = i < capacities.length && !capacities[i].isEmpty();
            devices.add(device(isSaid ? Long.parseLong(capacities[i]) << 20 : DEVICE_BYTES));
        }
        List<Double> shares = new ArrayList<>();
        if (loading.containsKey("split")) {
            for (String share : loading.get("split").split(",", -1)) {
                shares.add(Double.valueOf(share));
            }
        }
        int layers = number(loading, "ngl", -1);
        int offloaded = count == 0 ? 0 : layers < 0 ? Placement.ALL : layers;
        return new Placement(devices, new Split.Layers(shares), offloaded, number(loading, "ncmoe", 0));
    }

    private static Workload workload(Map<String, String> context) {
        int sequences = number(context, "np", 1);
        return new Workload(
                Math.ceilDiv(number(context, "c", 4096), sequences),
                sequences,
                number(context, "b", 2048),
                number(context, "ub", 512),
                type(context.getOrDefault("ctk", "f16")),
                type(context.getOrDefault("ctv", "f16")),
                number(context, "fa", 1) == 1 ? AttentionKernel.FLASH : AttentionKernel.PLAIN);
    }

    private static DataType type(String name) {
        return DataType.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static int number(Map<String, String> options, String key, int fallback) {
        return options.containsKey(key) ? Integer.parseInt(options.get(key)) : fallback;
    }

    private static Map<String, String> options(String[] words) {
        Map<String, String> options = new HashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                options.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return options;
    }

    private static Device device(long bytes) {
        return new Device(
                "CUDA",
                List.of(),
                "NVIDIA",
                Device.Kind.ACCELERATOR,
                "any",
                bytes,
                bytes,
                Basis.EXACT,
                1e12,
                Map.of(),
                Device.Link.NONE,
                0,
                null,
                null,
                Basis.EXACT,
                "pretended",
                "2026");
    }

    private void writeModels() {
        for (KnownModel known : catalogue.models()) {
            Blueprint blueprint = families.blueprint(known.config());
            String tensors = blueprint.parameters().stream()
                    .filter(parameter -> !parameter.isTied())
                    .map(LlamaCppPlans::tensor)
                    .collect(Collectors.joining(","));
            out.println("{\"name\":" + quoted(known.name()) + ",\"architecture\":" + quoted(blueprint.architecture())
                    + ",\"config\":" + json(known.config().values()) + ",\"tensors\":[" + tensors + "]}");
        }
    }

    private static String tensor(PlacedParameter parameter) {
        long[] shape = parameter.shape().toArray();
        List<String> dimensions = new ArrayList<>();
        for (long dimension : shape) {
            dimensions.add(Long.toString(dimension));
        }
        return "[" + quoted(parameter.name()) + ",[" + String.join(",", dimensions) + "],"
                + (parameter.isBuffer() ? 1 : 0) + "]";
    }

    private static String json(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(text);
            case List<?> list -> list.stream().map(LlamaCppPlans::json).collect(Collectors.joining(",", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> quoted(String.valueOf(entry.getKey())) + ":" + json(entry.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            default -> value.toString();
        };
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
