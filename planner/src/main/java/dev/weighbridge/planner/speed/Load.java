package dev.weighbridge.planner.speed;

/// What is asked of a running model.
///
/// @param sequences in work at a time
/// @param promptTokens of one prompt
/// @param answerTokens of one answer
/// @param depth tokens in the cache of a sequence before the prompt
/// @param cacheBytesPerElement of keys and values: 2 for 16-bit floats
/// @param arrival how requests come
public record Load(
        double sequences,
        double promptTokens,
        double answerTokens,
        double depth,
        double cacheBytesPerElement,
        Arrival arrival) {
    /// How requests come.
    public enum Arrival {
        /// All at once: prompts are read before the first token is generated.
        TOGETHER,
        /// One as soon as another has ended, so that prompts are read between the steps of decode.
        STEADY
    }

    /// Checks the figures.
    public Load {
        if (!(sequences >= 1) || !(promptTokens >= 0) || !(answerTokens >= 1) || !(depth >= 0)) {
            throw new IllegalArgumentException("a load needs a sequence and a token to answer, and no negative figure");
        }
        if (!(cacheBytesPerElement > 0)) {
            throw new IllegalArgumentException("an element of the cache takes more than no bytes");
        }
    }

    /// One sequence with a prompt and an answer of so many tokens and a cache of 16-bit floats.
    public static Load of(double promptTokens, double answerTokens) {
        return new Load(1, promptTokens, answerTokens, 0, 2, Arrival.TOGETHER);
    }

    /// The same for so many sequences at a time.
    public Load withSequences(double count) {
        return new Load(count, promptTokens, answerTokens, depth, cacheBytesPerElement, arrival);
    }

    /// The same with so many tokens in the cache before the prompt.
    public Load atDepth(double tokens) {
        return new Load(sequences, promptTokens, answerTokens, tokens, cacheBytesPerElement, arrival);
    }

    /// The same with a cache that takes so many bytes an element.
    public Load withCache(double bytesPerElement) {
        return new Load(sequences, promptTokens, answerTokens, depth, bytesPerElement, arrival);
    }

    /// The same with requests that come one after the other's end.
    public Load steady() {
        return new Load(sequences, promptTokens, answerTokens, depth, cacheBytesPerElement, Arrival.STEADY);
    }

    /// Positions that a sequence has on the average while it is answered.
    double context() {
        return depth + promptTokens + answerTokens / 2;
    }
}
