package dev.weighbridge.planner.validation;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.validation.Observation.Quantity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Rows of start-up logs. Those of serving engines are handed on; those of the llama.cpp kind are predicted here,
/// buffer by
/// buffer.
final class AllocationRows implements RowPredictor {
    /// A host buffer beyond the token table by more than this share of the file holds experts.
    private static final double EXPERTS_SHARE = 0.02;

    /// A host buffer of at least this share of the file, beside weights on devices, is the whole mapped file.
    private static final double WHOLE_FILE = 0.97;

    /// Half of the last digit that logs print of MiB.
    private static final double ROUNDING = 0.005 * 1024 * 1024;

    private final ModelLookup models;
    private final StatedPrecision precisions;
    private final RowPredictor serving;

    AllocationRows(ModelLookup models, RowPredictor serving) {
        this.models = models;
        this.precisions = new StatedPrecision();
        this.serving = serving;
    }

    @Override
    public Outcome predict(TableRow row) {
        String runtime = row.text("runtime").toLowerCase(Locale.ROOT);
        if (!runtime.contains("llama")) {
            return serving.predict(row);
        }
        Optional<Anatomy> model = models.find(row.identifier(), row.text("model"));
        if (model.isEmpty()) {
            return new Outcome.Skipped(
                    row.identifier(), "no hyperparameters in the table, and the catalogue does not know the model");
        }
        AllocationRow settings = new AllocationRow(row);
        Optional<Workload> workload = settings.workload();
        if (workload.isEmpty()) {
            return new Outcome.Skipped(row.identifier(), "the log states no context");
        }
        List<Observation> observations = observe(settings, model.get(), workload.get());
        return observations.isEmpty()
                ? new Outcome.Skipped(row.identifier(), "the log shows no figure that is planned")
                : new Outcome.Predicted(
                        row.identifier(),
                        row.text("runtime"),
                        row.text("architecture"),
                        row.text("model"),
                        observations);
    }

    private List<Observation> observe(AllocationRow row, Anatomy model, Workload workload) {
        Optional<Precision> stated = precisions.of(row.row(), model);
        Precision precision = stated.orElseGet(precisions::unstated);
        Runtime runtime = row.runtime();
        Placement placement = placement(row, runtime, model, precision, workload);
        MemoryPlan plan = runtime.plan(model, precision, workload, placement);
        List<Observation> observations = new ArrayList<>();
        row.bytes("kv_cache_MiB")
                .ifPresent(measured -> observations.add(observation(
                        Quantity.KV_CACHE, plan.of(Component.KV_CACHE), measured, cacheRule(model, workload))));
        row.bytes("recurrent_state_MiB")
                .ifPresent(measured -> observations.add(
                        observation(Quantity.RECURRENT_STATE, plan.of(Component.RECURRENT_STATE), measured, Map.of())));
        if (stated.isPresent()) {
            weights(row, plan, precision.store(model).total()).ifPresent(observations::add);
        }
        compute(row, plan, placement).ifPresent(observations::add);
        if (stated.isPresent()) {
            total(row, model, plan, placement).ifPresent(observations::add);
        }
        return observations;
    }

    private Placement placement(
            AllocationRow row, Runtime runtime, Anatomy model, Precision precision, Workload workload) {
        int count = row.deviceCount();
        if (count == 0) {
            return Placement.onHost();
        }
        List<Device> devices = Collections.nCopies(count, AnyDevice.DEVICE);
        int layers = (int) Math.min(Integer.MAX_VALUE, row.offloadedLayers().orElse(Placement.ALL));
        Placement placement = Placement.over(devices).offloading(layers);
        return layers == Placement.ALL
                ? withExpertsOnHost(row, runtime, model, precision, workload, placement)
                : placement;
    }

