package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds multi-head and grouped-query attention as llama.cpp's `build_qkv` and `build_attn` do, and hands
/// latent attention on.
final class AttentionGraph {
    /// Queries, keys and values of the tokens at hand, `[headDim, heads, tokens]`.
    private record Projected(Tensor query, Tensor key, Tensor value) {}

    private final GraphContext context;
    private final Tape tape;
    private final CacheGraph cache;
    private final ScoresGraph scores;
    private final LatentAttentionGraph latent;
    private final long encodedLength;
    private @Nullable Block bias;

    /// @param widestValue width of all value heads together, in the layer where it is largest
    /// @param encodedLength positions that cross attention sees
    AttentionGraph(GraphContext context, long widestValue, long encodedLength) {
        this.encodedLength = encodedLength;
        this.context = context;
        this.tape = context.tape;
        this.cache = new CacheGraph(context, widestValue);
        this.scores = new ScoresGraph(context);
        this.latent = new LatentAttentionGraph(context, cache, scores);
    }

    /// The attention of a layer on the normed stream.
    Tensor build(Attention attention, Tensor x) {
        if (attention.heads().latentRank() > 0) {
            return latent.build(attention, x);
        }
        if (Part.find(attention.parts(), Slot.POSITION_BIAS).orElse(null) instanceof Embedding table) {
            bias = table;
        }
        List<Part> parts = attention.parts();
        Linear gated = GraphContext.linear(parts, Slot.QUERY_GATE);
        Tensor mixed;
        if (gated != null) {
            mixed = withGate(attention, gated, x);
        } else if (attention.sharesCache()) {
            mixed = reading(attention, x);
        } else if (attention.span().kind() == Span.Kind.CROSS) {
            mixed = crossing(attention, x);
        } else {
            mixed = attend(attention, projected(attention, x));
        }
        if (GraphContext.linear(parts, Slot.OUTPUT_GATE) instanceof Linear gate) {
            mixed = opened(attention, mixed, gate, x);
        }
        return context.apply("attn_output", GraphContext.required(parts, Slot.OUTPUT), mixed);
    }

    private Tensor attend(Attention attention, Projected all) {
        Tensor query = positioned(attention, Slot.QUERY_NORM, Slot.ROTATED_QUERY_NORM, all.query());
        Tensor key = positioned(attention, Slot.KEY_NORM, Slot.ROTATED_KEY_NORM, all.key());
        Tensor value = normed(attention, Slot.VALUE_NORM, all.value());
        if (context.facts.has(Quirk.TEMPERED_QUERY) && attention.rotary().dimensions() == 0) {
            query = tape.mul(query, context.inputs.temperatures());
        }
        if (context.facts.has(Quirk.SCALED_QUERY)) {
            query = tape.scale(query);
        }
        return isCached(attention) ? cached(attention, query, key, value) : fresh(attention, query, key, value);
    }

    private static boolean isCached(Attention attention) {
        return switch (attention.span().kind()) {
            case CAUSAL, WINDOW, CHUNK, SELECTED -> true;
            case BIDIRECTIONAL, BIDIRECTIONAL_WINDOW, BIDIRECTIONAL_CHUNK -> false;
            case CROSS -> false;
        };
    }

    // ---- projections

    private Projected projected(Attention attention, Tensor x) {
        List<Part> parts = attention.parts();
        Linear fused = GraphContext.linear(parts, Slot.QUERY_KEY_VALUE);
        if (fused != null) {
            return fused(attention, fused, x);
        }
        Tensor query = clipped(attention, context.apply("attn_q", GraphContext.required(parts, Slot.QUERY), x));
        Tensor key = clipped(attention, context.apply("attn_k", GraphContext.required(parts, Slot.KEY), x));
        Linear values = GraphContext.linear(parts, Slot.VALUE);
        Tensor value = values == null ? key : clipped(attention, context.apply("attn_v", values, x));
        if (context.dialect == Dialect.IK_LLAMA_CPP) {
            tape.place(query);
            tape.place(key);
            tape.place(value);
        }
        if (normsWhole(attention)) {
            query = context.norm(required(parts, Slot.QUERY_NORM), query);
            key = context.norm(required(parts, Slot.KEY_NORM), key);
        }
        return split(attention.heads(), query, key, value);
    }

