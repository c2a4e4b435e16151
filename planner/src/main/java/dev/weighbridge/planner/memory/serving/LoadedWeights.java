package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.memory.parallel.Ranks;
import dev.weighbridge.planner.memory.parallel.Sharding;
import dev.weighbridge.planner.memory.parallel.Stages;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What "Model loading took" counts on each stage of a pipeline, for one of its tensor ranks.
///
/// Beside the weights themselves: the vocabulary filled up to whole blocks of rows, tables of rotary
/// positions for the model's whole context, copies of the latent's projections for decoding, and what
/// PyTorch's allocator adds.
///
/// @param weights bytes of weights by stage
/// @param tables bytes of rotary tables by stage
/// @param copies bytes of reordered latent projections by stage
/// @param rounding bytes that the allocator adds by stage
record LoadedWeights(List<Long> weights, List<Long> tables, List<Long> copies, List<Long> rounding) {
    /// From here on PyTorch asks the driver for each block on its own, in multiples of [#GRAIN].
    private static final long OWN_BLOCK = 10L << 20;

    private static final long GRAIN = 2L << 20;

    private static final long VIDEO_POSITIONS = 4;

    /// A larger factor is no stretching but a mistake in the configuration.
    private static final double MOST_STRETCHED = 1024;

    /// A remainder up to it stays with the block (`kSmallSize` in `CUDACachingAllocator.cpp`).
    private static final long UNSPLIT = 1L << 20;

    /// Reads a model for an engine's ranks.
    ///
    /// @param stored bytes of each weight
    /// @param activationBytes width of an activation, and of a rotary table
    /// @param padding how MXFP4 experts are laid out
    static LoadedWeights of(
            Anatomy model,
            StoredWeights stored,
            Ranks ranks,
            Stages stages,
            long activationBytes,
            ExpertPadding padding) {
        Sharding sharding = Sharding.of(model, ranks);
        int count = stages.count();
        long[] weights = new long[count];
        long[] rounding = new long[count];
        Map<String, Long> blocks = new HashMap<>();
        for (Weight weight : model.weights()) {
            if (weight.tower() == Tower.NEXT_TOKEN) {
                // loaded for speculation alone
                continue;
            }
            long whole = stored.bytes(weight);
            if (weight.role() == Role.EXPERT && stored.type(weight).equals("MXFP4")) {
                whole = padding.padded(weight, whole, ranks);
            }
            long bytes = sharding.share(weight, whole);
            int stage = stages.of(weight);
            weights[stage] += bytes;
            blocks.merge(stage + " " + weight.layer() + " " + fused(weight.name()), bytes, Long::sum);
            if (count > 1 && isTiedHead(weight)) {
                long copy = sharding.share(weight, 2 * weight.elements());
                weights[count - 1] += whole == 0 ? copy : 0;
            }
        }
        blocks.forEach((place, bytes) -> rounding[Integer.parseInt(place, 0, place.indexOf(' '), 10)] += added(bytes));
        return new LoadedWeights(
                boxed(weights),
                boxed(tables(model, stages, activationBytes)),
                boxed(copies(model, ranks, stages, activationBytes)),
                boxed(rounding));
    }

    /// All of it on a stage.
    long total(int stage) {
        return weights.get(stage) + tables.get(stage) + copies.get(stage) + rounding.get(stage);
    }

    /// The sum in one line.
    String derivation(int stage) {
        StringBuilder line = new StringBuilder("weights " + weights.get(stage));
        append(line, "rotary tables", tables.get(stage));
        append(line, "latent projections for decoding", copies.get(stage));
        append(line, "allocator rounding", rounding.get(stage));
        return line.toString();
    }

    private static void append(StringBuilder line, String what, long bytes) {
        if (bytes > 0) {
            line.append(" + ").append(what).append(' ').append(bytes);
        }
    }

    private static boolean isTiedHead(Weight weight) {
        return weight.role() == Role.HEAD && weight.isTied();
    }

