package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.position.Rotation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import org.jspecify.annotations.Nullable;

/// Multi-head latent attention (DeepSeek-V2, arXiv:2405.04434, section 2.1): keys and values come up from one latent of
/// a
/// position; a rotary key beside it is shared by the heads, whose last elements it is.
///
/// @param block the constants
/// @param query the query's matrix, from the input or its latent
/// @param queryDown down to the query's latent; null for none
/// @param queryNorm norm of that latent; null for none
/// @param down down to the latent of keys and values, the rotary key behind it
/// @param downNorm norm of the latent
/// @param up up to keys and values of every head
record LatentProjections(
        Attention block,
        LinearLayer query,
        @Nullable LinearLayer queryDown,
        @Nullable NormLayer queryNorm,
        LinearLayer down,
        NormLayer downNorm,
        LinearLayer up)
        implements HeadProjections {
    @Override
    public boolean apply(
            Step step,
            float[] x,
            float[] queries,
            float[] gates,
            @Nullable Rotation rotation,
            @Nullable KvCache cache) {
        projectQueries(step, x, queries, rotation);
        if (cache != null) {
            appendKeys(step, x, rotation, cache);
        }
        return false;
    }

    private void projectQueries(Step step, float[] x, float[] queries, @Nullable Rotation rotation) {
        Heads heads = block.heads();
        int rows = step.tokens();
        if (queryDown == null || queryNorm == null) {
            query.apply(x, queries, rows);
        } else {
            float[] latent = step.borrow(rows * queryDown.width());
            queryDown.apply(x, latent, rows);
            queryNorm.pieces(latent, rows, 1, queryDown.width());
            query.apply(latent, queries, rows);
            step.giveBack(latent);
        }
        int dim = Math.toIntExact(heads.headDim());
        int plain = dim - Math.toIntExact(heads.latentRotaryDim());
        for (int t = 0; rotation != null && t < rows; t++) {
            for (int h = 0; h < heads.headCount(); h++) {
                rotation.apply(queries, (t * heads.headCount() + h) * dim + plain, step.position(t));
            }
        }
    }

    private void appendKeys(Step step, float[] x, @Nullable Rotation rotation, KvCache cache) {
        Heads heads = block.heads();
        int rows = step.tokens();
        int rank = Math.toIntExact(heads.latentRank());
        int rotary = Math.toIntExact(heads.latentRotaryDim());
        float[] both = step.borrow(rows * (rank + rotary));
        down.apply(x, both, rows);
        float[] latent = step.borrow(rows * rank);
        for (int t = 0; t < rows; t++) {
            System.arraycopy(both, t * (rank + rotary), latent, t * rank, rank);
            if (rotation != null) {
                rotation.apply(both, t * (rank + rotary) + rank, step.position(t));
            }
        }
        downNorm.pieces(latent, rows, 1, rank);
        float[] risen = step.borrow(rows * up.width());
        up.apply(latent, risen, rows);
        int plain = Math.toIntExact(heads.headDim()) - rotary;
        int valueDim = Math.toIntExact(heads.valueHeadDim());
        int dim = plain + rotary;
        int count = heads.headCount();
        float[] keys = step.borrow(rows * count * dim);
        float[] values = step.borrow(rows * count * valueDim);
        for (int t = 0; t < rows; t++) {
            for (int h = 0; h < count; h++) {
                int at = (t * count + h) * (plain + valueDim);
                int key = (t * count + h) * dim;
                System.arraycopy(risen, at, keys, key, plain);
                System.arraycopy(both, t * (rank + rotary) + rank, keys, key + plain, rotary);
                System.arraycopy(risen, at + plain, values, (t * count + h) * valueDim, valueDim);
            }
        }
        cache.append(keys, values, rows);
        step.giveBack(values);
        step.giveBack(keys);
        step.giveBack(risen);
        step.giveBack(latent);
        step.giveBack(both);
    }
}
