package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds attention as llama.cpp's `llama-graph.cpp` does.
///
/// Queries, keys and values are made and placed, keys and values written to the cache, scores computed in one step or in
/// memory, and projected out.
final class AttentionGraph {
    /// Queries, keys and values of the tokens at hand, `[headDim, heads, tokens]`.
    private record Projected(Tensor query, Tensor key, Tensor value) {}

    private final GraphContext context;
    private final Tape tape;
    private final long widestValue;

    /// @param widestValue width of all value heads together, in the layer where it is largest
    AttentionGraph(GraphContext context, long widestValue) {
        this.context = context;
        this.tape = context.tape;
        this.widestValue = widestValue;
    }

    /// The attention of a layer on the normed stream.
    Tensor build(Attention attention, Tensor x) {
        if (attention.heads().latentRank() > 0 || attention.span().kind() == Span.Kind.CROSS) {
            throw GraphContext.unknown(attention);
        }
        return grouped(attention, x);
    }

    private Tensor grouped(Attention attention, Tensor x) {
        Projected all = projected(attention, x);
        Tensor query = rotated(attention, normed(attention, Slot.QUERY_NORM, all.query()));
        Tensor key = rotated(attention, normed(attention, Slot.KEY_NORM, all.key()));
        Tensor value = normed(attention, Slot.VALUE_NORM, all.value());
        Tensor mixed = isCached(attention) ? cached(attention, query, key, value) : fresh(attention, query, key, value);
        return context.apply("attn_output", GraphContext.required(attention.parts(), Slot.OUTPUT), mixed);
    }

    private static boolean isCached(Attention attention) {
        return switch (attention.span().kind()) {
            case CAUSAL, WINDOW, CHUNK, SELECTED -> true;
            case BIDIRECTIONAL, BIDIRECTIONAL_WINDOW, BIDIRECTIONAL_CHUNK, CROSS -> false;
        };
    }

    // ---- projections

    private Projected projected(Attention attention, Tensor x) {
        List<Part> parts = attention.parts();
        Heads heads = attention.heads();
        boolean normsWhole = GraphContext.norm(parts, Slot.QUERY_NORM) instanceof Norm norm
                && norm.width() != heads.headDim()
                && norm.heads() == 0;
        Linear fused = GraphContext.linear(parts, Slot.QUERY_KEY_VALUE);
        if (fused != null) {
            return fused(attention, fused, normsWhole, x);
        }
        Tensor query = clipped(attention, context.apply("attn_q", GraphContext.required(parts, Slot.QUERY), x));
        Tensor key = clipped(attention, context.apply("attn_k", GraphContext.required(parts, Slot.KEY), x));
        Linear values = GraphContext.linear(parts, Slot.VALUE);
        Tensor value = values == null ? key : clipped(attention, context.apply("attn_v", values, x));
        if (normsWhole) {
            query = context.norm(norm(parts, Slot.QUERY_NORM), query);
            key = context.norm(norm(parts, Slot.KEY_NORM), key);
        }
        return new Projected(
                tape.reshape(query, heads.headDim(), heads.headCount(), context.tokens),
                tape.reshape(key, heads.headDim(), heads.kvHeadCount(), context.tokens),
                tape.reshape(value, heads.valueHeadDim(), heads.kvHeadCount(), context.tokens));
    }

