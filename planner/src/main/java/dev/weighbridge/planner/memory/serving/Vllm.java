package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.parallel.Ranks;
import dev.weighbridge.planner.memory.parallel.Stages;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// vLLM: weights, a profiling run's peak and what lies beside PyTorch come first; the cache gets what a
/// share of the device's memory leaves.
///
///     cache = utilization · memory − weights − activation peak − non-torch (− graphs, from version 0.21 on)
///
/// A plan whose cache is too small for one sequence of the asked context is still an answer: it says in a
/// warning that the engine refuses to start, and its pool holds less than one sequence.
public final class Vllm implements Runtime {
    private static final String NAME = "vllm";
    private static final String LABEL = "vLLM";
    private static final double GIB = 1L << 30;

    private final VllmSettings settings;
    private final Overheads overheads;

    /// The engine with the defaults of the version known best, 0.19.
    public Vllm() {
        this(VllmSettings.of(new EngineVersion(0, 19, 0)));
    }

    /// The engine with those settings.
    public Vllm(VllmSettings settings) {
        this.settings = settings;
        this.overheads = Overheads.embedded();
    }

    /// The same engine with other settings.
    public Vllm with(VllmSettings other) {
        return new Vllm(other);
    }

    /// Its settings.
    public VllmSettings settings() {
        return settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return settings.version().toString();
    }

    /// As many tensor ranks as divide the model, pipeline stages for the rest.
    @Override
    public Optional<Split> split(Anatomy model, int deviceCount) {
        try {
            Ranks ranks = Ranks.widest(model, deviceCount, LABEL);
            return Optional.of(new Split.Parallel(ranks.tensor(), ranks.pipeline(), false));
        } catch (UnsupportedException _) {
            return Optional.empty();
        }
    }

