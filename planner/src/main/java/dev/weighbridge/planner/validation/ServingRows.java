package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.serving.EngineVersion;
import dev.weighbridge.planner.memory.serving.SgLang;
import dev.weighbridge.planner.memory.serving.Vllm;
import dev.weighbridge.planner.memory.serving.VllmSettings;
import dev.weighbridge.planner.validation.Observation.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Rows of start-up logs of serving engines: weights of a rank, the cache that fills the rest, and what it holds.
final class ServingRows implements RowPredictor {
    private static final EngineVersion USUAL = new EngineVersion(0, 19, 0);

    private final ModelLookup models;
    private final DeviceCatalogue devices;

    ServingRows(ModelLookup models, DeviceCatalogue devices) {
        this.models = models;
        this.devices = devices;
    }

    @Override
    public Outcome predict(TableRow row) {
        Optional<Anatomy> model = models.find(row.identifier(), row.text("model"));
        if (model.isEmpty()) {
            return new Outcome.Skipped(
                    row.identifier(), "no hyperparameters in the table, and the catalogue does not know the model");
        }
        ServingRow settings = new ServingRow(row, devices);
        if (!settings.isDivisionStated()) {
            return new Outcome.Skipped(row.identifier(), "the log does not state how many ranks shared the model");
        }
        Optional<Device> device = settings.device();
        Runtime runtime = runtime(settings);
        MemoryPlan plan = runtime.plan(
                model.get(),
                settings.precision(),
                settings.workload(model.get().contextLength().orElse(4096)),
                settings.placement(device.orElse(AnyDevice.DEVICE)));
        boolean isBudgetKnown =
                device.isPresent() && !settings.contradictsItself(device.get().visibleBytes());
        List<Observation> observations = observe(settings, plan, isBudgetKnown);
        return observations.isEmpty()
                ? new Outcome.Skipped(row.identifier(), "the log shows no figure that is planned")
                : new Outcome.Predicted(
                        row.identifier(),
                        row.found("runtime").orElse(row.text("engine")),
                        model.get()
                                .blueprint()
                                .map(found -> found.architecture())
                                .orElse(""),
                        row.text("model"),
                        observations);
    }

    private static Runtime runtime(ServingRow row) {
        String name =
                row.row().found("runtime").orElse(row.row().text("engine")).toLowerCase(Locale.ROOT);
        OptionalDouble share = row.row().number("gpu_memory_utilization");
        double utilization = share.orElse(row.row().number("gpu_mem_fraction").orElse(0));
        if (name.contains("sglang")) {
            int chunk = (int) Math.max(0, row.row().count("n_ubatch").orElse(0));
            return new SgLang(utilization, chunk, 1, row.attentionGroups());
        }
        int sequences = (int) row.row().count("max_num_seqs").orElse(0);
        EngineVersion version = row.version().orElse(USUAL);
        return new Vllm(VllmSettings.of(version).withUtilization(utilization).withSequences(sequences));
    }

    private static List<Observation> observe(ServingRow row, MemoryPlan plan, boolean isBudgetKnown) {
        List<Observation> observations = new ArrayList<>();
        OptionalDouble weights = row.bytes("weights_gib_per_gpu", "weights_GiB_per_gpu");
        if (weights.isPresent()) {
            observations.add(new Observation(
                    Quantity.WEIGHTS, largestRank(plan, row, Component.WEIGHTS), weights.getAsDouble(), Map.of()));
        }
        OptionalDouble compute = row.bytes("activation_peak_gib");
        if (compute.isPresent()) {
            observations.add(
                    new Observation(Quantity.COMPUTE, plan.of(Component.COMPUTE, 0), compute.getAsDouble(), Map.of()));
        }
        Optional<MemoryPlan.CachePool> pool = plan.cachePool();
        OptionalDouble measured = row.bytes("kv_pool_gib_per_gpu", "vllm_kv_GiB");
        if (pool.isEmpty() || measured.isEmpty()) {
            return observations;
        }
        if (isBudgetKnown && measured.getAsDouble() > 0) {
            observations.add(new Observation(Quantity.POOL, pool.get().bytes(), measured.getAsDouble(), Map.of()));
        }
        OptionalLong tokens = row.tokens();
        if (tokens.isPresent() && pool.get().tokens() > 0 && measured.getAsDouble() > 0) {
            double bytesPerToken = (double) pool.get().bytes() / pool.get().tokens();
            observations.add(new Observation(
                    Quantity.KV_CACHE, bytesPerToken * tokens.getAsLong(), measured.getAsDouble(), Map.of()));
        }
        return observations;
    }

    /// The stage with the most, which is the one that a log of several stages shows.
    private static double largestRank(MemoryPlan plan, ServingRow row, Component component) {
        long most = 0;
        for (int rank = 0; rank < row.tensor() * row.pipeline(); rank++) {
            most = Math.max(most, plan.of(component, rank));
        }
        return most;
    }
}
