package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.tensor.DataType;
import org.jspecify.annotations.Nullable;

/// Builds the scores of queries against keys and the mixture of values that follows, in one step or with the
/// matrix of scores in memory (`build_attn_mha`).
final class ScoresGraph {
    private final GraphContext context;
    private final Tape tape;

    ScoresGraph(GraphContext context) {
        this.context = context;
        this.tape = context.tape;
    }

    /// What queries see.
    ///
    /// @param keys `[headDim, heads, cells, streams]`
    /// @param values `[valueHeadDim, heads, cells, streams]`, or `[cells, heads, valueHeadDim, streams]` where
    ///     they are stored transposed
    /// @param mask of the cells for each token
    /// @param bias added to the scores, which then are in memory always; null for none
    /// @param decompress for latent attention the matrix that makes values of the latent mixture; null for none
    record Seen(
            Tensor keys,
            Tensor values,
            Tensor mask,
            @Nullable Tensor bias,
            @Nullable Tensor decompress) {
        Seen(Tensor keys, Tensor values, Tensor mask) {
            this(keys, values, mask, null, null);
        }

        /// The same with a bias on the scores.
        Seen biased(Tensor by) {
            return new Seen(keys, values, mask, by, decompress);
        }
    }

    /// The mixture `[valueHeadDim · heads, tokens]`.
    ///
    /// @param query `[headDim, heads, tokens]`
    Tensor mix(Attention attention, Tensor query, Seen seen) {
        boolean transposed = seen.values().stride(1) > seen.values().stride(2);
        long streams = seen.keys().size(3);
        Tensor q = tape.view(
                query,
                Tape.shape(query.size(0), query.size(1), query.size(2) / streams, streams),
                query.stride(1),
                query.stride(2),
                query.stride(3) / streams);
        q = heads(q);
        Tensor k = heads(seen.keys());
        Tensor v = heads(seen.values());
        Tensor sinks = GraphContext.has(attention.parts(), Slot.SINKS)
                ? context.vector(attention.heads().headCount())
                : null;
        boolean flash = context.settings.flash() && seen.bias() == null;
        Tensor mixed =
                flash ? flash(q, k, v, transposed, sinks, seen) : plain(attention, q, k, v, transposed, sinks, seen);
        tape.place(mixed);
        return mixed;
    }

    /// Tokens and heads change places.
    private Tensor heads(Tensor x) {
        return tape.permute(x, 0, 2, 1, 3);
    }

    private Tensor flash(Tensor q, Tensor k, Tensor v, boolean transposed, @Nullable Tensor sinks, Seen seen) {
        Tensor values = half(transposed ? tape.transpose(v) : v);
        Tensor mixed = tape.flashAttention(q, half(k), values, seen.mask(), sinks);
        if (seen.decompress() != null) {
            mixed = tape.cont(heads(tape.mulMat(seen.decompress(), heads(mixed))));
        }
        return tape.reshape(mixed, mixed.size(0) * mixed.size(1), mixed.size(2) * mixed.size(3));
    }

    private Tensor half(Tensor x) {
        return x.type == DataType.F32 ? tape.cast(x, DataType.F16) : x;
    }

    private Tensor plain(
            Attention attention, Tensor q, Tensor k, Tensor v, boolean transposed, @Nullable Tensor sinks, Seen seen) {
        if (isStepwise(k, q, v, sinks)) {
            return stepwise(attention, q, k, v, seen.mask());
        }
        Tensor scores = tape.mulMat(k, q);
        if (context.dialect.isFork() && attention.softCap() > 0) {
            return merged(tape.mulMat(v, tape.softCap(scores, seen.mask())));
        }
        if (attention.softCap() > 0) {
            scores = tape.scale(tape.unary(tape.scale(scores)));
        }
        if (seen.bias() != null) {
            scores = tape.add(scores, seen.bias());
        }
        scores = tape.softMax(scores, seen.mask(), sinks);
        Tensor values = transposed ? v : tape.cont(tape.transpose(v));
        Tensor mixed = tape.mulMat(values, scores);
        if (seen.decompress() != null) {
            mixed = tape.mulMat(seen.decompress(), mixed);
        }
        return merged(mixed);
    }

    private Tensor merged(Tensor mixed) {
        Tensor apart = heads(mixed);
        return tape.cont(apart, apart.size(0) * apart.size(1), apart.size(2) * apart.size(3));
    }

    /// Whether ik_llama.cpp computes one head after another, which it does where every head has keys of its own.
    private boolean isStepwise(Tensor k, Tensor q, Tensor v, @Nullable Tensor sinks) {
        long limit = context.settings.scoreBytes();
        long bytes = 4 * k.size(1) * q.size(1) * q.size(2);
        return context.dialect.isFork()
                && limit > 0
                && bytes > limit
                && k.size(2) == q.size(2)
                && v.size(2) == q.size(2)
                && sinks == null;
    }

    private Tensor stepwise(Attention attention, Tensor q, Tensor k, Tensor v, Tensor mask) {
        Tensor mixed = null;
        for (long head = 0; head < q.size(2); head++) {
            Tensor scores = tape.mulMat(one(k), one(q));
            scores = attention.softCap() > 0 ? tape.softCap(scores, mask) : tape.softMax(scores, mask, null);
            Tensor own = tape.mulMat(one(v), scores);
            mixed = mixed == null ? own : tape.concat(mixed, own, 2);
        }
        return merged(mixed == null ? q : mixed);
    }

    private Tensor one(Tensor heads) {
        return tape.view(heads, Tape.shape(heads.size(0), heads.size(1)), heads.stride(1), heads.stride(2));
    }
}
