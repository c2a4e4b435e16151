package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.position.Rotation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Span;
import org.jspecify.annotations.Nullable;

/// Attention over a cache: `softmax(scale · q kᵀ + bias) v`, projected out.
///
/// @param block the constants
/// @param projections how queries, keys and values come about
/// @param output the projection out of the heads
/// @param rotation rotary positions; null for none
/// @param outputNorm norm before the projection out; null for none
/// @param outputGate a gate of the heads' output by its sigmoid, from the layer's input; null for none
/// @param sinks one logit a head that takes attention from every position; null for none
/// @param cacheSlot the session's number for the cache: another layer's where it is shared
record AttentionLayer(
        Attention block,
        HeadProjections projections,
        LinearLayer output,
        @Nullable Rotation rotation,
        @Nullable NormLayer outputNorm,
        @Nullable LinearLayer outputGate,
        float @Nullable [] sinks,
        int cacheSlot)
        implements Layer {
    @Override
    public int width() {
        return output.width();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        Heads heads = block.heads();
        int rows = step.tokens();
        int queryWidth = Math.toIntExact(heads.queryWidth());
        int outWidth = heads.headCount() * Math.toIntExact(heads.valueHeadDim());
        KvCache cache = step.state(
                cacheSlot,
                KvCache.class,
                () -> new KvCache(Math.toIntExact(heads.keyWidth()), Math.toIntExact(heads.valueWidth())));
        float[] queries = step.borrow(rows * queryWidth);
        float[] gates = step.borrow(rows * outWidth);
        boolean gated = projections.apply(step, x, queries, gates, rotation, block.sharesCache() ? null : cache);
        float[] mixed = step.borrow(rows * outWidth);
        mix(step, queries, cache, mixed);
        if (outputNorm != null) {
            outputNorm.pieces(mixed, rows, outWidth / outputNorm.width(), outWidth);
        }
        if (outputGate != null) {
            outputGate.apply(x, gates, rows);
            gated = true;
        }
        if (gated) {
            gate(mixed, gates, rows, outWidth);
        }
        output.apply(mixed, y, rows);
        step.giveBack(mixed);
        step.giveBack(gates);
        step.giveBack(queries);
    }

    /// A gate has one number for each element, or one for each head.
    private void gate(float[] mixed, float[] gates, int rows, int outWidth) {
        int width = outputGate == null ? outWidth : outputGate.width();
        int each = outWidth / width;
        for (int t = 0; t < rows; t++) {
            for (int i = 0; i < outWidth; i++) {
                mixed[t * outWidth + i] *= (float) Activations.sigmoid(gates[t * width + i / each]);
            }
        }
    }

    private void mix(Step step, float[] queries, KvCache cache, float[] mixed) {
        Heads heads = block.heads();
        int headDim = Math.toIntExact(heads.headDim());
        int valueDim = Math.toIntExact(heads.valueHeadDim());
        int sharing = heads.headCount() / heads.kvHeadCount();
        int last = cache.length();
        float[] scores = step.borrow(last);
        for (int t = 0; t < step.tokens(); t++) {
            int position = step.position(t);
            int from = firstSeen(position);
            int to = lastSeen(position, last);
            for (int h = 0; h < heads.headCount(); h++) {
                int kvHead = h / sharing;
                int q = (t * heads.headCount() + h) * headDim;
                score(queries, q, cache, kvHead, from, to, position, h, scores);
                double sum = softmax(scores, from, to, h);
                int out = (t * heads.headCount() + h) * valueDim;
                weigh(scores, from, to, sum, cache, kvHead, mixed, out);
            }
        }
        step.giveBack(scores);
    }

    private void score(
            float[] queries,
            int q,
            KvCache cache,
            int kvHead,
            int from,
            int to,
            int position,
            int head,
            float[] scores) {
        Heads heads = block.heads();
        int headDim = Math.toIntExact(heads.headDim());
        int keyWidth = Math.toIntExact(heads.keyWidth());
        double usual = block.scale() == 0 ? 1 / Math.sqrt(headDim) : block.scale();
        float scale = (float) (usual * block.temperature().at(position));
        float cap = (float) block.softCap();
        double slope = block.slope() == 0 ? 0 : slope(block.slope(), head, heads.headCount());
        float[] keys = cache.keys();
        for (int p = from; p < to; p++) {
            int k = p * keyWidth + kvHead * headDim;
            float sum = 0;
            for (int i = 0; i < headDim; i++) {
                sum += queries[q + i] * keys[k + i];
            }
            float score = sum * scale;
            if (cap > 0) {
                score = (float) (cap * Math.tanh(score / cap));
            }
            scores[p] = score + (float) (slope * (p - position));
        }
    }

    /// `2^(−slope · h / n)` for the heads counted from 1; where n is no power of two the next lower one's, and those of
    /// twice as many heads, every second, for the rest (arXiv:2108.12409, reference implementation).
    static double slope(double exponent, int head, int headCount) {
        int power = Integer.highestOneBit(headCount);
        if (head < power) {
            return Math.pow(2, -exponent * (head + 1) / power);
        }
        return Math.pow(2, -exponent * (2 * (head - power) + 1) / (2.0 * power));
    }

    private double softmax(float[] scores, int from, int to, int head) {
        float max = sinks == null ? Float.NEGATIVE_INFINITY : sinks[head];
        for (int p = from; p < to; p++) {
            max = Math.max(max, scores[p]);
        }
        double sum = sinks == null ? 0 : Math.exp(sinks[head] - max);
        for (int p = from; p < to; p++) {
            scores[p] = (float) Math.exp(scores[p] - max);
            sum += scores[p];
        }
        return sum;
    }

    private void weigh(
            float[] scores, int from, int to, double sum, KvCache cache, int kvHead, float[] mixed, int out) {
        int valueDim = Math.toIntExact(block.heads().valueHeadDim());
        int valueWidth = Math.toIntExact(block.heads().valueWidth());
        float[] values = cache.values();
        java.util.Arrays.fill(mixed, out, out + valueDim, 0);
        for (int p = from; p < to; p++) {
            float weight = (float) (scores[p] / sum);
            int v = p * valueWidth + kvHead * valueDim;
            for (int i = 0; i < valueDim; i++) {
                mixed[out + i] += weight * values[v + i];
            }
        }
    }

    private int firstSeen(int position) {
        Span span = block.span();
        long first = switch (span.kind()) {
            case WINDOW -> position - span.size() + 1;
            case CHUNK, BIDIRECTIONAL_CHUNK -> position / span.size() * span.size();
            case BIDIRECTIONAL_WINDOW -> position - span.size() / 2;
            case CAUSAL, BIDIRECTIONAL, SELECTED, CROSS -> 0;
        };
        return (int) Math.max(0, first);
    }

    private int lastSeen(int position, int length) {
        Span span = block.span();
        long last = switch (span.kind()) {
            case WINDOW, CHUNK, CAUSAL, SELECTED -> position + 1;
            case BIDIRECTIONAL, CROSS -> length;
            case BIDIRECTIONAL_CHUNK -> (position / span.size() + 1) * span.size();
            case BIDIRECTIONAL_WINDOW -> position + span.size() / 2 + 1;
        };
        return (int) Math.min(length, last);
    }
}
