package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Portion;

/// Builds what is written to and read from the cache of keys and values (`llama-kv-cache.cpp`).
///
/// Values are stored transposed where scores are in memory.
final class CacheGraph {
    private final GraphContext context;
    private final GraphSettings settings;
    private final Tape tape;
    private final long widestValue;

    /// @param widestValue width of all value heads together in the layer where it is largest
    CacheGraph(GraphContext context, long widestValue) {
        this.context = context;
        this.settings = context.settings;
        this.tape = context.tape;
        this.widestValue = widestValue;
    }

    /// Whether a layer uses the cache of the window.
    boolean isWindowed(Attention attention) {
        Span.Kind kind = attention.span().kind();
        return (kind == Span.Kind.WINDOW || kind == Span.Kind.CHUNK) && settings.windowCells() > 0;
    }

    /// Writes the keys and values of the tokens at hand.
    void store(Attention attention, Tensor key, Tensor value) {
        boolean window = isWindowed(attention);
        if (!context.dialect.hasPlaceInputs()) {
            Tensor turned = settings.flash() ? value : tape.transpose(value);
            tape.place(tape.copy(key, part(keys(attention.heads().keyWidth(), window), key)));
            tape.place(tape.copy(turned, part(values(attention.heads(), window), value)));
            return;
        }
        GraphInputs.Places places = context.inputs.places(window, widestValue);
        tape.place(storeKey(keys(attention.heads().keyWidth(), window), key, places.keys()));
        tape.place(storeValue(values(attention.heads(), window), value, places.values()));
    }

    /// All keys and values of a layer.
    ScoresGraph.Seen seen(Attention attention) {
        boolean window = isWindowed(attention);
        Heads heads = attention.heads();
        Tensor keys = keys(heads.keyWidth(), window);
        Tensor values = values(heads, window);
        return new ScoresGraph.Seen(
                view(keys, heads.headDim(), heads.kvHeadCount()),
                settings.flash() ? view(values, heads.valueHeadDim(), heads.kvHeadCount()) : turned(values, heads),
                mask(attention));
    }

    /// The mask of a layer: those with a window have one of their own, whether or not they have a cache of their own.
    Tensor mask(Attention attention) {
        Span.Kind kind = attention.span().kind();
        boolean window = kind == Span.Kind.WINDOW || kind == Span.Kind.CHUNK;
        boolean own = window && (settings.windowCells() > 0 || !context.dialect.hasPlaceInputs());
        return context.inputs.mask(own, cells(isWindowed(attention)));
    }

    /// The part of a cache that the tokens at hand are written to.
    private Tensor part(Tensor cache, Tensor rows) {
        return tape.view(cache, Tape.shape(rows.elements()));
    }

    /// A cache of keys alone, which a layer with a latent has.
    Tensor keys(long width, boolean window) {
        return tape.cache(settings.keyType(), home(), width, cells(window), settings.streams());
    }

    private Tensor values(Heads heads, boolean window) {
        long width = settings.flash() ? heads.valueWidth() : widestValue;
        return tape.cache(settings.valueType(), home(), width, cells(window), settings.streams());
    }

    private long cells(boolean window) {
        return window ? settings.windowCells() : settings.cells();
    }

    private int home() {
        return settings.offloadsCache() ? context.home() : Portion.HOST;
    }

    /// Writes keys alone.
    void storeKey(Tensor keys, Tensor key) {
        tape.place(
                context.dialect.hasPlaceInputs()
                        ? storeKey(keys, key, context.inputs.keyPlaces())
                        : tape.copy(key, part(keys, key)));
    }

    Tensor storeKey(Tensor keys, Tensor key, Tensor places) {
        Tensor rows = tape.view(key, Tape.shape(key.size(0) * key.size(1), key.size(2)), key.stride(2));
        return tape.setRows(merged(keys), rows, places);
    }

    private Tensor storeValue(Tensor values, Tensor value, Tensor places) {
        long width = value.size(0) * value.size(1);
        if (settings.flash()) {
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

    /// `[headDim, heads, cells, streams]` of a cache.
    Tensor view(Tensor cache, long headDim, long heads) {
        return tape.view(
                cache,
                Tape.shape(headDim, heads, cache.size(1), cache.size(2)),
                row(cache.type, headDim),
                cache.stride(1),
                cache.stride(2));
    }

    private Tensor turned(Tensor cache, Heads heads) {
        long cells = cache.size(1);
        return tape.view(
                cache,
                Tape.shape(cells, heads.kvHeadCount(), heads.valueHeadDim(), cache.size(2)),
                row(cache.type, cells * heads.valueHeadDim()),
                row(cache.type, cells),
                cache.stride(2));
    }

    private static long row(DataType type, long elements) {
        return elements / type.blockElements() * type.blockBytes();
    }
}
