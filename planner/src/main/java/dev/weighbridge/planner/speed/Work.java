package dev.weighbridge.planner.speed;

import java.util.List;

/// What a model asks of the machine that runs it, whatever the machine: the reading of its blueprint from which the
/// work of a step follows.
///
/// Only the language model counts: towers for images and sound work once for an input, not for each token.
///
/// @param name what the model is called
/// @param storedBytes of all weights
/// @param denseBytes weights that every step reads: all but routed experts and lookup tables, the head included
/// @param denseParameters their number
/// @param experts mixtures of routed experts, equal ones taken together
/// @param caches what attention keeps, equal layers taken together
/// @param stateBytes recurrent and convolution state of one sequence, read and written by each step
/// @param layerCount layers, as a measure of the kernels that a step launches
/// @param hiddenSize width of the residual stream
/// @param vocabularySize tokens known
public record Work(
        String name,
        double storedBytes,
        double denseBytes,
        double denseParameters,
        List<Mixture> experts,
        List<Cache> caches,
        double stateBytes,
        int layerCount,
        double hiddenSize,
        double vocabularySize) {
    /// Copies the lists and checks the figures.
    public Work {
        experts = List.copyOf(experts);
        caches = List.copyOf(caches);
        if (!(denseBytes >= 0) || !(denseParameters >= 0) || !(storedBytes >= 0) || layerCount < 1) {
            throw new IllegalArgumentException(name + ": work needs bytes, parameters and layers");
        }
    }

    /// Routed experts of all layers that have as many of them.
    ///
    /// @param expertCount in one layer
    /// @param activeExpertCount of these a token meets so many
    /// @param bytes of all of them in all those layers
    /// @param parameters of all of them in all those layers
    /// @param layerCount layers that have them
    public record Mixture(int expertCount, int activeExpertCount, double bytes, double parameters, int layerCount) {
        /// Share of the experts that a step of `tokens` tokens touches, each choosing evenly and for itself:
        /// `1 − (1 − k/E)^tokens`.
        public double touched(double tokens) {
            return 1 - Math.pow(1 - activeShare(), Math.max(1, tokens));
        }

        /// Share of the experts that one token meets.
        public double activeShare() {
            return (double) activeExpertCount / expertCount;
        }
    }

    /// What attention keeps of a sequence in layers of one kind.
    ///
    /// @param layerCount layers of that kind
    /// @param elements numbers kept for a position in one layer; 0 where it reads another layer's
    /// @param limit positions that a query reads at most; 0 for all
    /// @param stride beside these one compressed position for so many; 0 for none
    /// @param scoreFlops operations for one query on one position in decode: scores and weighted sum of all heads
    /// @param prefillFlops the same in prefill, where latents are expanded
    public record Cache(
            int layerCount, double elements, long limit, long stride, double scoreFlops, double prefillFlops) {
        /// Positions that a query reads with `context` before it.
        public double positions(double context) {
            double seen = limit == 0 ? context : Math.min(context, limit);
            return stride == 0 ? seen : seen + context / stride;
        }
    }

    /// Parameters that one token is multiplied with.
    public double activeParameters() {
        return denseParameters
                + experts.stream()
                        .mapToDouble(mixture -> mixture.parameters() * mixture.activeShare())
                        .sum();
    }

    /// Parameters of all experts and of what every token meets; lookup tables left out.
    public double parameters() {
        return denseParameters
                + experts.stream().mapToDouble(Mixture::parameters).sum();
    }

    /// Bytes of weights that a step of `tokens` tokens reads.
    public double weightBytes(double tokens) {
        return denseBytes
                + experts.stream()
                        .mapToDouble(mixture -> mixture.bytes() * mixture.touched(tokens))
                        .sum();
    }

    /// Whether tokens meet only some of the weights.
    public boolean isMixture() {
        return !experts.isEmpty();
    }

    /// Bits that a weight takes on the average of those that a token meets.
    public double bitsPerWeight() {
        double parameters = activeParameters();
        return parameters == 0 ? 0 : 8 * weightBytes(1) / parameters;
    }

    /// The step that generates one token for each of `sequences` sequences that have `context` tokens.
    ///
    /// @param cacheBytesPerElement of keys and values; 2 for 16-bit floats
    public Step decode(double sequences, double context, double cacheBytesPerElement) {
        double cacheBytes = 0;
        double attentionFlops = 0;
        for (Cache cache : caches) {
            double positions = cache.positions(context) * cache.layerCount() * sequences;
            cacheBytes += positions * cache.elements() * cacheBytesPerElement;
            attentionFlops += positions * cache.scoreFlops();
        }
        return new Step(
                sequences,
                weightBytes(sequences),
                cacheBytes + 2 * stateBytes * sequences,
                2 * activeParameters() * sequences,
                attentionFlops,
                layerCount);
    }

    /// The work of reading a prompt of `tokens` tokens after `depth` tokens that are in the cache, in one step: the
    /// triangle of causal attention counted as such, the head for the last token alone.
    public Step prefill(double tokens, double depth, double cacheBytesPerElement) {
        double cacheBytes = 0;
        double attentionFlops = 0;
        for (Cache cache : caches) {
            double mean = (cache.positions(depth) + cache.positions(depth + tokens)) / 2;
            attentionFlops += tokens * mean * cache.prefillFlops() * cache.layerCount();
            cacheBytes +=
                    cache.positions(depth + tokens) * cache.elements() * cacheBytesPerElement * cache.layerCount();
        }
        double head = hiddenSize * vocabularySize;
        return new Step(
                tokens,
                weightBytes(tokens),
                cacheBytes + 2 * stateBytes,
                2 * Math.max(0, activeParameters() - head) * tokens + 2 * head,
                attentionFlops,
                layerCount);
    }

    /// What one step moves and computes.
    ///
    /// @param tokens that it computes
    /// @param weightBytes weights read
    /// @param cacheBytes cache and state read and written
    /// @param linearFlops operations of matrices
    /// @param attentionFlops operations of scores and weighted sums
    /// @param layerCount layers gone through
    public record Step(
            double tokens,
            double weightBytes,
            double cacheBytes,
            double linearFlops,
            double attentionFlops,
            int layerCount) {}
}
