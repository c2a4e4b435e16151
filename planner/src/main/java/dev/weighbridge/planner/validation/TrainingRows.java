package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.training.LoraTargets;
import dev.weighbridge.planner.training.Method;
import dev.weighbridge.planner.training.Numerics;
import dev.weighbridge.planner.training.Optimizer;
import dev.weighbridge.planner.training.TrainingMemory;
import dev.weighbridge.planner.training.TrainingSettings;
import dev.weighbridge.planner.training.TrainingSettings.Loss;
import dev.weighbridge.planner.training.TrainingSettings.Offload;
import dev.weighbridge.planner.training.TrainingSettings.ZeroStage;
import dev.weighbridge.planner.validation.Observation.Quantity;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rows of peak memory of training runs.
final class TrainingRows implements RowPredictor {
    private static final double GIBIBYTE = 1L << 30;
    private static final double GIGABYTE = 1e9;
    private static final int USUAL_RANK = 8;
    private static final Pattern RANK = Pattern.compile("\\br(?:ank)?\\s?=?(\\d+)");
    private static final Pattern WAYS = Pattern.compile("\\b(TP|PP)\\s?(\\d+)");

    private final ModelLookup models;
    private final DeviceCatalogue devices;

    TrainingRows(ModelLookup models, DeviceCatalogue devices) {
        this.models = models;
        this.devices = devices;
    }

    @Override
    public Outcome predict(TableRow row) {
        Optional<Anatomy> model = models.find(row.identifier(), row.text("model"));
        if (model.isEmpty()) {
            return new Outcome.Skipped(row.identifier(), "the catalogue does not know the model");
        }
        OptionalLong sequence = row.count("seq_len");
        if (sequence.isEmpty()) {
            return new Outcome.Skipped(row.identifier(), "the source states no sequence length");
        }
        if (row.number("peak_GiB").isEmpty()) {
            return new Outcome.Skipped(row.identifier(), "the source states no peak");
        }
        TrainingSettings settings = settings(row, model.get(), sequence.getAsLong());
        MemoryPlan plan = TrainingMemory.plan(model.get(), settings, placement(row));
        double unit = row.text("peak_kind").contains("not converted") ? GIGABYTE : GIBIBYTE;
        double measured = row.number("peak_GiB").getAsDouble() * unit;
        return new Outcome.Predicted(
                row.identifier(),
                row.text("framework"),
                row.text("method"),
                row.text("model"),
                List.of(new Observation(Quantity.TRAINING_PEAK, counted(row, plan), measured, Map.of())));
    }

    /// What the row's counter counts: PyTorch's own never see the context, those of allocated or active
    /// memory not what lies between sizes either.
    private static double counted(TableRow row, MemoryPlan plan) {
        double allocated = (double) plan.on(0) - plan.of(Component.OVERHEAD, 0);
        String kind = row.text("peak_kind").toLowerCase(Locale.ROOT);
        boolean isReserved = kind.contains("reserved") || kind.contains("gpu ram");
        return isReserved ? allocated + TrainingMemory.FRAGMENTATION * plan.of(Component.ACTIVATIONS, 0) : allocated;
    }

    /// These recipes compute the loss piece by piece.
    private static Loss loss(TableRow row) {
        String framework = row.text("framework").toLowerCase(Locale.ROOT);
        return framework.contains("torchtune") || framework.contains("litgpt") ? Loss.CHUNKED : Loss.WHOLE;
    }

