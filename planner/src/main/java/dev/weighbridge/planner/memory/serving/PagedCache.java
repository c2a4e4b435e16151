package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.planner.memory.parallel.Stages;
import dev.weighbridge.planner.memory.serving.LayerCache.Chunk;
import dev.weighbridge.planner.memory.serving.LayerCache.Full;
import dev.weighbridge.planner.memory.serving.LayerCache.State;
import dev.weighbridge.planner.memory.serving.LayerCache.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The cache of a paged engine: one pool of pages of equal size, from which every group of layers draws its
/// own.
///
/// Layers that keep alike form groups of equally many layers, so that one page number stands for a page in
/// each of them; a kind with more layers than others forms several groups (Gemma 3: one group of full
/// layers, six of windowed ones). A page of a kind that keeps less is filled with more positions until all
/// pages are equally large, and a page of attention holds at least one recurrent state. So a sequence
/// takes, of the same pool, its pages of every group.
///
/// Source: `vllm/v1/core/kv_cache_utils.py` (`get_kv_cache_groups`, `get_kv_cache_config_from_groups`,
/// `get_max_concurrency_for_kv_cache_config`), versions 0.10 to 0.25.
final class PagedCache {
    /// Layers of one kind that share a block table.
    ///
    /// @param kind what each keeps
    /// @param block positions of a page
    /// @param layers numbers of its layers
    private record Group(LayerCache kind, long block, List<Integer> layers) {}

    /// One layer as the pool sees it.
    private record Entry(LayerCache kind, int layer) {}

    private final CacheRules rules;
    private final Stages stages;
    private final List<Group> groups;
    private final long pageBytes;
    private final boolean isUneven;

    private PagedCache(CacheRules rules, Stages stages, List<Group> groups, long pageBytes, boolean isUneven) {
        this.rules = rules;
        this.stages = stages;
        this.groups = List.copyOf(groups);
        this.pageBytes = pageBytes;
        this.isUneven = isUneven;
    }

