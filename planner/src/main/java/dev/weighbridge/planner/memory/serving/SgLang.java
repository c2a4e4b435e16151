package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
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
import dev.weighbridge.planner.memory.serving.LayerCache.Chunk;
import dev.weighbridge.planner.memory.serving.LayerCache.Full;
import dev.weighbridge.planner.memory.serving.LayerCache.State;
import dev.weighbridge.planner.memory.serving.LayerCache.Window;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// SGLang: a share of the memory that is free before loading is for weights and cache together; activations
/// and graphs live in the rest.
///
///     cache = free before loading · mem_fraction_static − weights
///
/// One pool of token places serves all layers, K and V of every place in each; windowed layers keep as many
/// as full ones. Recurrent states take 0.9 parts for each part of the cache (`mamba_full_memory_ratio`).
/// Source: `sglang/srt/model_executor/model_runner.py` (`profile_max_num_token`).
///
/// @param memoryFraction `--mem-fraction-static`; 0 for the default
/// @param chunkedPrefill tokens computed at once (`--chunked-prefill-size`); 0 for the default on the
///     device
/// @param page token places of a page; the pool holds whole ones
/// @param attentionGroups groups of tensor ranks that attend to sequences of their own
///     (`--enable-dp-attention` with `--dp-size`), experts divided among all; 1 for none
public record SgLang(double memoryFraction, int chunkedPrefill, int page, int attentionGroups) implements Runtime {
    private static final String NAME = "sglang";
    private static final String LABEL = "SGLang";
    private static final String VERSION = "0.5";
    private static final double STATE_RATIO = 0.9;
    private static final double MEBIBYTE = 1L << 20;
    private static final double GIB = 1L << 30;

    /// What the driver, CUDA and NCCL hold before weights are loaded: 78.6 of an H100's 79.2 GiB are free.
    private static final long BEFORE_LOADING = 600L << 20;

    /// Checks the ranges.
    public SgLang {
        if (!(memoryFraction >= 0 && memoryFraction <= 1) || chunkedPrefill < 0 || page < 1 || attentionGroups < 1) {
            throw new IllegalArgumentException(
                    "the static fraction lies between 0 and 1, chunks are not negative, pages and groups positive");
        }
    }

    /// The engine with its defaults.
    public SgLang() {
        this(0, 0, 1, 1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return VERSION;
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
        Ranks ranks = Ranks.of(placement, LABEL).withAttentionGroups(attentionGroups);
        Servable.check(model, LABEL);
        ranks.check(model, LABEL);
        Stages stages = Stages.of(model.textLayers().size(), ranks.pipeline());
        StoredWeights stored = precision.store(model);
        Device first = placement.devices().getFirst();
        LoadedWeights weights =
                LoadedWeights.of(model, stored, ranks, stages, Short.BYTES, ExpertPadding.on(first.generation()));
        List<List<LayerCache>> layers = LayerCaches.of(
                model, ranks.attention(), CacheTypes.bytes(workload.keyType(), Short.BYTES, LABEL), Short.BYTES, LABEL);
        List<Portion> portions = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        long tokens = Long.MAX_VALUE;
        long least = Long.MAX_VALUE;
        for (int stage = 0; stage < stages.count(); stage++) {
            Device device = placement.devices().get(stage * ranks.tensor());
            double share = share(device, ranks);
            double left = (device.visibleBytes() - BEFORE_LOADING) * share - weights.total(stage);
            List<List<LayerCache>> own =
                    layers.subList(stages.first().get(stage), stages.first().get(stage + 1));
            double states = states(own);
            double cache = states > 0 ? left / (1 + STATE_RATIO) : left;
            double cell = cell(own);
            long places = cell == 0 ? 0 : (long) (Math.max(0, cache) / cell) / page * page;
            tokens = cell == 0 ? tokens : Math.min(tokens, places);
            least = Math.min(least, Math.round(cache));
            for (int rank = stage * ranks.tensor(); rank < (stage + 1) * ranks.tensor(); rank++) {
                portions.add(new Portion(
                        Component.WEIGHTS, rank, weights.total(stage), stored.basis(), weights.derivation(stage)));
                portions.add(new Portion(
                        Component.KV_CACHE,
                        rank,
                        Math.round(places * cell),
                        Basis.ESTIMATED,
                        places + " token places of " + Math.round(cell) + " bytes: " + share + " of "
                                + gib(device.visibleBytes() - BEFORE_LOADING) + " free before loading, less weights"));
                if (states > 0 && cache > 0) {
                    portions.add(new Portion(
                            Component.RECURRENT_STATE,
                            rank,
                            Math.round(cache * STATE_RATIO),
                            Basis.ESTIMATED,
                            "states beside the cache, 0.9 parts for each part of it"));
                }
                portions.add(new Portion(
                        Component.COMPUTE,
                        rank,
                        Math.round((device.visibleBytes() - BEFORE_LOADING) * (1 - share)),
                        Basis.ESTIMATED,
                        "set aside for activations and graphs"));
                portions.add(new Portion(
                        Component.OVERHEAD, rank, BEFORE_LOADING, Basis.ESTIMATED, "CUDA and NCCL before loading"));
            }
        }
        long held = tokens == Long.MAX_VALUE ? 0 : tokens;
        double sequences = (double) held / workload.context();
        if (sequences < 1) {
            warnings.add("SGLang has " + gib(Math.max(0, least)) + " for the cache, too little for one sequence of "
                    + workload.context() + " tokens");
        }
        return new MemoryPlan(portions, new MemoryPlan.CachePool(least, held, sequences), warnings);
    }

    /// The share in force: what chunks of a prompt, graphs and ranks leave
    /// (`ServerArgs._handle_gpu_memory_settings`).
    private double share(Device device, Ranks ranks) {
        if (memoryFraction > 0) {
            return memoryFraction;
        }
        double total = device.visibleBytes() / MEBIBYTE;
        boolean isLarge = total > 60_000;
        int chunk = chunkedPrefill > 0 ? chunkedPrefill : isLarge ? 8192 : total > 35_000 ? 4096 : 2048;
        int graphs = isLarge ? ranks.tensor() >= 4 ? 512 : 256 : total > 35_000 ? 80 : 24;
        double reserved = 512 + Math.max(chunk, 2048) * 1.5 + graphs * 2 + ranks.count() / 8.0 * 1024;
        return Math.max(0.1, Math.round((total - reserved) / total * 1000) / 1000.0);
    }

    private static double cell(List<List<LayerCache>> layers) {
        double sum = 0;
        for (List<LayerCache> layer : layers) {
            for (LayerCache kept : layer) {
                sum += switch (kept) {
                    case Full full -> (double) full.tokenBytes() / full.stride();
                    case Window window -> window.tokenBytes();
                    case Chunk chunk -> chunk.tokenBytes();
                    case State _ -> 0;
                };
            }
        }
        return sum;
    }

    private static double states(List<List<LayerCache>> layers) {
        double sum = 0;
        for (List<LayerCache> layer : layers) {
            for (LayerCache kept : layer) {
                sum += kept instanceof State state ? state.bytes() : 0;
            }
        }
        return sum;
    }

    private static String gib(double bytes) {
        return Math.round(bytes / GIB * 100) / 100.0 + " GiB";
    }
}
