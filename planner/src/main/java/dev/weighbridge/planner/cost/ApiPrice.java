package dev.weighbridge.planner.cost;

import org.jspecify.annotations.Nullable;

/// What someone asks for tokens of a model over an API.
///
/// @param provider who asks it
/// @param model what the provider calls the model
/// @param openModel the model's name in the catalogue of known models, where its weights are open; else
///     null
/// @param dollarsPerMillionPromptTokens read
/// @param dollarsPerMillionAnswerTokens generated
/// @param source where the price was read
/// @param date of the price, ISO 8601
public record ApiPrice(
        String provider,
        String model,
        @Nullable String openModel,
        double dollarsPerMillionPromptTokens,
        double dollarsPerMillionAnswerTokens,
        String source,
        String date) {
    private static final double MILLION = 1e6;

    /// Dollars for a query of so many tokens read and generated.
    public double query(long promptTokens, long answerTokens) {
        return (dollarsPerMillionPromptTokens * promptTokens + dollarsPerMillionAnswerTokens * answerTokens) / MILLION;
    }
}
