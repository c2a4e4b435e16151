package dev.weighbridge.planner.speed.table;

import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.speed.Backend;
import dev.weighbridge.planner.speed.Deployment;
import dev.weighbridge.planner.speed.Deployment.Sharing;
import dev.weighbridge.planner.speed.Load;
import dev.weighbridge.planner.speed.Work;
import dev.weighbridge.planner.speed.table.SpeedRow.Phase;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads rows as measurements.
public final class Measurements {
    private static final Pattern PROMPT_TEST = Pattern.compile("pp(\\d{1,7})");
    private static final Pattern ANSWER_TEST = Pattern.compile("tg(\\d{1,7})");
    private static final Pattern OLD_YEAR = Pattern.compile("20(1\\d|2[0-4])\\b");
    private static final double USUAL_PROMPT = 512;
    private static final double USUAL_ANSWER = 256;

    /// A stated context is a limit; who measured speed filled no more of it than this.
    private static final double USUALLY_FILLED = 1024;

    private final RowModels models;
    private final RowDevices devices;

    /// Finds models in `catalogue`, builds them by `families`, and finds devices in `devices`.
    public Measurements(Families families, Catalogue catalogue, DeviceCatalogue devices) {
        this.models = new RowModels(families, catalogue);
        this.devices = new RowDevices(devices);
    }

    /// A row, or what it lacks.
    ///
    /// @param measurement of the row, where it lacks nothing
    /// @param lacks in a sentence; empty where it lacks nothing
    public record Reading(Optional<Measurement> measurement, String lacks) {
        private static Reading lacking(String what) {
            return new Reading(Optional.empty(), what);
        }
    }

    /// Reads a row.
    public Reading read(SpeedRow row) {
        if (!(row.tokensPerSecond() > 0)) {
            return Reading.lacking("the row states no tokens per second");
        }
        Optional<Device> device = devices.find(row);
        if (device.isEmpty()) {
            return Reading.lacking("no device is known as \"" + row.device() + "\", and the row states no bandwidth");
        }
        Backend backend = backend(row, device.get());
        Optional<Work> work = models.work(row, backend);
        if (work.isEmpty()) {
            return Reading.lacking(
                    "no model is known as \"" + row.model() + "\", and the row states no number of parameters");
        }
        Measurement measurement = new Measurement(row, work.get(), deployment(row, device.get(), backend), load(row));
        return new Reading(Optional.of(measurement), "");
    }

    /// The program, where the row names one; else what is usual on such a device.
    private static Backend backend(SpeedRow row, Device device) {
        String engine = row.setting("engine").orElse("").toLowerCase(Locale.ROOT);
        if (engine.contains("vllm")) {
            return Backend.VLLM;
        }
        if (engine.contains("sglang")) {
            return Backend.SGLANG;
        }
        if (engine.contains("trtllm") || engine.contains("tensorrt")) {
            return Backend.TENSORRT_LLM;
        }
        if (engine.contains("mlx")
                || row.quantization().toLowerCase(Locale.ROOT).contains("mlx")) {
            return Backend.MLX;
        }
        boolean onProcessor = engine.endsWith("cpu")
                || row.setting("compute").filter(value -> value.equals("CPU")).isPresent();
        if (onProcessor) {
            return Backend.LLAMA_CPP_CPU;
        }
        if (engine.contains("vulkan")) {
            return Backend.LLAMA_CPP_VULKAN;
        }
        if (engine.contains("rocm") || engine.contains("hip") || engine.contains("rocwmma")) {
            return Backend.LLAMA_CPP_ROCM;
        }
        return Backend.of("llama.cpp", device);
    }

    private static Deployment deployment(SpeedRow row, Device device, Backend backend) {
        int count = Math.max(1, row.deviceCount());
        int tensor = (int) row.count("tp").orElse(1);
        int replicas = (int) row.count("dp").orElse(1);
        Sharing sharing = tensor > 1 ? Sharing.MATRICES : Sharing.LAYERS;
        int expertTensor = (int) row.count("moe_tp").orElse(0);
        int expertRanks = (int) row.count("moe_ep").orElse(0);
        if (row.count("moe_tp").isPresent()) {
            sharing = Sharing.MATRICES;
            count = row.deviceCount() > 0 ? row.deviceCount() : tensor;
            if (row.setting("adp").isPresent() && expertTensor == expertRanks && expertTensor > 1) {
                // Ranks of experts are those of the matrices again, so that 8 and 8 are 8 devices, not 64.
                count = expertTensor;
            }
            boolean sharesSequences =
                    row.count("adp").orElse(0) > 1 || (row.setting("adp").isEmpty() && tensor == 1 && count > 1);
            replicas = sharesSequences ? count : 1;
        } else if (tensor > 1 || replicas > 1) {
            sharing = Sharing.MATRICES;
            count = Math.clamp((long) tensor * replicas, 1, 1 << 16);
        }
        Deployment deployment = Deployment.over(device, Math.max(1, count), sharing, backend)
                .withReplicas(Math.clamp(replicas, 1, Math.max(1, count)));
        double limit = row.number("power_limit_w").orElse(0);
        if (limit > 0 && device.watts() > 0) {
            deployment = deployment.limitedTo(Math.min(1, limit / device.watts()));
        }
        Optional<String> engine = row.setting("engine");
        boolean isDated = engine.isEmpty() || OLD_YEAR.matcher(engine.get()).find();
        return isDated ? deployment.dated() : deployment;
    }

    private static Load load(SpeedRow row) {
        double depth = row.count("depth").orElse(0);
        if (row.phase() == Phase.PREFILL) {
            double prompt =
                    tested(PROMPT_TEST, row).orElse((double) row.count("ptok").orElse((long) USUAL_PROMPT));
            return Load.of(prompt, 1).atDepth(depth).withSequences(row.sequences());
        }
        if (row.count("osl").isPresent()) {
            double prompt = row.count("isl").orElse((long) USUAL_PROMPT);
            double answer = Math.max(1, row.count("osl").getAsLong());
            return Load.of(prompt, answer).withSequences(row.sequences()).steady();
        }
        if (row.count("gen").isPresent()) {
            double prompt = row.count("ptok").orElse((long) USUAL_PROMPT);
            double answer = Math.max(1, row.count("gen").getAsLong());
            Load load = Load.of(prompt, answer).withSequences(row.sequences());
            return row.sequences() > 1 ? load.steady() : load;
        }
        Optional<Double> answered = tested(ANSWER_TEST, row);
        if (answered.isPresent()) {
            return Load.of(0, Math.max(1, answered.get())).atDepth(depth).withSequences(row.sequences());
        }
        double filled = row.count("ptok").isPresent()
                ? row.count("ptok").getAsLong()
                : Math.min(USUALLY_FILLED, row.count("ctx").orElse((long) (USUAL_ANSWER / 2)));
        return Load.of(filled, USUAL_ANSWER).atDepth(depth).withSequences(row.sequences());
    }

    private static Optional<Double> tested(Pattern pattern, SpeedRow row) {
        Matcher matcher = pattern.matcher(row.setting("test").orElse(""));
        return matcher.find() ? Optional.of(Double.valueOf(matcher.group(1))) : Optional.empty();
    }
}