    @Override
    public MemoryPlan plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
        return new Plan(model, precision, workload, placement).make();
    }

    /// The work on one plan.
    private final class Plan {
        private final Anatomy model;
        private final Workload workload;
        private final Placement placement;
        private final Ranks ranks;
        private final Stages stages;
        private final StoredWeights stored;
        private final long activationBytes;
        private final long tokens;
        private final PagedCache cache;
        private final List<Portion> portions = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        Plan(Anatomy model, Precision precision, Workload workload, Placement placement) {
            this.model = model;
            this.workload = workload;
            this.placement = placement;
            this.ranks = Ranks.of(placement, LABEL);
            Servable.check(model, LABEL);
            ranks.check(model, LABEL);
            this.stages = Stages.of(model.textLayers().size(), ranks.pipeline());
            this.stored = precision.store(model);
            this.activationBytes = activationBytes();
            Device first = placement.devices().getFirst();
            this.tokens = workload.batch() > 0 ? workload.batch() : VllmSettings.tokensOn(first);
            this.cache = PagedCache.of(
                    LayerCaches.of(
                            model,
                            ranks.tensor(),
                            CacheTypes.bytes(workload.keyType(), activationBytes, LABEL),
                            activationBytes,
                            LABEL),
                    stages,
                    CacheRules.of(settings.version(), settings.block()));
        }

        MemoryPlan make() {
            LoadedWeights weights = LoadedWeights.of(
                    model,
                    stored,
                    ranks,
                    stages,
                    activationBytes,
                    ExpertPadding.on(device(0).generation()));
            long[] budgets = new long[stages.count()];
            long blocks = Long.MAX_VALUE;
            for (int stage = 0; stage < stages.count(); stage++) {
                budgets[stage] = budget(stage, weights);
                blocks = Math.min(blocks, cache.blocks(budgets[stage], stage));
            }
            MemoryPlan.CachePool pool = pool(budgets, cache.isEmpty() ? 0 : blocks);
            warnAboutContext();
            return new MemoryPlan(portions, pool, warnings);
        }

        private Device device(int rank) {
            return placement.devices().get(rank);
        }

        /// Bytes that a stage has for the cache; negative where the rest takes more than its share.
        private long budget(int stage, LoadedWeights weights) {
            int rank = stage * ranks.tensor();
            Device device = device(rank);
            ActivationPeak peak = ActivationPeak.of(
                    model,
                    ranks,
                    stage,
                    new ActivationPeak.Run(
                            settings.version(),
                            tokens,
                            settings.sequencesOn(device),
                            activationBytes,
                            device.generation()));
            long nonTorch = overheads.nonTorch(settings.version(), ranks, device.kind() == Device.Kind.UNIFIED);
            long graphs = settings.isEager() ? 0 : graphs(stage);
            long requested = Math.round(device.visibleBytes() * settings.share());
            long reserved = settings.reservesGraphs() ? graphs : 0;
            long left = requested - weights.total(stage) - peak.total() - nonTorch - reserved;
            for (int each = rank; each < rank + ranks.tensor(); each++) {
                add(Component.WEIGHTS, each, weights.total(stage), stored.basis(), weights.derivation(stage));
                add(Component.COMPUTE, each, peak.total(), Basis.ESTIMATED, peak.derivation());
                add(Component.OVERHEAD, each, nonTorch, Basis.PUBLISHED, "CUDA and NCCL beside PyTorch, from logs");
                add(Component.OVERHEAD, each, graphs, Basis.ESTIMATED, "captured graphs, fitted to logs");
            }
            return left;
        }

        private long graphs(int stage) {
            List<Layer> layers = model.textLayers()
                    .subList(stages.first().get(stage), stages.first().get(stage + 1));
            long mixtures = layers.stream()
                    .filter(layer -> layer.feedForwards().stream().anyMatch(Experts.class::isInstance))
                    .count();
            long hidden = model.hiddenSize().orElse(0);
            return overheads.graphs(settings.version(), ranks, stages.layers(stage), mixtures, hidden);
        }

        /// The pool of the stage with the least room, in whole pages.
        private MemoryPlan.CachePool pool(long[] budgets, long blocks) {
            long least = Long.MAX_VALUE;
            for (int stage = 0; stage < stages.count(); stage++) {
                long bytes = Math.max(0, blocks * cache.bytesPerBlock(stage));
                least = Math.min(least, blocks > 0 ? bytes : budgets[stage]);
                for (int rank = stage * ranks.tensor(); rank < (stage + 1) * ranks.tensor(); rank++) {
                    add(Component.KV_CACHE, rank, bytes, Basis.ESTIMATED, share(stage, budgets[stage]));
                }
            }
            if (cache.isEmpty()) {
                return new MemoryPlan.CachePool(Math.max(0, least), 0, 0);
            }
            double sequences = cache.sequences(blocks, workload.context(), tokens);
            if (sequences < 1) {
                warnings.add("vLLM refuses to start: " + gib(Math.max(least, 0))
                        + " are left for the cache, one sequence of "
                        + workload.context() + " tokens takes "
                        + gib(cache.blocksPerSequence(workload.context(), tokens) * cache.bytesPerBlock(0)));
            }
            return new MemoryPlan.CachePool(least, cache.tokens(blocks, workload.context(), tokens), sequences);
        }

        private String share(int stage, long budget) {
            Device device = device(stage * ranks.tensor());
            return settings.share() + " of " + gib(device.visibleBytes()) + " less all else is " + gib(budget) + ", in "
                    + cache.derivation(stage);
        }

        private void add(Component component, int device, long bytes, Basis basis, String derivation) {
            if (bytes > 0) {
                portions.add(new Portion(component, device, bytes, basis, derivation));
            }
        }

        private void warnAboutContext() {
            model.contextLength().ifPresent(limit -> {
                if (workload.context() > limit) {
                    warnings.add("the model was made for " + limit + " tokens, " + workload.context() + " are asked");
                }
            });
        }

        /// Four where the weights are held in FP32, as `--dtype float32` holds them; else two.
        private long activationBytes() {
            return model.weights().stream()
                            .filter(weight -> weight.role() == Role.NORM)
                            .findFirst()
                            .map(norm -> stored.type(norm).equals("F32") && isAllWide())
                            .orElse(false)
                    ? Float.BYTES
                    : Short.BYTES;
        }

        private boolean isAllWide() {
            return model.weights().stream()
                    .filter(weight -> weight.role() == Role.ATTENTION || weight.role() == Role.FEED_FORWARD)
                    .findFirst()
                    .map(weight -> stored.type(weight).equals("F32"))
                    .orElse(false);
        }
    }

    private static String gib(long bytes) {
        return Math.round(bytes / GIB * 100) / 100.0 + " GiB";
    }
}