    private Projected fused(Attention attention, Linear fused, Tensor x) {
        Heads heads = attention.heads();
        Tensor all = clipped(attention, context.apply("attn_qkv", fused, x));
        if (normsWhole(attention)) {
            List<Part> parts = attention.parts();
            Tensor query = context.norm(required(parts, Slot.QUERY_NORM), piece(all, heads.queryWidth()));
            Tensor key = context.norm(required(parts, Slot.KEY_NORM), piece(all, heads.keyWidth()));
            return split(heads, query, key, piece(all, heads.valueWidth()));
        }
        return new Projected(
                part(all, heads.headDim(), heads.headCount()),
                part(all, heads.headDim(), heads.kvHeadCount()),
                part(all, heads.valueHeadDim(), heads.kvHeadCount()));
    }

    private Projected split(Heads heads, Tensor query, Tensor key, Tensor value) {
        return new Projected(
                tape.reshape(query, heads.headDim(), heads.headCount(), context.tokens),
                tape.reshape(key, heads.headDim(), heads.kvHeadCount(), context.tokens),
                tape.reshape(value, heads.valueHeadDim(), heads.kvHeadCount(), context.tokens));
    }

    private Tensor part(Tensor all, long headDim, long heads) {
        return tape.view(all, Tape.shape(headDim, heads, context.tokens), 4 * headDim, all.stride(1));
    }

    private Tensor piece(Tensor all, long width) {
        return tape.cont(tape.view(all, Tape.shape(width, context.tokens), all.stride(1)));
    }

    private Tensor clipped(Attention attention, Tensor x) {
        return attention.clip() > 0 ? tape.clamp(x) : x;
    }

    /// Whether query and key are normed over all heads together, before they are told apart.
    private static boolean normsWhole(Attention attention) {
        Norm norm = GraphContext.norm(attention.parts(), Slot.QUERY_NORM);
        return norm != null && norm.width() != attention.heads().headDim() && norm.heads() == 0;
    }

    private static Norm required(List<Part> parts, Slot slot) {
        if (GraphContext.norm(parts, slot) instanceof Norm norm) {
            return norm;
        }
        throw new NoGraphException("no norm " + slot);
    }

    private Tensor positioned(Attention attention, Slot before, Slot after, Tensor heads) {
        Tensor x = normsWhole(attention) ? heads : normed(attention, before, heads);
        if (attention.rotary().dimensions() > 0) {
            x = tape.rope(x, context.inputs.positions(attention.rotary()));
        }
        return normed(attention, after, x);
    }

    private Tensor normed(Attention attention, Slot slot, Tensor heads) {
        Norm norm = GraphContext.norm(attention.parts(), slot);
        return norm == null ? heads : context.norm(norm, heads);
    }

    // ---- gates

    /// Query and gate of each head beside one another in one matrix (Qwen3-Next).
    private Tensor withGate(Attention attention, Linear both, Tensor x) {
        Heads heads = attention.heads();
        List<Part> parts = attention.parts();
        Tensor all = context.apply("attn_q", both, x);
        Tensor key = context.apply("attn_k", GraphContext.required(parts, Slot.KEY), x);
        Tensor value = context.apply("attn_v", GraphContext.required(parts, Slot.VALUE), x);
        Tensor query = halfOf(all, heads);
        Projected projected = new Projected(
                query,
                tape.reshape(key, heads.headDim(), heads.kvHeadCount(), context.tokens),
                tape.reshape(value, heads.valueHeadDim(), heads.kvHeadCount(), context.tokens));
        Tensor mixed = attend(attention, projected);
        Tensor gate = tape.cont(halfOf(all, heads), heads.queryWidth(), context.tokens);
        return tape.mul(mixed, tape.unary(gate));
    }

    private Tensor halfOf(Tensor all, Heads heads) {
        long width = 4 * heads.headDim() * 2;
        return tape.view(
                all, Tape.shape(heads.headDim(), heads.headCount(), context.tokens), width, width * heads.headCount());
    }