    private Projected fused(Attention attention, Linear fused, boolean normsWhole, Tensor x) {
        Heads heads = attention.heads();
        Tensor all = clipped(attention, context.apply("attn_qkv", fused, x));
        if (normsWhole) {
            Tensor query = context.norm(norm(attention.parts(), Slot.QUERY_NORM), piece(all, heads.queryWidth()));
            Tensor key = context.norm(norm(attention.parts(), Slot.KEY_NORM), piece(all, heads.keyWidth()));
            Tensor value = piece(all, heads.valueWidth());
            return new Projected(
                    tape.reshape(query, heads.headDim(), heads.headCount(), context.tokens),
                    tape.reshape(key, heads.headDim(), heads.kvHeadCount(), context.tokens),
                    tape.reshape(value, heads.valueHeadDim(), heads.kvHeadCount(), context.tokens));
        }
        return new Projected(
                part(all, heads.headDim(), heads.headCount()),
                part(all, heads.headDim(), heads.kvHeadCount()),
                part(all, heads.valueHeadDim(), heads.kvHeadCount()));
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

    private Tensor normed(Attention attention, Slot slot, Tensor heads) {
        Norm norm = GraphContext.norm(attention.parts(), slot);
        boolean whole = norm != null && norm.width() != heads.size(0) && norm.heads() == 0;
        return norm == null || whole ? heads : context.norm(norm, heads);
    }

    private static Norm norm(List<Part> parts, Slot slot) {
        if (GraphContext.norm(parts, slot) instanceof Norm norm) {
            return norm;
        }
        throw new NoGraphException("no norm " + slot);
    }

    private Tensor rotated(Attention attention, Tensor heads) {
        return attention.rotary().dimensions() > 0 ? tape.rope(heads, context.inputs.positions(1)) : heads;
    }

    // ---- scores

    private Tensor cached(Attention attention, Tensor query, Tensor key, Tensor value) {
        GraphSettings settings = context.settings;
        boolean window = isWindowed(attention) && settings.windowCells() > 0;
        long cells = window ? settings.windowCells() : settings.cells();
        Heads heads = attention.heads();
        int home = settings.offloadsCache() ? context.home() : dev.weighbridge.planner.memory.Portion.HOST;
        Tensor keys = tape.cache(settings.keyType(), home, heads.keyWidth(), cells, settings.streams());
        long valueWidth = settings.flash() ? heads.valueWidth() : widestValue;
        Tensor values = tape.cache(settings.valueType(), home, valueWidth, cells, settings.streams());
        Rotation rotation = Rotation.of(context, attention, window);
        query = rotation.keys(query);
        key = rotation.keys(key);
        value = rotation.values(value);
        tape.place(query);
        if (settings.windowCells() > 0) {
            tape.place(key);
            tape.place(value);
        } else {
            tape.place(value);
            tape.place(key);
        }
        GraphInputs.Places places = context.inputs.places(window, widestValue);
        tape.place(storeKey(keys, key, places.keys()));
        tape.place(storeValue(values, value, places.values()));
        Tensor k = tape.view(
                keys,
                Tape.shape(heads.headDim(), heads.kvHeadCount(), cells, settings.streams()),
                row(settings.keyType(), heads.headDim()),
                keys.stride(1),
                keys.stride(2));
        Tensor v = settings.flash()
                ? tape.view(
                        values,
                        Tape.shape(heads.valueHeadDim(), heads.kvHeadCount(), cells, settings.streams()),
                        row(settings.valueType(), heads.valueHeadDim()),
                        values.stride(1),
                        values.stride(2))
                : tape.view(
                        values,
                        Tape.shape(cells, heads.kvHeadCount(), heads.valueHeadDim(), settings.streams()),
                        row(settings.valueType(), cells * heads.valueHeadDim()),
                        row(settings.valueType(), cells),
                        values.stride(2));
        Tensor mixed = mix(attention, query, k, v, context.inputs.mask(window), null);
        return rotation.values(mixed);
    }

    private static boolean isWindowed(Attention attention) {
        return attention.span().kind() == Span.Kind.WINDOW || attention.span().kind() == Span.Kind.CHUNK;
    }

    private Tensor storeKey(Tensor keys, Tensor key, Tensor places) {
        Tensor rows = tape.view(key, Tape.shape(key.size(0) * key.size(1), key.size(2)), key.stride(2));
        return tape.setRows(merged(keys), rows, places);
    }

    private Tensor storeValue(Tensor values, Tensor value, Tensor places) {
        long width = value.size(0) * value.size(1);
        if (context.settings.flash()) {
            Tensor rows = tape.view(value, Tape.shape(width, value.size(2)), value.stride(2));
            return tape.setRows(merged(values), rows, places);
        }
        Tensor rows = value.stride(2) == 4 * width
                ? tape.reshape(value, width, value.size(2))
                : tape.cont(value, width, value.size(2));
        if (width < values.size(0)) {
            rows = tape.pad(rows, values.size(0) - width);
        }
        Tensor numbers = tape.reshape(values, 1, values.elements());
        return tape.setRows(numbers, tape.reshape(rows, 1, rows.elements()), places);
    }

    private Tensor merged(Tensor cache) {
        return cache.size(2) > 1 ? tape.reshape(cache, cache.size(0), cache.size(1) * cache.size(2)) : cache;
    }

    private Tensor fresh(Attention attention, Tensor query, Tensor key, Tensor value) {
        tape.place(query);
        tape.place(key);
        tape.place(value);
        boolean window = attention.span().kind() == Span.Kind.BIDIRECTIONAL_WINDOW;
        return mix(attention, query, key, value, context.inputs.maskWithoutCache(window), null);
    }

    /// Scores, softmax and weighted sum.
    ///
    /// @param v `[valueHeadDim, heads, cells]`, or `[cells, heads, valueHeadDim]` where it is stored transposed
    /// @param decompress for latent attention what makes values of the latent mixture
    Tensor mix(
            Attention attention, Tensor query, Tensor k, Tensor v, Tensor mask, @Nullable Tensor decompress) {
        boolean transposed = v.stride(1) > v.stride(2);
        long streams = k.size(3);
        Tensor q = tape.permute(
                tape.view(
                        query,
                        Tape.shape(query.size(0), query.size(1), query.size(2) / streams, streams),
                        query.stride(1),
                        query.stride(2),
                        query.stride(3) / streams),
                0,
                2,
                1,
                3);
        k = tape.permute(k, 0, 2, 1, 3);
        v = tape.permute(v, 0, 2, 1, 3);
        Tensor sinks = GraphContext.has(attention.parts(), Slot.SINKS)
                ? context.vector(attention.heads().headCount())
                : null;
        Tensor mixed = context.settings.flash()
                ? flash(q, k, v, mask, sinks, decompress)
                : plain(attention, q, k, v, transposed, mask, sinks, decompress);
        tape.place(mixed);
        return mixed;
    }

    private Tensor flash(
            Tensor q, Tensor k, Tensor v, Tensor mask, @Nullable Tensor sinks, @Nullable Tensor decompress) {
        if (k.type == DataType.F32) {
            k = tape.cast(k, DataType.F16);
        }
        if (v.type == DataType.F32) {
            v = tape.cast(v, DataType.F16);
        }
        Tensor mixed = tape.flashAttention(q, k, v, mask, sinks);
        if (decompress != null) {
            mixed = tape.mulMat(decompress, tape.permute(mixed, 0, 2, 1, 3));
            mixed = tape.cont(tape.permute(mixed, 0, 2, 1, 3));
        }
        return tape.reshape(mixed, mixed.size(0) * mixed.size(1), mixed.size(2) * mixed.size(3));
    }

    private Tensor plain(
            Attention attention,
            Tensor q,
            Tensor k,
            Tensor v,
            boolean transposed,
            Tensor mask,
            @Nullable Tensor sinks,
            @Nullable Tensor decompress) {
        Tensor scores = tape.mulMat(k, q);
        if (attention.softCap() > 0) {
            scores = tape.scale(tape.unary(tape.scale(scores)));
        }
        scores = tape.softMax(scores, mask, sinks);
        if (!transposed) {
            v = tape.cont(tape.transpose(v));
        }
        Tensor mixed = tape.mulMat(v, scores);
        if (decompress != null) {
            mixed = tape.mulMat(decompress, mixed);
        }
        mixed = tape.permute(mixed, 0, 2, 1, 3);
        return tape.cont(mixed, mixed.size(0) * mixed.size(1), mixed.size(2) * mixed.size(3));
    }

    private static long row(DataType type, long elements) {
        return elements / type.blockElements() * type.blockBytes();
    }
}
