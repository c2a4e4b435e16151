package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.tensor.DataType;
import org.jspecify.annotations.Nullable;

/// The tensors that a program fills before a graph runs: token numbers, positions, masks, places in the cache.
///
/// Each is made when first asked for. Shapes as in llama.cpp's `llama-graph.cpp`.
final class GraphInputs {
    /// Masks were once padded to a multiple of so many rows (`GGML_KQ_MASK_PAD`).
    private static final long MASK_ROWS = 64;

    private final Tape tape;
    private final GraphSettings settings;
    private final long tokens;
    private @Nullable Tensor positions;
    private @Nullable Tensor outputRows;
    private @Nullable Tensor fullMask;
    private @Nullable Tensor windowMask;
    private @Nullable Places fullPlaces;
    private @Nullable Places windowPlaces;
    private @Nullable Tensor keyPlaces;
    private @Nullable Tensor indexerPlaces;
    private @Nullable Tensor indexerMask;
    private @Nullable Tensor indexerRotation;
    private @Nullable Tensor temperatures;
    private @Nullable Tensor buckets;
    private @Nullable Tensor encoded;
    private @Nullable Tensor crossMask;
    private Tensor @Nullable [] states;
    private @Nullable Rotation fullRotation;
    private @Nullable Rotation windowRotation;

    /// Where keys and values are written to in the cache.
    record Places(Tensor keys, Tensor values) {}

    GraphInputs(Tape tape, GraphSettings settings, long tokens) {
        this.tape = tape;
        this.settings = settings;
        this.tokens = tokens;
    }

    /// Positions, I32 `[tokens]`; four for each token where images have positions in space and time.
    Tensor positions(Rotary rotary) {
        Tensor known = positions;
        if (known == null) {
            long perToken = rotary.scaling().has("mrope_section") ? 4 : 1;
            known = tape.input(DataType.I32, tokens * perToken);
            positions = known;
        }
        return known;
    }

    /// Rows that logits are computed for, I32 `[outputs]`.
    Tensor outputRows() {
        Tensor known = outputRows;
        if (known == null) {
            known = tape.input(DataType.I32, settings.outputs());
            outputRows = known;
        }
        return known;
    }

    /// The mask of a cache, `[cells, tokens / streams, 1, streams]`.
    ///
    /// @param window whether of the layers with a window
    Tensor mask(boolean window, long cells) {
        Tensor known = window ? windowMask : fullMask;
        if (known == null) {
            known = mask(cells, tokens / settings.streams(), settings.streams());
            setMask(window, known);
        }
        return known;
    }

    private Tensor mask(long cells, long rows, long streams) {
        Dialect dialect = settings.dialect();
        long padded = dialect.hasPaddedMask() ? Math.ceilDiv(rows, MASK_ROWS) * MASK_ROWS : rows;
        boolean half = settings.flash() && !dialect.hasWideMask();
        Tensor mask = tape.input(half ? DataType.F16 : DataType.F32, cells, padded, 1, streams);
        return settings.flash() && !half ? tape.cast(mask, DataType.F16) : mask;
    }

    /// The mask of attention without a cache, `[tokens, tokens]`.
    Tensor maskWithoutCache(Span span) {
        boolean window = span.kind() == Span.Kind.BIDIRECTIONAL_WINDOW;
        Tensor known = window ? windowMask : fullMask;
        if (known == null) {
            known = mask(tokens, tokens, 1);
            setMask(window, known);
        }
        return known;
    }

    /// Places in a cache; one for each number of a value where values are stored transposed.
    Places places(boolean window, long widestValue) {
        Places known = window ? windowPlaces : fullPlaces;
        if (known == null) {
            Tensor keys = tape.input(DataType.I64, tokens);
            Tensor values = tape.input(DataType.I64, settings.flash() ? tokens : tokens * widestValue);
            known = new Places(keys, values);
            if (window) {
                windowPlaces = known;
            } else {
                fullPlaces = known;
            }
        }
        return known;
    }

    /// Places in a cache of keys alone.
    Tensor keyPlaces() {
        Tensor known = keyPlaces;
        if (known == null) {
            known = tape.input(DataType.I64, tokens);
            keyPlaces = known;
        }
        return known;
    }

    /// Places in the cache of an indexer.
    Tensor indexerPlaces() {
        Tensor known = indexerPlaces;
        if (known == null) {
            known = tape.input(DataType.I64, tokens);
            indexerPlaces = known;
        }
        return known;
    }

    /// The mask of an indexer, which is of 16-bit floats always.
    Tensor indexerMask() {
        Tensor known = indexerMask;
        if (known == null) {
            known = tape.input(DataType.F16, settings.cells(), tokens / settings.streams(), 1, settings.streams());
            indexerMask = known;
        }
        return known;
    }

    /// The rotation of an indexer's queries and keys.
    Tensor indexerRotation(long headDim) {
        Tensor known = indexerRotation;
        if (known == null) {
            known = square(Rotation.keySize(headDim));
            indexerRotation = known;
        }
        return known;
    }

    /// Buckets of the distances between cells and tokens, I32 `[cells, tokens]`.
    Tensor buckets(long cells) {
        Tensor known = buckets;
        if (known == null) {
            known = tape.input(DataType.I32, cells, tokens);
            buckets = known;
        }
        return known;
    }

    /// What an encoder made, F32 `[width, length]`.
    Tensor encoded(long width, long length) {
        Tensor known = encoded;
        if (known == null) {
            known = tape.input(DataType.F32, width, length);
            encoded = known;
        }
        return known;
    }

    /// The mask of what an encoder made, `[length, tokens]`.
    Tensor crossMask(long length) {
        Tensor known = crossMask;
        if (known == null) {
            known = mask(length, tokens, 1);
            crossMask = known;
        }
        return known;
    }

    /// Scales of queries by position, F32 `[1, 1, tokens]`.
    Tensor temperatures() {
        Tensor known = temperatures;
        if (known == null) {
            known = tape.input(DataType.F32, 1, 1, tokens);
            temperatures = known;
        }
        return known;
    }

    /// Which state each sequence goes on from: a view of I32 `[sequences]`.
    Tensor states() {
        return stateViews()[0];
    }

    /// Which states are only moved: an empty view where every sequence goes on.
    Tensor otherStates() {
        return stateViews()[1];
    }

    private Tensor[] stateViews() {
        Tensor[] known = states;
        if (known == null) {
            Tensor all = tape.input(DataType.I32, settings.sequences());
            known = new Tensor[] {tape.view(all, Tape.shape(settings.sequences())), tape.view(all, Tape.shape(0))};
            states = known;
        }
        return known;
    }

    /// The rotation of a quantised cache.
    Rotation rotation(Heads heads, boolean window) {
        Rotation known = window ? windowRotation : fullRotation;
        if (known == null) {
            boolean rotates = settings.dialect() == Dialect.LLAMA_CPP;
            boolean keys = rotates && Rotation.applies(settings.keyType(), heads.headDim());
            boolean values = rotates && Rotation.applies(settings.valueType(), heads.valueHeadDim());
            known = new Rotation(
                    tape, keys ? square(Rotation.keySize(heads.headDim())) : null, values ? square(64) : null);
            if (window) {
                windowRotation = known;
            } else {
                fullRotation = known;
            }
        }
        return known;
    }

    private Tensor square(long size) {
        return tape.input(DataType.F32, size, size);
    }

    private void setMask(boolean window, Tensor mask) {
        if (window) {
            windowMask = mask;
        } else {
            fullMask = mask;
        }
    }
}
