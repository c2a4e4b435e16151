package dev.weighbridge.model.family.series;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class SeriesFamilies {
    private SeriesFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                ForecastFamily.family(),
                PatchFamily.family(),
                TimesFmFamily.family(),
                DecisionTransformerFamily.family());
    }
}
