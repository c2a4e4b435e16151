package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.precision.Precision;
import org.jspecify.annotations.Nullable;

/// A precision that works out the sizes of a model's weights once, however many plans ask for them. It
/// belongs to one search and is not thread-safe.
final class StoredOnce implements Precision {
    private final Precision precision;
    private @Nullable Anatomy model;
    private @Nullable StoredWeights weights;

    private StoredOnce(Precision precision) {
        this.precision = precision;
    }

    /// The same precision, which remembers.
    static StoredOnce of(Precision precision) {
        return precision instanceof StoredOnce known ? known : new StoredOnce(precision);
    }

    @Override
    public String name() {
        return precision.name();
    }

    @Override
    public Format format() {
        return precision.format();
    }

    @Override
    public StoredWeights store(Anatomy asked) {
        StoredWeights known = weights;
        if (known == null || model != asked) {
            known = precision.store(asked);
            weights = known;
            model = asked;
        }
        return known;
    }
}