    private static TrainingSettings settings(TableRow row, Anatomy model, long sequenceLength) {
        String notes = row.text("notes").toLowerCase(Locale.ROOT);
        String parallelism = row.text("parallelism").toLowerCase(Locale.ROOT);
        TrainingSettings settings = TrainingSettings.full(sequenceLength)
                .withMethod(method(row, model))
                .withOptimizer(optimizer(row))
                .withNumerics(numerics(row))
                .withLoss(loss(row))
                .withMicroBatch((int) Math.max(1, row.count("micro_batch").orElse(1)), false)
                .withCheckpointing(!row.text("grad_checkpointing").equals("no") && checkpoints(row))
                .withZero(
                        parallelism.contains("fsdp") || parallelism.contains("zero-3") || parallelism.contains("zero3")
                                ? ZeroStage.ZERO_3
                                : parallelism.contains("zero-2") || parallelism.contains("zero2")
                                        ? ZeroStage.ZERO_2
                                        : ZeroStage.NONE);
        return notes.contains("offload") ? settings.withOffload(Offload.EVERYTHING) : settings;
    }

    /// Frameworks that say nothing of it checkpoint layers, but for LitGPT, whose recipes do not.
    private static boolean checkpoints(TableRow row) {
        return !row.text("grad_checkpointing").isEmpty()
                || !row.text("framework").toLowerCase(Locale.ROOT).contains("litgpt");
    }

    private static Method method(TableRow row, Anatomy model) {
        String name = row.text("method").toLowerCase(Locale.ROOT);
        if (name.startsWith("full")) {
            return new Method.Full();
        }
        String quantizer = row.text("quant").toLowerCase(Locale.ROOT);
        boolean isQuantized = name.contains("qlora") || !quantizer.isEmpty();
        Precision frozen = Precisions.parse(isQuantized ? "NF4" : "BF16");
        Matcher stated = RANK.matcher(name + " " + row.text("notes").toLowerCase(Locale.ROOT));
        int rank = stated.find() ? Integer.parseInt(stated.group(1)) : USUAL_RANK;
        Method usual = new Method.Adapters(rank, LoraTargets.allLinear(), frozen);
        OptionalLong trained = row.count("trainable_params");
        if (trained.isEmpty()) {
            return usual;
        }
        // the count of trained parameters tells which matrices have adapters
        return List.of(LoraTargets.allLinear(), LoraTargets.attention(), LoraTargets.queryAndValue()).stream()
                .<Method>map(targets -> new Method.Adapters(rank, targets, frozen))
                .min(java.util.Comparator.comparingLong(
                        method -> Math.abs(TrainingMemory.trainableParameters(model, method) - trained.getAsLong())))
                .orElse(usual);
    }

    private static Optimizer optimizer(TableRow row) {
        String name = row.text("optimizer").toLowerCase(Locale.ROOT);
        if (name.contains("8bit") || name.contains("8-bit")) {
            return Optimizer.ADAMW_8BIT;
        }
        if (name.contains("adafactor")) {
            return Optimizer.ADAFACTOR;
        }
        if (name.contains("muon")) {
            return Optimizer.MUON;
        }
        return name.contains("sgd") ? Optimizer.SGD : Optimizer.ADAMW;
    }

    private static Numerics numerics(TableRow row) {
        String type = row.text("dtype").toLowerCase(Locale.ROOT);
        if (type.contains("32")) {
            return Numerics.FP32;
        }
        boolean isPure = type.contains("true")
                || row.text("framework").toLowerCase(Locale.ROOT).contains("torchtune");
        return isPure ? Numerics.BF16 : Numerics.MIXED;
    }

    private Placement placement(TableRow row) {
        int count = (int) Math.max(1, row.count("n_gpus").orElse(1));
        Device device = devices.find(row.text("device")).orElse(AnyDevice.DEVICE);
        int tensor = 1;
        int pipeline = 1;
        Matcher ways = WAYS.matcher(row.text("parallelism"));
        while (ways.find()) {
            if (ways.group(1).equals("TP")) {
                tensor = Integer.parseInt(ways.group(2));
            } else {
                pipeline = Integer.parseInt(ways.group(2));
            }
        }
        return new Placement(
                Collections.nCopies(count, device), new Split.Parallel(tensor, pipeline, false), Placement.ALL, 0);
    }
}
