package dev.weighbridge.model.block;

/// How queries grow with their position: by `1 + scale · ln(1 + ⌊(position + offset) / floor⌋)` (Llama 4, Mistral Small
/// 4),
/// so that attention stays sharp over long contexts.
///
/// @param scale how much; 0 for none
/// @param floor positions of one step
/// @param offset added to positions, which count from 0
public record Temperature(double scale, double floor, long offset) {
    /// Queries as they are.
    public static final Temperature NONE = new Temperature(0, 1, 0);

    /// The factor on a query.
    public double at(long position) {
        return scale == 0 ? 1 : 1 + scale * Math.log(1 + Math.floor((position + offset) / floor));
    }
}
