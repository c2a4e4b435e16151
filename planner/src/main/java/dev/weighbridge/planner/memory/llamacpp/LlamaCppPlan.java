package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.graph.ComputeBuffers;
import dev.weighbridge.planner.memory.graph.GraphSettings;
import dev.weighbridge.planner.memory.graph.GraphSettings.Latent;
import dev.weighbridge.planner.memory.graph.Residence;
import dev.weighbridge.planner.memory.llamacpp.Architecture.CacheKind;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.LatentCache;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Engine;
import dev.weighbridge.planner.memory.llamacpp.WeightBuffers.TiedTable;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/// One plan in the making.
final class LlamaCppPlan {
    /// Where the configuration holds a file's metadata, for want of a class whose words it could be told
    /// in.
    private static final String METADATA = "gguf";

    private static final int NUMBER_BYTES = 4;
    private static final long MEBIBYTE = 1L << 20;
    /// Tokens from which ik_llama.cpp makes keys and values of latents (`pp_opt`).
    private static final long UNPACKED_BATCH = 128;

    private final LlamaCppSettings settings;
    private final Anatomy model;
    private final StoredWeights stored;
    private final Workload workload;
    private final Placement placement;
    private final Architecture architecture;
    private final List<LayerMemory> layers;
    private final Cells cells;
    private final LayerDevices devices;
    private final int deviceCount;
    private final List<Portion> portions = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    LlamaCppPlan(
            LlamaCppSettings settings, Anatomy model, StoredWeights stored, Workload workload, Placement placement) {
        this.settings = settings;
        this.model = model;
        this.stored = stored;
        this.workload = workload;
        this.placement = placement;
        architecture = architecture(model);
        boolean windows =
                settings.engine() != Engine.IK_LLAMA_CPP && settings.build().windowCaches();
        Optional<Config> metadata = model.config().optionalPart(METADATA);
        MetadataLayers stated = new MetadataLayers(metadata.orElse(Config.EMPTY), architecture);
        layers = metadata.isPresent()
                ? stated.layers(latentCache() != LatentCache.EXPANDED, windows)
                : LayerMemory.of(model, architecture, latentCache(), windows);
        long window = metadata.isPresent() ? stated.window(windows) : LayerMemory.window(model, architecture, windows);
        boolean isSeparate = architecture.cacheKind() == CacheKind.COMPRESSED;
        cells = Cells.of(workload, settings, window, isSeparate);
        deviceCount = placement.devices().size();
        devices = LayerDevices.of(fileLayers(), placement);
        check();
    }

    MemoryPlan plan() {
        addWeights();
        addCaches();
        addCompute();
        addOutput();
        warn();
        return MemoryPlan.of(portions, warnings);
    }

    private static Architecture architecture(Anatomy model) {
        String className = model.blueprint()
                .map(Blueprint::architecture)
                .orElseGet(() -> model.config().texts("architectures").stream()
                        .findFirst()
                        .orElse(""));
        String name = model.config().text("gguf_architecture", className);
        return Architecture.of(name).orElseGet(() -> {
            if (model.textLayers().isEmpty() && !model.config().has(METADATA)) {
                throw new UnsupportedException(
                        "llama.cpp has no architecture for " + (name.isEmpty() ? model.name() : name),
                        "try transformers or the runtime that its publisher names");
            }
            return Architecture.unknown(name);
        });
    }

    private LatentCache latentCache() {
        if (settings.engine() != Engine.IK_LLAMA_CPP) {
            return settings.build().latentCaches() && !isStoredUnsplit() ? LatentCache.LATENT : LatentCache.EXPANDED;
        }
        return switch (settings.latentAttention()) {
            case 0 -> LatentCache.EXPANDED;
            case 1 -> Cells.isFlash(workload, settings) ? LatentCache.LATENT : LatentCache.LATENT_TWICE;
            default -> LatentCache.LATENT;
        };
    }

    /// Keys and values of each head are made of cached latents where many tokens come at a time.
    private Latent latent() {
        return switch (latentCache()) {
            case EXPANDED -> Latent.EXPANDED;
            case LATENT, LATENT_TWICE -> {
                boolean unpacks = settings.engine() == Engine.IK_LLAMA_CPP
                        && settings.latentAttention() != 1
                        && cells.flash()
                        && cells.microBatch() >= UNPACKED_BATCH;
                yield unpacks ? Latent.UNPACKED : Latent.ABSORBED;
            }
        };
    }

    /// Files made before latents were cached hold the expansion of latents in one piece.
    private boolean isStoredUnsplit() {
        boolean whole = false;
        for (Weight weight : model.weights()) {
            if (weight.stored().isPresent() && weight.name().endsWith("attn_k_b.weight")) {
                return false;
            }
            whole |= weight.stored().isPresent()
                    && weight.name().startsWith("blk.")
                    && weight.name().equals(weight.publishedName())
                    && weight.name().endsWith("attn_kv_b.weight");
        }
        return whole;
    }

    /// Layers that the file holds, those that predict further tokens included.
    private int fileLayers() {
        int count = layers.size();
        for (Weight weight : model.weights()) {
            if (weight.name().startsWith("blk.") && stored.bytes(weight) > 0) {
                count = Math.max(count, WeightBuffers.layer(weight) + 1);
            }
        }
        return count;
    }

