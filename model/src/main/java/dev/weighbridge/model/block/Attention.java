package dev.weighbridge.model.block;

import java.util.List;

/// Attention: `softmax(scale · q kᵀ) v`, projected out.
///
/// @param name path segment
/// @param heads counts and widths
/// @param span which positions it sees
/// @param rotary rotary positions, [Rotary#NONE] where there are none
/// @param scale factor on the scores; 0 for the usual `1 / √headDim`
/// @param softCap the scores pass `cap · tanh(score / cap)`; 0 for none
/// @param clip queries, keys and values are clamped to ± this; 0 for none (OLMo, DBRX)
/// @param slope position biases that grow with distance (ALiBi, arXiv:2108.12409): head h of n, counted from 1, adds
///     `−2^(−slope · h / n)` for each position between; 8 for most that use it, 0 for none
/// @param temperature how queries grow with their position; [Temperature#NONE] for most
/// @param sharesCache whether keys and values are those of an earlier layer, so that it keeps none
/// @param parts matrices, norms and small parameters by slot
public record Attention(
        String name,
        Heads heads,
        Span span,
        Rotary rotary,
        double scale,
        double softCap,
        double clip,
        double slope,
        Temperature temperature,
        boolean sharesCache,
        List<Part> parts)
        implements Block {
    /// Copies the list.
    public Attention {
        parts = List.copyOf(parts);
    }

    /// With the usual scale, no cap and a cache of its own.
    public static Attention of(String name, Heads heads, Span span, Rotary rotary, List<Part> parts) {
        return new Attention(name, heads, span, rotary, 0, 0, 0, 0, Temperature.NONE, false, parts);
    }

    /// The same with a factor on the scores and a cap; 0 for the usual and none.
    public Attention scored(double factor, double cap) {
        return new Attention(name, heads, span, rotary, factor, cap, clip, slope, temperature, sharesCache, parts);
    }

    /// The same with queries, keys and values clamped to ± `limit`; 0 for none.
    public Attention clipped(double limit) {
        return new Attention(name, heads, span, rotary, scale, softCap, limit, slope, temperature, sharesCache, parts);
    }

    /// The same with position biases that grow with distance; 0 for none.
    public Attention sloped(double exponent) {
        return new Attention(
                name, heads, span, rotary, scale, softCap, clip, exponent, temperature, sharesCache, parts);
    }

    /// The same with queries that grow with their position.
    public Attention tempered(Temperature growth) {
        return new Attention(name, heads, span, rotary, scale, softCap, clip, slope, growth, sharesCache, parts);
    }

    /// The same, reading the keys and values of an earlier layer.
    public Attention sharingCache() {
        return new Attention(name, heads, span, rotary, scale, softCap, clip, slope, temperature, true, parts);
    }

    @Override
    public List<Block> children() {
        return Part.blocks(parts);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
