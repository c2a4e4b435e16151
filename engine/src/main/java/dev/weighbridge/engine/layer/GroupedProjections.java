package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.position.Rotation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import org.jspecify.annotations.Nullable;

/// Queries, keys and values by matrices of their own, or by one for all.
///
/// @param block the constants
/// @param query the query's matrix; null where it is fused
/// @param key the key's; null where it is fused or another layer's
/// @param value the value's; null where it is fused or the projected keys serve
/// @param fused all in one, or query and gate in one; null for none
/// @param order how the rows of `fused` lie
/// @param norms of queries, keys and values, each head by itself or all together
record GroupedProjections(
        Attention block,
        @Nullable LinearLayer query,
        @Nullable LinearLayer key,
        @Nullable LinearLayer value,
        @Nullable LinearLayer fused,
        FusedOrder order,
        HeadNorms norms)
        implements HeadProjections {
    /// How the rows of a fused matrix lie.
    enum FusedOrder {
        /// All queries, then all keys, then all values.
        PARTS,
        /// For each key head its queries, its key, its value (BLOOM, GPT-NeoX, Falcon, InternLM 2).
        GROUPS,
        /// For each head its query, then its gate (Qwen3-Next).
        QUERY_AND_GATE
    }

    /// Norms of the heads; null for none.
    ///
    /// @param query before the rotation
    /// @param key before the rotation
    /// @param value of the values
    /// @param rotatedQuery after the rotation
    /// @param rotatedKey after the rotation
    record HeadNorms(
            @Nullable NormLayer query,
            @Nullable NormLayer key,
            @Nullable NormLayer value,
            @Nullable NormLayer rotatedQuery,
            @Nullable NormLayer rotatedKey) {}

    @Override
    public boolean apply(
            Step step,
            float[] x,
            float[] queries,
            float[] gates,
            @Nullable Rotation rotation,
            @Nullable KvCache cache) {
        Heads heads = block.heads();
        int rows = step.tokens();
        int keyWidth = Math.toIntExact(heads.keyWidth());
        int valueWidth = Math.toIntExact(heads.valueWidth());
        float[] keys = step.borrow(rows * keyWidth);
        float[] values = step.borrow(rows * valueWidth);
        boolean gated = project(step, x, queries, keys, values, gates, cache != null);
        head(step, queries, norms.query(), rotation, norms.rotatedQuery(), heads.headCount());
        if (cache != null) {
            normalize(values, norms.value(), rows, valueWidth);
            clip(values, rows * valueWidth);
            head(step, keys, norms.key(), rotation, norms.rotatedKey(), heads.kvHeadCount());
            cache.append(keys, values, rows);
        }
        step.giveBack(values);
        step.giveBack(keys);
        return gated;
    }

    private boolean project(
            Step step, float[] x, float[] queries, float[] keys, float[] values, float[] gates, boolean withKeys) {
        int rows = step.tokens();
        boolean gated = false;
        if (fused != null) {
            float[] all = step.borrow(rows * fused.width());
            fused.apply(x, all, rows);
            switch (order) {
                case PARTS -> splitParts(all, rows, queries, keys, values);
                case GROUPS -> splitGroups(all, rows, queries, keys, values);
                case QUERY_AND_GATE -> {
                    splitGate(all, rows, queries, gates);
                    gated = true;
                }
            }
            step.giveBack(all);
        }
        if (query != null) {
            query.apply(x, queries, rows);
        }
        if (withKeys && key != null) {
            key.apply(x, keys, rows);
            if (value == null) {
                System.arraycopy(
                        keys, 0, values, 0, rows * Math.toIntExact(block.heads().valueWidth()));
            }
        }
        if (withKeys && value != null) {
            value.apply(x, values, rows);
        }
        return gated;
    }

    private void splitParts(float[] all, int rows, float[] queries, float[] keys, float[] values) {
        int q = Math.toIntExact(block.heads().queryWidth());
        int k = Math.toIntExact(block.heads().keyWidth());
        int v = Math.toIntExact(block.heads().valueWidth());
        for (int t = 0; t < rows; t++) {
            int at = t * (q + k + v);
            System.arraycopy(all, at, queries, t * q, q);
            System.arraycopy(all, at + q, keys, t * k, k);
            System.arraycopy(all, at + q + k, values, t * v, v);
        }
    }

    private void splitGroups(float[] all, int rows, float[] queries, float[] keys, float[] values) {
        Heads heads = block.heads();
        int dim = Math.toIntExact(heads.headDim());
        int groups = heads.kvHeadCount();
        int sharing = heads.headCount() / groups;
        int groupWidth = (sharing + 2) * dim;
        for (int t = 0; t < rows; t++) {
            for (int g = 0; g < groups; g++) {
                int at = (t * groups + g) * groupWidth;
                System.arraycopy(all, at, queries, (t * groups + g) * sharing * dim, sharing * dim);
                System.arraycopy(all, at + sharing * dim, keys, (t * groups + g) * dim, dim);
                System.arraycopy(all, at + (sharing + 1) * dim, values, (t * groups + g) * dim, dim);
            }
        }
    }

    private void splitGate(float[] all, int rows, float[] queries, float[] gates) {
        int dim = Math.toIntExact(block.heads().headDim());
        int heads = rows * block.heads().headCount();
        for (int h = 0; h < heads; h++) {
            System.arraycopy(all, 2 * h * dim, queries, h * dim, dim);
            System.arraycopy(all, (2 * h + 1) * dim, gates, h * dim, dim);
        }
    }

    private void clip(float[] values, int count) {
        float limit = (float) block.clip();
        if (limit > 0) {
            for (int i = 0; i < count; i++) {
                values[i] = Math.clamp(values[i], -limit, limit);
            }
        }
    }

    private void head(
            Step step,
            float[] values,
            @Nullable NormLayer before,
            @Nullable Rotation rotation,
            @Nullable NormLayer after,
            int count) {
        int dim = Math.toIntExact(block.heads().headDim());
        normalize(values, before, step.tokens(), count * dim);
        clip(values, step.tokens() * count * dim);
        if (rotation != null) {
            for (int t = 0; t < step.tokens(); t++) {
                for (int h = 0; h < count; h++) {
                    rotation.apply(values, (t * count + h) * dim, step.position(t));
                }
            }
        }
        normalize(values, after, step.tokens(), count * dim);
    }

    /// A norm as wide as a head is applied to each, a wider one to the row.
    static void normalize(float[] values, @Nullable NormLayer norm, int rows, int rowWidth) {
        if (norm != null) {
            norm.pieces(values, rows, rowWidth / norm.width(), rowWidth);
        }
    }
}