    /// The name of the matrix that the engine joins a weight into.
    private static String fused(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        String tail = dot < 0 ? "" : name.substring(dot);
        if (ends(stem, "attn_q", "attn_k", "attn_v", "q_proj", "k_proj", "v_proj")) {
            return "qkv" + tail + (name.startsWith("blk.") ? "" : stem.substring(0, stem.length() - 6));
        }
        if (ends(stem, "ffn_gate", "ffn_up", "gate_proj", "up_proj")) {
            return "gate_up" + tail + (name.startsWith("blk.") ? "" : stem.substring(0, stem.length() - 7));
        }
        return stem.endsWith("_exps") && !stem.contains("down")
                ? "w13" + tail
                : stem.endsWith("_shexp") && !stem.contains("down") && !stem.contains("inp") ? "shared" + tail : name;
    }

    private static boolean ends(String stem, String... endings) {
        for (String ending : endings) {
            if (stem.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    private static long added(long bytes) {
        if (bytes < OWN_BLOCK) {
            return 0;
        }
        long remainder = Math.ceilDiv(bytes, GRAIN) * GRAIN - bytes;
        return remainder <= UNSPLIT ? remainder : 0;
    }

    /// One table for each kind of rotary positions, sine and cosine of every position the model was made
    /// for.
    private static long[] tables(Anatomy model, Stages stages, long activationBytes) {
        long[] bytes = new long[stages.count()];
        Set<List<Object>> seen = new HashSet<>();
        List<Layer> layers = model.textLayers();
        for (int layer = 0; layer < layers.size(); layer++) {
            int stage = stages.of(layer);
            for (Attention attention : layers.get(layer).attentions()) {
                Rotary rotary = attention.rotary();
                if (rotary.dimensions() > 0
                        && seen.add(List.of(stage, rotary.theta(), rotary.dimensions(), rotary.scaling()))) {
                    bytes[stage] += positions(model, rotary) * rotary.dimensions() * activationBytes;
                }
            }
        }
        return bytes;
    }

    /// Positions of a table: those of the configuration, as many times more where a rule stretches them
    /// (vLLM `rotary_embedding`: linear and dynamic scaling stretch the model's own, YaRN the original
    /// ones).
    private static long positions(Anatomy model, Rotary rotary) {
        long context = model.contextLength().orElse(0);
        Config scaling = rotary.scaling();
        String rule = scaling.text(scaling.firstOf("rope_type", "type"), "");
        if (scaling.has("mrope_section")) {
            // positions of a video run ahead of its tokens (vLLM `MRotaryEmbedding`)
            return VIDEO_POSITIONS * context;
        }
        double factor = scaling.number("factor", 1);
        if (!(factor > 1 && factor <= MOST_STRETCHED)) {
            return context;
        }
        return switch (rule) {
            case "linear", "dynamic" -> Math.round(context * factor);
            case "yarn", "deepseek_yarn" ->
                Math.max(context, Math.round(scaling.integer("original_max_position_embeddings", 0) * factor));
            default -> context;
        };
    }

    /// Decoding multiplies by the two halves of the latent's up projection, kept reordered beside it.
    private static long[] copies(Anatomy model, Ranks ranks, Stages stages, long activationBytes) {
        long[] bytes = new long[stages.count()];
        List<Layer> layers = model.textLayers();
        for (int layer = 0; layer < layers.size(); layer++) {
            for (Attention attention : layers.get(layer).attentions()) {
                Heads heads = attention.heads();
                if (heads.latentRank() > 0) {
                    long plain = heads.headDim() - heads.latentRotaryDim();
                    long mine = Math.ceilDiv(heads.headCount(), ranks.attention());
                    bytes[stages.of(layer)] +=
                            mine * (plain + heads.valueHeadDim()) * heads.latentRank() * activationBytes;
                }
            }
        }
        return bytes;
    }

    private static List<Long> boxed(long[] values) {
        return java.util.Arrays.stream(values).boxed().toList();
    }
}