    /// The cache of a model.
    ///
    /// @param layers what each layer keeps on one rank
    static PagedCache of(List<List<LayerCache>> layers, Stages stages, CacheRules rules) {
        List<Entry> entries = new ArrayList<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            for (LayerCache kind : layers.get(layer)) {
                entries.add(new Entry(rules.keepsWindows() ? kind : whole(kind), layer));
            }
        }
        if (entries.isEmpty()) {
            return new PagedCache(rules, stages, List.of(), 0, false);
        }
        long block = attentionBlock(entries, rules);
        Map<LayerCache, List<Integer>> kinds = new LinkedHashMap<>();
        entries.forEach(entry ->
                kinds.computeIfAbsent(entry.kind(), _ -> new ArrayList<>()).add(entry.layer()));
        boolean isFullOnly = kinds.keySet().stream().allMatch(Full.class::isInstance);
        if (isFullOnly && kinds.size() > 1) {
            // one table for all, pages as large as each layer needs
            List<Group> each = new ArrayList<>();
            kinds.forEach((kind, numbers) -> each.add(new Group(kind, block, numbers)));
            return new PagedCache(rules, stages, each, 0, true);
        }
        long page = kinds.keySet().stream()
                .mapToLong(kind -> pageBytes(kind, block))
                .max()
                .orElseThrow();
        return new PagedCache(rules, stages, grouped(kinds, block, page, rules), page, false);
    }

    private static LayerCache whole(LayerCache kind) {
        return switch (kind) {
            case Window window -> new Full(window.tokenBytes(), 1);
            case Chunk chunk -> new Full(chunk.tokenBytes(), 1);
            case Full _, State _ -> kind;
        };
    }

    /// Positions of a page of attention: enough for a page to hold the largest state (vLLM
    /// `HybridAttentionMambaModelConfig`).
    private static long attentionBlock(List<Entry> entries, CacheRules rules) {
        long state = 0;
        long token = 0;
        for (Entry entry : entries) {
            switch (entry.kind()) {
                case State kept -> state = Math.max(state, kept.bytes());
                case Full full -> token = Math.max(token, full.tokenBytes());
                case Window window -> token = Math.max(token, window.tokenBytes());
                case Chunk chunk -> token = Math.max(token, chunk.tokenBytes());
            }
        }
        if (state == 0 || token == 0) {
            return rules.block();
        }
        long aligned = rules.stateAlignment() * Math.ceilDiv(state, rules.stateAlignment() * token);
        return Math.max(rules.block(), aligned);
    }

    private static long pageBytes(LayerCache kind, long block) {
        return switch (kind) {
            case Full full -> Math.ceilDiv(full.tokenBytes() * block, full.stride());
            case Window window -> window.tokenBytes() * block;
            case Chunk chunk -> chunk.tokenBytes() * block;
            case State state -> state.bytes();
        };
    }

    private static List<Group> grouped(Map<LayerCache, List<Integer>> kinds, long block, long page, CacheRules rules) {
        int rarest = kinds.values().stream().mapToInt(List::size).min().orElseThrow();
        int commonest = kinds.values().stream().mapToInt(List::size).max().orElseThrow();
        int size = commonest < rarest * rules.groupSlack() ? commonest : rarest;
        List<Group> groups = new ArrayList<>();
        kinds.forEach((kind, layers) -> {
            long own = pageBytes(kind, block);
            boolean grows = !(kind instanceof State) && page % own == 0;
            long positions = grows ? block * (page / own) : block;
            int count = Math.ceilDiv(layers.size(), size);
            for (int i = 0; i < count; i++) {
                groups.add(new Group(kind, positions, everyNth(layers, i, count)));
            }
        });
        return groups;
    }

    private static List<Integer> everyNth(List<Integer> layers, int from, int step) {
        List<Integer> taken = new ArrayList<>();
        for (int i = from; i < layers.size(); i += step) {
            taken.add(layers.get(i));
        }
        return List.copyOf(taken);
    }

    /// Whether there is anything to keep.
    boolean isEmpty() {
        return groups.isEmpty();
    }

    /// Bytes that one page number takes on a stage, in all the layers that share it.
    long bytesPerBlock(int stage) {
        if (isUneven) {
            return groups.stream()
                    .mapToLong(group -> pageBytes(group.kind(), group.block()) * layersOn(group, stage))
                    .sum();
        }
        return pageBytes
                * groups.stream()
                        .mapToInt(group -> layersOn(group, stage))
                        .max()
                        .orElse(0);
    }

    private int layersOn(Group group, int stage) {
        return Math.toIntExact(group.layers().stream()
                .filter(layer -> stages.of(layer) == stage)
                .count());
    }

    /// Page numbers that a stage's budget gives.
    long blocks(long budgetBytes, int stage) {
        long each = bytesPerBlock(stage);
        return each == 0 ? Long.MAX_VALUE : Math.max(0, budgetBytes / each);
    }

    /// Page numbers that a sequence of so many tokens takes at most.
    ///
    /// @param batchedTokens tokens computed at once, which a window keeps beside its own
    long blocksPerSequence(long tokens, long batchedTokens) {
        long sum = 0;
        long most = 0;
        for (Group group : groups) {
            long taken = switch (group.kind()) {
                case Full _ -> Math.ceilDiv(tokens, group.block());
                case Window window ->
                    Math.ceilDiv(Math.min(window.window() - 1 + batchedTokens, tokens), group.block()) + 1;
                case Chunk chunk -> Math.ceilDiv(Math.min(chunk.chunk() + batchedTokens, tokens), group.block());
                case State _ -> rules.statesPerSequence();
            };
            sum += taken;
            most = Math.max(most, taken);
        }
        return isUneven ? most : sum;
    }

    /// Sequences of so many tokens that fit at a time ("Maximum concurrency").
    double sequences(long blocks, long tokens, long batchedTokens) {
        return (double) blocks / blocksPerSequence(tokens, batchedTokens);
    }

    /// What the engine prints as "GPU KV cache size".
    long tokens(long blocks, long context, long batchedTokens) {
        if (rules.countsByConcurrency()) {
            return (long) (sequences(blocks, context, batchedTokens) * context);
        }
        boolean isStateOnly = groups.stream().allMatch(group -> group.kind() instanceof State);
        long block = isStateOnly
                ? context
                : groups.stream().mapToLong(Group::block).min().orElse(0);
        return blocks / (isUneven ? 1 : groups.size()) * block;
    }

    /// The division of the pool in one line.
    String derivation(int stage) {
        long block = groups.stream().mapToLong(Group::block).min().orElse(0);
        return groups.size() + (groups.size() == 1 ? " group" : " groups") + " of pages of " + block + " tokens, "
                + bytesPerBlock(stage) + " bytes a page in all layers that share it";
    }
}
