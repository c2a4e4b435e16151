package dev.weighbridge.planner.fit;

/// One question to a model and its answer, for which latency and cost are told.
///
/// @param promptTokens read
/// @param answerTokens written
public record Exchange(long promptTokens, long answerTokens) {
    /// Checks the counts.
    public Exchange {
        if (promptTokens < 1 || answerTokens < 1) {
            throw new IllegalArgumentException("a prompt and an answer have at least one token");
        }
    }

    /// A paragraph answered by half a paragraph.
    public static Exchange usual() {
        return new Exchange(512, 256);
    }
}