    /// A gate beside the projections, one number a head or one for every number of the mixture.
    private Tensor opened(Attention attention, Tensor mixed, Linear gate, Tensor x) {
        Heads heads = attention.heads();
        Tensor opening = tape.unary(context.apply("attn_gate", gate, x));
        if (gate.out() != heads.headCount()) {
            return tape.mul(mixed, opening);
        }
        Tensor apart = tape.reshape(mixed, heads.valueHeadDim(), heads.headCount(), context.tokens);
        Tensor scaled = tape.mul(apart, tape.reshape(opening, 1, heads.headCount(), context.tokens));
        return tape.reshape(scaled, heads.valueHeadDim() * heads.headCount(), context.tokens);
    }

    // ---- scores

    private Tensor cached(Attention attention, Tensor query, Tensor key, Tensor value) {
        Rotation rotation = context.inputs.rotation(attention.heads(), cache.isWindowed(attention));
        query = rotation.keys(query);
        key = rotation.keys(key);
        value = rotation.values(value);
        tape.place(query);
        boolean valueFirst = !context.dialect.isFork() && context.settings.windowCells() == 0;
        tape.place(valueFirst ? value : key);
        tape.place(valueFirst ? key : value);
        cache.store(attention, key, value);
        ScoresGraph.Seen seen = cache.seen(attention);
        if (bias != null) {
            seen = seen.biased(bias(seen.keys().size(2)));
        }
        return rotation.values(scores.mix(attention, query, seen));
    }

    /// Biases by distance, `[cells, tokens, heads]`, looked up in a table of the first layer.
    private Tensor bias(long cells) {
        if (!(bias instanceof Embedding table)) {
            throw new NoGraphException("no biases");
        }
        Tensor buckets = context.inputs.buckets(cells);
        Tensor rows = tape.getRows(
                context.vector(table.width(), table.rows()), tape.reshape(buckets, cells * context.tokens));
        Tensor apart = tape.reshape(rows, table.width(), cells, context.tokens);
        return tape.cont(tape.permute(apart, 2, 0, 1, 3));
    }

    /// Attention to what an encoder made.
    private Tensor crossing(Attention attention, Tensor x) {
        Heads heads = attention.heads();
        List<Part> parts = attention.parts();
        Linear keys = GraphContext.required(parts, Slot.KEY);
        Tensor encoded = context.inputs.encoded(keys.in(), encodedLength);
        Tensor query = context.apply("cross_attn_q", GraphContext.required(parts, Slot.QUERY), x);
        Tensor key = context.apply("cross_attn_k", keys, encoded);
        Tensor value = context.apply("cross_attn_v", GraphContext.required(parts, Slot.VALUE), encoded);
        query = tape.reshape(query, heads.headDim(), heads.headCount(), context.tokens);
        key = tape.reshape(key, heads.headDim(), heads.kvHeadCount(), encodedLength);
        value = tape.reshape(value, heads.valueHeadDim(), heads.kvHeadCount(), encodedLength);
        tape.place(query);
        tape.place(key);
        tape.place(value);
        return scores.mix(attention, query, new ScoresGraph.Seen(key, value, context.inputs.crossMask(encodedLength)));
    }

    /// Attention to the keys and values that an earlier layer has stored.
    private Tensor reading(Attention attention, Tensor x) {
        Heads heads = attention.heads();
        Tensor query = context.apply("attn_q", GraphContext.required(attention.parts(), Slot.QUERY), x);
        query = tape.reshape(query, heads.headDim(), heads.headCount(), context.tokens);
        query = positioned(attention, Slot.QUERY_NORM, Slot.ROTATED_QUERY_NORM, query);
        Rotation rotation = context.inputs.rotation(heads, cache.isWindowed(attention));
        query = rotation.keys(query);
        tape.place(query);
        return rotation.values(scores.mix(attention, query, cache.seen(attention)));
    }

    private Tensor fresh(Attention attention, Tensor query, Tensor key, Tensor value) {
        tape.place(query);
        tape.place(key);
        tape.place(value);
        Tensor mask = context.inputs.maskWithoutCache(attention.span());
        return scores.mix(attention, query, new ScoresGraph.Seen(key, value, mask));
    }
}
