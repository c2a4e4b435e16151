package dev.weighbridge.planner.speed;

/// What is asked of a running model.
///
/// @param sequences in work at a time
/// @param promptTokens of one prompt
/// @param depth tokens in the cache of a sequence, before the prompt in prefill and before the token in decode
/// @param cacheBytesPerElement of keys and values: 2 for 16-bit floats
public record Load(double sequences, long promptTokens, long depth, double cacheBytesPerElement) {
    /// Checks the figures.
    public Load {
        if (!(sequences >= 1) || promptTokens < 1 || depth < 0 || !(cacheBytesPerElement > 0)) {
            throw new IllegalArgumentException(
                    "sequences and prompt must be at least one, depth not negative, bytes of the cache positive");
        }
    }

    /// One sequence with a prompt of so many tokens and a cache of 16-bit floats.
    public static Load of(long promptTokens) {
        return new Load(1, promptTokens, 0, 2);
    }

    /// The same for so many sequences at a time.
    public Load withSequences(double count) {
        return new Load(count, promptTokens, depth, cacheBytesPerElement);
    }

    /// The same with so many tokens in the cache.
    public Load atDepth(long tokens) {
        return new Load(sequences, promptTokens, tokens, cacheBytesPerElement);
    }
}
