package dev.weighbridge.planner.training;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.parallel.Ranks;
import dev.weighbridge.planner.memory.parallel.Sharding;
import dev.weighbridge.planner.memory.parallel.Stages;
import dev.weighbridge.planner.training.TrainingSettings.Offload;
import dev.weighbridge.planner.training.TrainingSettings.ZeroStage;
import java.util.ArrayList;
import java.util.List;

/// The memory of a training step.
///
/// Three moments compete, and a device needs the largest of them:
///
/// - **the loss**: all kept activations and the logits, gradients only where they stay from the micro-batch before;
/// - **the end of the backward pass**: all gradients, activations of one layer;
/// - **the step**: all gradients, and what the optimiser makes for all parameters at a time.
///
/// Weights, gradients and optimiser state are shown whole; activations are what the largest moment needs
/// beside them, since gradients take the place that activations leave.
public final class TrainingMemory {
    private static final String NAME = "training";
    private static final double GIB = 1L << 30;

    /// What CUDA takes before the first tensor (nvidia-smi of an idle PyTorch process).
    private static final long CONTEXT = 1L << 29;

    /// What NCCL takes with more than one device.
    private static final long COMMUNICATION = 1L << 29;

    /// What PyTorch's allocator holds beside activations that come and go, as their share: LitGPT's resource tables and
    /// the
    /// figures of nvidia-smi in fms-acceleration's benchmarks, 2023 and 2024.
    public static final double FRAGMENTATION = 0.25;

    /// Elements of DeepSpeed's buckets for reducing and for gathering (`reduce_bucket_size`).
    private static final double BUCKET = 5e8;

    private TrainingMemory() {}

    /// Parameters that are trained.
    public static long trainableParameters(Anatomy model, Method method) {
        return switch (method) {
            case Method.Full _ -> model.count().total();
            case Method.Adapters adapters -> AdapterParameters.count(model, adapters);
        };
    }

    /// What lies where while a model is trained. Devices beyond the tensor and pipeline ranks of the
    /// placement hold replicas that share the data.
    ///
    /// @throws UnsupportedException if the ranks cannot divide the model
    /// @throws IllegalArgumentException if the ranks do not divide the devices
    public static MemoryPlan plan(Anatomy model, TrainingSettings settings, Placement placement) {
        int devices = placement.devices().size();
        if (devices == 0) {
            throw new UnsupportedException("training is planned on devices: name one");
        }
        Ranks ranks = ranks(placement);
        if (devices % ranks.count() != 0) {
            throw new IllegalArgumentException(ranks.tensor() + " tensor ranks times " + ranks.pipeline()
                    + " pipeline stages do not divide " + devices + " devices");
        }
        ranks.check(model, NAME);
        if (model.textLayers().isEmpty()) {
            throw new UnsupportedException(model.name() + " has no layers that a training step could be planned for");
        }
        List<Portion> portions = new ArrayList<>();
        Stages stages = Stages.of(model.textLayers().size(), ranks.pipeline());
        int replicas = devices / ranks.count();
        for (int stage = 0; stage < stages.count(); stage++) {
            Step step = new Step(model, settings, ranks, stages, stage, replicas, devices);
            for (int replica = 0; replica < replicas; replica++) {
                for (int tensor = 0; tensor < ranks.tensor(); tensor++) {
                    portions.addAll(step.portions((replica * stages.count() + stage) * ranks.tensor() + tensor));
                }
            }
        }
        List<String> warnings = new ArrayList<>();
        model.contextLength().ifPresent(limit -> {
            if (settings.sequenceLength() > limit) {
                warnings.add("the model was made for " + limit + " tokens, sequences of " + settings.sequenceLength()
                        + " are asked");
            }
        });
        return MemoryPlan.of(portions, warnings);
    }

    private static Ranks ranks(Placement placement) {
        return switch (placement.split()) {
            case Split.Layers _ -> new Ranks(1, 1, false);
            case Split.Parallel parallel ->
                new Ranks(parallel.tensor(), parallel.pipeline(), parallel.isExpertParallel());
        };
    }

    /// One rank's step.
    private static final class Step {
        /// A moment and what it needs beside weights, gradients and optimiser state, all of the three
        /// counted.
        private record Moment(String name, double activations, double compute) {
            double bytes() {
                return activations + compute;
            }
        }

        private final TrainingSettings settings;
        private final ParameterState state;
        private final double weights;
        private final double gradients;
        private final double optimizer;
        private final double working;
        private final double kept;
        private final double layer;
        private final double logits;
        private final Moment largest;
        private final long overhead;
        private final int replicas;

        Step(
                Anatomy model,
                TrainingSettings settings,
                Ranks ranks,
                Stages stages,
                int stage,
                int replicas,
                int devices) {
            this.settings = settings;
            this.replicas = replicas;
            this.state = ParameterState.of(model, settings, Sharding.of(model, ranks), stages, stage);
            this.weights = state.weights() / (divides(ZeroStage.ZERO_3) ? replicas : 1);
            this.gradients =
                    state.trained() * settings.numerics().gradientBytes() / (divides(ZeroStage.ZERO_2) ? replicas : 1);
            this.optimizer = state.optimizer() / (divides(ZeroStage.ZERO_1) ? replicas : 1);
            this.working = working();
            KeptActivations activations = new KeptActivations(model, settings);
            double perToken = 0;
            double widest = 0;
            for (Layer each : model.textLayers()
                    .subList(stages.first().get(stage), stages.first().get(stage + 1))) {
                double own = activations.of(each);
                widest = Math.max(widest, own);
                perToken += settings.isCheckpointing() ? activations.input() : own;
            }
            // with sequence parallelism the stream is divided as well; a stage holds as many micro-batches as follow it
            double tokens = (double) settings.tokens() / ranks.tensor();
            int inFlight = stages.count() - stage;
            this.kept = perToken * tokens * inFlight;
            this.layer = widest * tokens;
            boolean hasHead = stage == stages.count() - 1;
            this.logits =
                    hasHead ? model.vocabularySize().orElse(0) * settings.loss().bytes() * tokens : 0;
            this.largest = largest();
            this.overhead = CONTEXT + (devices > 1 ? COMMUNICATION : 0);
        }

