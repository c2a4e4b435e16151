package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds latent attention (DeepSeek-V2, arXiv:2405.04434) as llama.cpp does: the up projections of keys and
/// values are drawn into query and output, so that all heads read one latent key; and the indexer that selects
/// positions for it (DeepSeek-V3.2).
final class LatentAttentionGraph {
    private final GraphContext context;
    private final Tape tape;
    private final CacheGraph cache;
    private final ScoresGraph scores;
    /// What the last layer with an indexer of its own has selected; layers without one read it.
    private @Nullable Tensor selected;

    LatentAttentionGraph(GraphContext context, CacheGraph cache, ScoresGraph scores) {
        this.context = context;
        this.tape = context.tape;
        this.cache = cache;
        this.scores = scores;
    }

    Tensor build(Attention attention, Tensor x) {
        List<Part> parts = attention.parts();
        boolean selects = attention.span().kind() == Span.Kind.SELECTED;
        Linear down = GraphContext.linear(parts, Slot.QUERY_DOWN);
        Tensor low = x;
        if (down != null) {
            low = context.apply("attn_q_a", down, x);
            if (GraphContext.norm(parts, Slot.QUERY_DOWN_NORM) instanceof Norm norm) {
                low = context.norm(norm, low);
            }
        }
        if (selects) {
            select(attention, x, low);
        }
        Tensor query = down == null
                ? context.apply("attn_q", GraphContext.required(parts, Slot.QUERY), x)
                : context.apply("attn_q_b", GraphContext.required(parts, Slot.QUERY_UP), low);
        Tensor mixed = absorbed(attention, query, x, selects);
        return context.apply("attn_output", GraphContext.required(parts, Slot.OUTPUT), mixed);
    }

    private Tensor absorbed(Attention attention, Tensor query, Tensor x, boolean selects) {
        List<Part> parts = attention.parts();
        Heads heads = attention.heads();
        long rank = heads.latentRank();
        long rotary = heads.latentRotaryDim();
        long plain = heads.headDim() - rotary;
        long count = heads.headCount();
        long width = 4 * heads.headDim();
        Tensor unrotated = tape.view(query, Tape.shape(plain, count, context.tokens), width, width * count);
        Tensor rotated = tape.view(query, Tape.shape(rotary, count, context.tokens), width, width * count);
        Tensor both = context.apply("attn_kv_a_mqa", GraphContext.required(parts, Slot.KEY_VALUE_DOWN), x);
        long bothWidth = 4 * (rank + rotary);
        Tensor compressed = tape.view(both, Tape.shape(rank, context.tokens), bothWidth);
        Tensor keyRotated = tape.view(both, Tape.shape(rotary, 1, context.tokens), bothWidth, bothWidth);
        if (attention.rotary().dimensions() > 0) {
            Tensor positions = context.inputs.positions(attention.rotary());
            rotated = tape.rope(rotated, positions);
            keyRotated = tape.rope(keyRotated, positions);
        }
        if (GraphContext.norm(parts, Slot.KEY_VALUE_DOWN_NORM) instanceof Norm norm) {
            compressed = context.norm(norm, compressed);
        }
        Tensor inward = context.weight("attn_k_b", plain, rank, count);
        Tensor drawn = tape.permute(tape.mulMat(inward, tape.permute(unrotated, 0, 2, 1, 3)), 0, 2, 1, 3);
        Tensor q = tape.concat(drawn, rotated, 0);
        compressed = tape.reshape(compressed, rank, 1, context.tokens);
        Tensor key = tape.concat(compressed, keyRotated, 0);
        tape.place(q);
        tape.place(compressed);
        tape.place(key);
        Tensor keys = cache.keys(rank + rotary, false);
        cache.storeKey(keys, key);
        Tensor mask = cache.mask(attention);
        if (selects) {
            mask = unmasked(mask);
        }
        Tensor k = cache.view(keys, rank + rotary, 1);
        Tensor v =
                tape.view(k, Tape.shape(rank, k.size(1), k.size(2), k.size(3)), k.stride(1), k.stride(2), k.stride(3));
        Tensor outward = context.weight("attn_v_b", rank, heads.valueHeadDim(), count);
        return scores.mix(attention, q, new ScoresGraph.Seen(k, v, mask, null, outward));
    }

    // ---- selection

    private void select(Attention attention, Tensor x, Tensor low) {
        Block indexer = Part.find(attention.parts(), Slot.INDEXER).orElse(null);
        if (indexer == null) {
            return;
        }
        IndexerShape shape = IndexerShape.of(indexer);
        Tensor query =
                tape.mulMat(context.weight("indexer.attn_q_b", low.size(0), shape.heads() * shape.headDim()), low);
        query = tape.reshape(query, shape.headDim(), shape.heads(), context.tokens);
        Tensor positions = context.inputs.positions(attention.rotary());
        query = tape.rope(query, positions);
        Tensor key = tape.mulMat(context.weight("indexer.attn_k", x.size(0), shape.headDim()), x);
        key = context.norm(shape.norm(), key);
        key = tape.rope(tape.reshape(key, shape.headDim(), 1, context.tokens), positions);
        Tensor turn = context.inputs.indexerRotation(shape.headDim());
        query = tape.mulMat(turn, query);
        key = tape.mulMat(turn, key);
        Tensor keys = cache.keys(shape.headDim(), false);
        tape.place(cache.storeKey(keys, key, context.inputs.indexerPlaces()));
        Tensor weights = tape.mulMat(context.weight("indexer.proj", x.size(0), shape.heads()), x);
        Tensor k = cache.view(keys, shape.headDim(), 1);
        long streams = k.size(3);
        Tensor q = tape.view(
                query,
                Tape.shape(query.size(0), query.size(1), query.size(2) / streams, streams),
                query.stride(1),
                query.stride(2),
                query.stride(3) / streams);
        Tensor w = tape.scale(tape.view(
                weights,
                Tape.shape(weights.size(0), weights.size(1) / streams, weights.size(2), streams),
                weights.stride(1),
                weights.stride(2) / streams,
                weights.stride(3) / streams));
        Tensor score = tape.make(
                Operation.LIGHTNING_INDEXER,
                DataType.F32,
                Tape.shape(k.size(2), q.size(2), 1, q.size(3)),
                q,
                k,
                w,
                context.inputs.indexerMask());
        selected = tape.cont(
                tape.topK(score, Math.min(score.size(0), attention.span().size())));
    }

    /// A mask that lets only the selected positions through.
    private Tensor unmasked(Tensor mask) {
        Tensor chosen = selected;
        if (chosen == null) {
            throw new NoGraphException("selection without an indexer");
        }
        Tensor all = tape.fill(mask);
        Tensor rows = tape.view(
                all, Tape.shape(1, all.size(0), all.size(1), all.size(3)), all.stride(0), all.stride(1), all.stride(2));
        Tensor indices = tape.view(
                chosen,
                Tape.shape(chosen.size(0), chosen.size(1), chosen.size(3), 1),
                chosen.stride(1),
                chosen.stride(2),
                chosen.size(3) * chosen.stride(3));
        Tensor zeros = tape.fill(tape.blank(DataType.F32, 1, indices.size(0), indices.size(1), indices.size(2)));
        Tensor open = tape.setRows(rows, zeros, indices);
        open = tape.view(
                open,
                Tape.shape(open.size(1), open.size(2), 1, open.size(3)),
                open.stride(2),
                open.stride(3),
                open.stride(3));
        return tape.add(open, mask);
    }
}