    private void check() {
        boolean rows = placement.split() instanceof Split.Parallel parallel
                && (parallel.tensor() > 1 || parallel.isExpertParallel());
        if (rows) {
            throw new UnsupportedException(
                    name() + " divides a model by whole layers here, not every matrix", "divide it by layers");
        }
        if (!cells.flash() && workload.valueType().kind() == DataType.Kind.QUANTIZED) {
            throw new UnsupportedException(
                    name() + " keeps values in " + workload.valueType() + " with flash attention only",
                    "take flash attention, or F16 for values");
        }
    }

    private String name() {
        return settings.engine().label();
    }

    private void addWeights() {
        int loaded = settings.draftsTokens() ? devices.layers().size() : layers.size();
        WeightBuffers buffers = WeightBuffers.of(
                model, stored, devices, loaded, placement.hostExpertLayers(), tiedTable(), deviceCount);
        add(Component.WEIGHTS, buffers.bytes()::on, stored.basis(), "weights, each where its layer is computed");
        if (settings.repacks() && settings.memoryMapped() && deviceCount == 0 && buffers.repacked() > 0) {
            portions.add(new Portion(
                    Component.WEIGHTS,
                    Portion.HOST,
                    buffers.repacked(),
                    Basis.ESTIMATED,
                    "weights again, rearranged for the processor's kernels beside the mapped file"));
        }
    }

    private TiedTable tiedTable() {
        if (architecture.isHeadless()) {
            return TiedTable.ONCE;
        }
        return architecture.holdsTableTwice() && !settings.memoryMapped() ? TiedTable.TWICE : TiedTable.COPIED;
    }

    private void addCaches() {
        Caches caches = Caches.of(layers, cells, workload, settings, devices, deviceCount);
        String how = new CacheDerivation(layers, cells, workload).cache();
        add(Component.KV_CACHE, caches.cache()::on, Basis.EXACT, how);
        String state = new CacheDerivation(layers, cells, workload).state();
        add(Component.RECURRENT_STATE, caches.state()::on, Basis.EXACT, state);
    }

    private void addCompute() {
        boolean cached = layers.stream().anyMatch(layer -> !layer.rows().isEmpty());
        boolean windowed = layers.stream()
                .flatMap(layer -> layer.rows().stream())
                .anyMatch(row -> row.reach() == LayerMemory.Reach.WINDOW);
        boolean unified = settings.engine() == Engine.IK_LLAMA_CPP;
        long perStream = unified ? cells.context() : cells.perStream();
        GraphSettings graph = GraphSettings.of(
                        cells.microBatch(), cached ? perStream : 0, windowed ? cells.windowed() : 0)
                .dialect(settings.dialect())
                .sequences(cells.sequences(), unified ? 1 : cells.streams(), cells.context())
                .flash(cells.flash())
                .cache(workload.keyType(), workload.valueType())
                .latent(latent())
                .scoreBytes(settings.scoreMebibytes() * MEBIBYTE)
                .offloading(settings.offloadsCache(), settings.offloadsOperations())
                .build();
        Residence residence = new Residence(
                deviceCount, devices.layers(), devices.output(), placement.hostExpertLayers(), stored::bytes);
        ComputeBuffers compute = ComputeBuffers.of(model, graph, residence);
        for (int device = 0; device < deviceCount; device++) {
            add(Component.COMPUTE, device, compute.devices().get(device), compute.basis(), compute.derivation());
        }
        add(Component.COMPUTE, Portion.HOST, compute.host(), compute.basis(), compute.derivation());
    }

    /// Logits of one position for each sequence; an encoder-decoder hands out the encoder's states too.
    private void addOutput() {
        long vocabulary = model.vocabularySize().orElse(0);
        long hidden = architecture.countsEncoderLayers() ? model.hiddenSize().orElse(0) : 0;
        long bytes = NUMBER_BYTES * (vocabulary + hidden) * cells.sequences();
        add(
                Component.OUTPUT,
                Portion.HOST,
                bytes,
                Basis.EXACT,
                "logits of " + vocabulary + " tokens for each of " + cells.sequences() + " sequences, 32 bits");
    }

    private void warn() {
        model.contextLength().ifPresent(limit -> {
            if (workload.context() > limit) {
                warnings.add("the context of " + workload.context() + " tokens is beyond the " + limit
                        + " that the model was made for");
            }
        });
        if (stored.apart() > 0) {
            warnings.add("images or sound need a projector file of its own, about " + stored.apart() + " bytes more");
        }
    }

    private void add(Component component, IntToLongFunction bytes, Basis basis, String derivation) {
        for (int device = 0; device < deviceCount; device++) {
            add(component, device, bytes.applyAsLong(device), basis, derivation);
        }
        add(component, Portion.HOST, bytes.applyAsLong(Portion.HOST), basis, derivation);
    }

    private void add(Component component, int device, long bytes, Basis basis, String derivation) {
        if (bytes > 0) {
            portions.add(new Portion(component, device, bytes, basis, derivation));
        }
    }
}
