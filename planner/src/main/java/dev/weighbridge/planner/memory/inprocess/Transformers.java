package dev.weighbridge.planner.memory.inprocess;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.memory.parallel.Stages;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.ArrayList;
import java.util.List;

/// Hugging Face transformers on PyTorch, `generate` with its usual cache.
///
/// The cache grows by concatenation (`DynamicCache`), so that one layer's is there twice for a moment;
/// windowed layers keep their window, as a view of the whole prompt until the first token after it; latent
/// attention keeps the latent. The whole prompt is computed at once; logits are those of its last position
/// alone, in FP32 beside the model's type.
///
/// What each kind of layer keeps was read off transformers 5.17 with small random models.
public final class Transformers implements Runtime {
    private static final String NAME = "transformers";
    private static final String VERSION = "5.17";

    /// What CUDA and PyTorch's kernels take before the first tensor (0.3 to 0.65 GB in published figures).
    private static final long CONTEXT = 1L << 29;

    /// Copies of the stream around a layer: residual, its norm in FP32 and in the model's type.
    private static final double STREAM_BYTES_FACTOR = 2;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        if (precision.format() == Format.GGUF || precision.format() == Format.MLX) {
            throw new UnsupportedException(
                    "transformers does not compute in " + precision.name() + " files",
                    "take BF16, FP8, AWQ, GPTQ or NF4, or llama.cpp for GGUF");
        }
        if (placement.split() instanceof Split.Parallel parallel && parallel.tensor() > 1) {
            throw new UnsupportedException("transformers is planned with whole layers on each device");
        }
        return new Plan(model, precision.store(model), workload, placement).make();
    }

    /// The work on one plan.
    private static final class Plan {
        private final Anatomy model;
        private final StoredWeights stored;
        private final Workload workload;
        private final Placement placement;
        private final Stages stages;
        private final long width;
        private final CacheLayout layout;
        private final List<Portion> portions = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        Plan(Anatomy model, StoredWeights stored, Workload workload, Placement placement) {
            this.model = model;
            this.stored = stored;
            this.workload = workload;
            this.placement = placement;
            this.stages = Stages.of(
                    model.textLayers().size(), Math.max(1, placement.devices().size()));
            this.width = isWide() ? Float.BYTES : Short.BYTES;
            DataType type = cacheType();
            this.layout = new CacheLayout(type, type, Float.BYTES, width, true);
        }

        /// A cache has the model's type, unless a quantised one is asked for.
        private DataType cacheType() {
            return switch (workload.keyType()) {
                case F16, BF16 -> width == Float.BYTES ? DataType.F32 : DataType.BF16;
                case F32 -> DataType.F32;
                case Q8_0, I8, Q4_0, I4, I2 -> workload.keyType();
                default ->
                    throw new UnsupportedException(
                            "transformers keeps no cache of "
                                    + workload.keyType().name(),
                            "ask for F16, or for a quantised cache of 8, 4 or 2 bits");
            };
        }

        private boolean isWide() {
            return model.weights().stream()
                    .filter(weight -> weight.role() == Role.ATTENTION || weight.role() == Role.FEED_FORWARD)
                    .findFirst()
                    .map(weight -> stored.type(weight).equals("F32"))
                    .orElse(false);
        }

        MemoryPlan make() {
            for (int stage = 0; stage < stages.count(); stage++) {
                weights(stage);
                cache(stage);
                compute(stage);
            }
            model.contextLength().ifPresent(limit -> {
                if (workload.context() > limit) {
                    warnings.add("the model was made for " + limit + " tokens, " + workload.context() + " are asked");
                }
            });
            return MemoryPlan.of(portions, warnings);
        }

        private int place(int stage) {
            return placement.devices().isEmpty() ? Portion.HOST : stage;
        }

        private void weights(int stage) {
            long bytes = 0;
            for (Weight weight : model.weights()) {
                if (stages.of(weight) == stage) {
                    bytes += stored.bytes(weight);
                }
            }
            add(Component.WEIGHTS, stage, bytes, stored.basis(), "weights as stored, layers " + layersOf(stage));
        }

        private String layersOf(int stage) {
            return stages.first().get(stage) + " to " + (stages.first().get(stage + 1) - 1);
        }

        private List<Layer> layers(int stage) {
            return model.textLayers()
                    .subList(stages.first().get(stage), stages.first().get(stage + 1));
        }

        private void cache(int stage) {
            double cache = 0;
            double state = 0;
            double largest = 0;
            double views = 0;
            for (Layer layer : layers(stage)) {
                LayerMemory memory = new LayerMemory(layer, layout);
                views += memory.beyondWindows(prompt());
                double own = memory.cache(workload.context());
                cache += own;
                largest = Math.max(largest, own);
                state += memory.state();
            }
            int sequences = workload.sequences();
            add(
                    Component.KV_CACHE,
                    stage,
                    cache * sequences,
                    Basis.EXACT,
                    "keys and values of " + workload.context() + " tokens of " + sequences + " sequences in "
                            + layout.keys().name());
            add(Component.RECURRENT_STATE, stage, state * sequences, Basis.EXACT, "states of recurrent layers");
            add(
                    Component.COMPUTE,
                    stage,
                    largest * sequences,
                    Basis.ESTIMATED,
                    "one layer's cache again, while it is lengthened");
            add(
                    Component.COMPUTE,
                    stage,
                    views * sequences,
                    Basis.EXACT,
                    "windowed layers hold a prompt of " + prompt() + " tokens until the first token after it");
        }

        /// Tokens that are computed at once: a prompt as long as the context, unless a batch is asked for.
        private long prompt() {
            return workload.batch() > 0 ? Math.min(workload.batch(), workload.context()) : workload.context();
        }

        private void compute(int stage) {
            long prompt = prompt();
            double tokens = (double) prompt * workload.sequences();
            double hidden = model.hiddenSize().orElse(0);
            double widest = 0;
            for (Layer layer : layers(stage)) {
                LayerMemory memory = new LayerMemory(layer, layout);
                double scores = workload.attention() == AttentionKernel.PLAIN
                        ? (double) memory.headCount() * prompt * (width + Float.BYTES)
                        : 0;
                widest = Math.max(widest, memory.inside() * width + scores);
            }
            double stream = hidden * (STREAM_BYTES_FACTOR * width + Float.BYTES);
            add(
                    Component.COMPUTE,
                    stage,
                    tokens * (widest + stream),
                    Basis.ESTIMATED,
                    "the widest layer for a prompt of " + prompt + " tokens");
            if (stage == stages.count() - 1) {
                double logits = (double) model.vocabularySize().orElse(0) * workload.sequences();
                add(
                        Component.OUTPUT,
                        stage,
                        logits * (width + 2 * Float.BYTES),
                        Basis.ESTIMATED,
                        "logits of the last position, in FP32 as well, and their probabilities");
            }
            if (!placement.devices().isEmpty()) {
                add(Component.OVERHEAD, stage, CONTEXT, Basis.ESTIMATED, "CUDA and PyTorch's kernels");
            }
        }

        private void add(Component component, int stage, double bytes, Basis basis, String derivation) {
            if (bytes >= 1) {
                portions.add(new Portion(component, place(stage), Math.round(bytes), basis, derivation));
            }
        }
    }
}