    /// No log prints which tensors an override (`-ot`) keeps in main memory; how much lies on the devices does.
    private static Placement withExpertsOnHost(
            AllocationRow row,
            Runtime runtime,
            Anatomy model,
            Precision precision,
            Workload workload,
            Placement placement) {
        Optional<Double> onDevices = row.bytes("model_buffer_MiB");
        double all = precision.store(model).total();
        double table = model.weights().stream()
                .filter(weight -> weight.role() == Role.EMBEDDING)
                .mapToLong(precision.store(model)::bytes)
                .sum();
        boolean isMixture = model.weights().stream().anyMatch(weight -> weight.expertCount() > 0);
        if (!isMixture || onDevices.isEmpty() || all - table - onDevices.get() < EXPERTS_SHARE * all) {
            return placement;
        }
        Placement nearest = placement;
        double distance = Double.POSITIVE_INFINITY;
        for (int layers = 0; layers <= model.textLayers().size(); layers++) {
            Placement candidate = placement.expertsOnHost(layers);
            MemoryPlan plan = runtime.plan(model, precision, workload, candidate);
            double off = Math.abs(plan.onDevices(Component.WEIGHTS) - onDevices.get());
            if (off < distance) {
                distance = off;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// Both kinds of memory together, unless the log counts the mapped file beside what the devices hold of it.
    private static Optional<Observation> weights(AllocationRow row, MemoryPlan plan, long fileBytes) {
        double onDevices = row.bytes("model_buffer_MiB").orElse(0.0);
        double onHost = row.bytes("model_buffer_cpu_MiB").orElse(0.0);
        if (onDevices + onHost == 0) {
            return Optional.empty();
        }
        boolean twice = onDevices > 0 && onHost > WHOLE_FILE * fileBytes;
        double predicted = twice ? plan.onDevices(Component.WEIGHTS) : plan.of(Component.WEIGHTS);
        return Optional.of(observation(Quantity.WEIGHTS, predicted, twice ? onDevices : onDevices + onHost, Map.of()));
    }

    private static Optional<Observation> compute(AllocationRow row, MemoryPlan plan, Placement placement) {
        boolean onHost = placement.devices().isEmpty();
        double predicted = onHost ? plan.of(Component.COMPUTE, Portion.HOST) : plan.onDevices(Component.COMPUTE);
        return row.bytes(onHost ? "compute_buffer_host_MiB" : "compute_buffer_MiB")
                .map(measured -> observation(Quantity.COMPUTE, predicted, measured, Map.of()));
    }

    /// What the devices hold where all layers are on them; main memory where there is no device.
    private static Optional<Observation> total(AllocationRow row, Anatomy model, MemoryPlan plan, Placement placement) {
        boolean onHost = placement.devices().isEmpty();
        if (!onHost && placement.offloadedLayers() != Placement.ALL) {
            return Optional.empty();
        }
        Optional<Double> weights = row.bytes(onHost ? "model_buffer_cpu_MiB" : "model_buffer_MiB");
        Optional<Double> cache = row.bytes("kv_cache_MiB");
        Optional<Double> compute = row.bytes(onHost ? "compute_buffer_host_MiB" : "compute_buffer_MiB");
        if (weights.isEmpty() || cache.isEmpty() || compute.isEmpty()) {
            return Optional.empty();
        }
        Optional<Double> state = row.bytes("recurrent_state_MiB");
        double measured = weights.get() + cache.get() + compute.get() + state.orElse(0.0);
        double predicted = 0;
        for (Component component : List.of(Component.WEIGHTS, Component.KV_CACHE, Component.COMPUTE)) {
            predicted += onHost ? plan.of(component) : plan.onDevices(component);
        }
        if (state.isPresent()) {
            predicted += onHost ? plan.of(Component.RECURRENT_STATE) : plan.onDevices(Component.RECURRENT_STATE);
        }
        return Optional.of(observation(Quantity.TOTAL, predicted, measured, totalRule(row, model)));
    }

    /// A prediction that rounds to the printed figure is that figure.
    private static Observation observation(
            Quantity quantity, double predicted, double measured, Map<String, Double> rules) {
        double figure = Math.abs(predicted - measured) <= ROUNDING ? predicted : measured;
        return new Observation(quantity, predicted, figure, rules);
    }

    /// `2 · layers · heads · dim · context` numbers of two bytes.
    private static Map<String, Double> cacheRule(Anatomy model, Workload workload) {
        if (model.hiddenSize().isEmpty()) {
            return Map.of();
        }
        double numbers = 2.0 * model.textLayers().size() * model.hiddenSize().getAsLong() * workload.totalTokens();
        return Map.of("2·layers·heads·dim·context", numbers * 2);
    }

    /// `parameters · bits · 1.2`, the bits those that the type is named for.
    private static Map<String, Double> totalRule(AllocationRow row, Anatomy model) {
        return StatedPrecision.nominalBits(row.row().text("quant_dtype"))
                .map(bits -> Map.of("parameters·bits·1.2", model.count().total() * bits / 8 * 1.2))
                .orElse(Map.of());
    }
}