        private boolean divides(ZeroStage from) {
            return settings.zero().compareTo(from) >= 0;
        }

        private boolean isAllOffloaded() {
            return settings.offload() == Offload.EVERYTHING;
        }

        /// What is there while layers are computed: gathered weights, buckets, unpacked matrices, copies in
        /// 16 bits.
        private double working() {
            double unpacked = state.largestMatrix() * settings.numerics().computeBytes();
            boolean isGathered = (divides(ZeroStage.ZERO_3) && replicas > 1) || isAllOffloaded();
            if (isGathered) {
                return state.largestLayer() + state.largestTable() + unpacked;
            }
            boolean isCast = settings.numerics() == Numerics.AUTOCAST && settings.method() instanceof Method.Full;
            double copies = isCast ? state.trained() * settings.numerics().computeBytes() : 0;
            double buckets = 0;
            if (replicas > 1) {
                buckets = settings.zero() == ZeroStage.NONE
                        ? gradients
                        : 2
                                * Math.min(BUCKET, state.trained())
                                * settings.numerics().gradientBytes();
            }
            return copies + buckets + unpacked;
        }

        private Moment largest() {
            double resident = isAllOffloaded() ? 0 : gradients;
            double before = settings.accumulatesGradients() ? 0 : resident;
            double recomputed = settings.isCheckpointing() ? layer : 0;
            // gradients are whole until they are divided or carried away: first those of the head, then a layer's
            boolean areWhole = (divides(ZeroStage.ZERO_2) && replicas > 1) || isAllOffloaded();
            double ofTable =
                    areWhole ? state.largestTableTrained() * settings.numerics().gradientBytes() : 0;
            double ofLayer =
                    areWhole ? state.largestLayerTrained() * settings.numerics().gradientBytes() : 0;
            Moment loss = new Moment(
                    "at the loss", Math.max(0, kept + Math.max(logits, recomputed) - before), working + ofTable);
            Moment backward = new Moment("at the end of the backward pass", layer, working + ofLayer);
            boolean isStepHere = settings.offload() == Offload.NONE;
            double temporaries = isStepHere
                    ? settings.optimizer().temporaries()
                            * settings.numerics().momentBytes()
                            * state.trained()
                            / (divides(ZeroStage.ZERO_1) ? replicas : 1)
                    : 0;
            Moment step = new Moment("in the optimiser's step", 0, temporaries);
            Moment found = loss;
            for (Moment moment : List.of(backward, step)) {
                found = moment.bytes() > found.bytes() ? moment : found;
            }
            return found;
        }

        List<Portion> portions(int device) {
            List<Portion> portions = new ArrayList<>();
            int place = isAllOffloaded() ? Portion.HOST : device;
            int statePlace = settings.offload() == Offload.NONE ? device : Portion.HOST;
            add(portions, Component.WEIGHTS, place, weights, Basis.EXACT, weightsLine());
            add(
                    portions,
                    Component.GRADIENTS,
                    place,
                    gradients,
                    Basis.EXACT,
                    Math.round(state.trained()) + " trained parameters at "
                            + settings.numerics().gradientBytes() + " bytes" + shared(ZeroStage.ZERO_2));
            add(
                    portions,
                    Component.OPTIMIZER_STATE,
                    statePlace,
                    optimizer,
                    Basis.EXACT,
                    settings.optimizer().label() + " in " + settings.numerics().label() + shared(ZeroStage.ZERO_1));
            add(
                    portions,
                    Component.ACTIVATIONS,
                    device,
                    largest.activations(),
                    Basis.ESTIMATED,
                    largest.name() + ": kept " + Math.round(kept) + ", widest layer " + Math.round(layer) + ", logits "
                            + Math.round(logits) + ", less what gradients will take");
            add(
                    portions,
                    Component.COMPUTE,
                    device,
                    largest.compute(),
                    Basis.ESTIMATED,
                    largest.name() + ": weights gathered, unpacked or copied, buckets, temporaries");
            add(portions, Component.OVERHEAD, device, overhead, Basis.ESTIMATED, "CUDA and NCCL");
            add(
                    portions,
                    Component.OVERHEAD,
                    device,
                    FRAGMENTATION * largest.activations(),
                    Basis.ESTIMATED,
                    "a quarter of the activations, held by the allocator between sizes");
            return portions;
        }

        private String weightsLine() {
            return switch (settings.method()) {
                case Method.Full _ ->
                    "every parameter at " + settings.numerics().weightBytes() + " bytes" + shared(ZeroStage.ZERO_3);
                case Method.Adapters adapters ->
                    "frozen weights in " + adapters.base().name() + ", adapters of " + Math.round(state.trained())
                            + " parameters" + shared(ZeroStage.ZERO_3);
            };
        }

        private String shared(ZeroStage from) {
            return divides(from) && replicas > 1 ? ", divided among " + replicas : "";
        }

        private static void add(
                List<Portion> portions, Component component, int device, double bytes, Basis basis, String line) {
            if (bytes > Long.MAX_VALUE / 4.0) {
                throw new UnsupportedException("a training step of " + bytes / GIB + " GiB is beyond any device");
            }
            if (bytes >= 1) {
                portions.add(new Portion(component, device, Math.round(bytes), basis, line));
            }
        }
    }
}
