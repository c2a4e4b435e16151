package dev.weighbridge.planner.speed;

import java.util.List;

/// What a model asks of the machine that runs it, whatever the machine: the reading of its blueprint from which the
/// work of a step follows.
///
/// Only the language model counts: towers for images and sound work once for an input, not for each token.
///
/// @param name what the model is called
/// @param weightType name of the type that most of the bytes are stored in; empty where it is not known
/// @param storedBytes of all weights
/// @param denseBytes weights that every step reads: all but routed experts and lookup tables, the head included
/// @param denseParameters their number
/// @param experts mixtures of routed experts, equal ones taken together
/// @param caches what attention keeps, equal layers taken together
/// @param stateBytes recurrent and convolution state of one sequence, read and written by each step
/// @param layerCount layers gone through
/// @param recurrentLayerCount of these mix positions without attention
/// @param tensorCount weight tensors of the layers, biases left out and the experts of a layer taken as one: a measure
///     of the kernels that a step launches
/// @param hiddenSize width of the residual stream
/// @param vocabularySize tokens known
public record Work(
        String name,
        String weightType,
        double storedBytes,
        double denseBytes,
        double denseParameters,
        List<Mixture> experts,
        List<Cache> caches,
        double stateBytes,
        int layerCount,
        int recurrentLayerCount,
        int tensorCount,
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
    /// @param isLatent whether one latent takes the place of the keys and values of all heads
    public record Cache(
            int layerCount,
            double elements,
            long limit,
            long stride,
            double scoreFlops,
            double prefillFlops,
            boolean isLatent) {
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

    /// Layers with routed experts.
    public int mixtureLayerCount() {
        return experts.stream().mapToInt(Mixture::layerCount).sum();
    }

    /// Layers whose cache holds latents.
    public int latentLayerCount() {
        return caches.stream()
                .filter(Cache::isLatent)
                .mapToInt(Cache::layerCount)
                .sum();
    }

    /// Layers in which an indexer selects the positions that a query reads.
    public int selectingLayerCount() {
        return caches.stream()
                .filter(cache -> cache.isLatent() && cache.limit() > 0)
                .mapToInt(Cache::layerCount)
                .sum();
    }

    /// Parameters of the head.
    public double headParameters() {
        return Math.min(hiddenSize * vocabularySize, denseParameters);
    }

    /// Numbers that the attention of one query reads with `context` positions before it.
    public double cacheElements(double context) {
        return caches.stream()
                .mapToDouble(cache -> cache.positions(context) * cache.layerCount() * cache.elements())
                .sum();
    }

    /// Operations of scores and weighted sums of one query in decode with `context` positions before it.
    public double scoreFlops(double context) {
        return caches.stream()
                .mapToDouble(cache -> cache.positions(context) * cache.layerCount() * cache.scoreFlops())
                .sum();
    }

    /// The same for a prompt of `tokens` tokens after `depth` others: the triangle of causal attention.
    public double prefillScoreFlops(double tokens, double depth) {
        return caches.stream()
                .mapToDouble(cache -> tokens
                        * (cache.positions(depth) + cache.positions(depth + tokens))
                        / 2
                        * cache.prefillFlops()
                        * cache.layerCount())
                .sum();
    }

    /// Operations of the matrices for a prompt of `tokens` tokens: the head works on the last alone.
    public double prefillLinearFlops(double tokens) {
        return 2 * (activeParameters() - headParameters()) * tokens + 2 * headParameters();
    }

    /// The same with a share of the routed experts.
    public Work withExperts(double share) {
        return new Work(
                name,
                weightType,
                storedBytes,
                denseBytes,
                denseParameters,
                expertShare(share),
                caches,
                stateBytes,
                layerCount,
                recurrentLayerCount,
                tensorCount,
                hiddenSize,
                vocabularySize);
    }

    /// A share of the routed experts and nothing else.
    public Work onlyExperts(double share) {
        int layers = Math.max(1, (int) Math.round(mixtureLayerCount() * share));
        return new Work(
                name,
                weightType,
                storedBytes,
                0,
                0,
                expertShare(share),
                List.of(),
                0,
                layers,
                0,
                3 * layers,
                hiddenSize,
                0);
    }

    private List<Mixture> expertShare(double share) {
        return experts.stream()
                .map(mixture -> new Mixture(
                        mixture.expertCount(),
                        mixture.activeExpertCount(),
                        mixture.bytes() * share,
                        mixture.parameters() * share,
                        mixture.layerCount()))
                .toList();
    }
}
