package dev.weighbridge.planner.fit;

import dev.weighbridge.model.block.Tower;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.precision.Precision;
import org.jspecify.annotations.Nullable;

/// A precision that works out the sizes of a model's weights once, however many plans ask for them. It
/// belongs to one search and is not thread-safe.
final class StoredOnce implements Precision {
    private final Precision precision;
    private @Nullable Anatomy model;
    private @Nullable StoredWeights weights;
    private long layerBytes = -1;

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
            layerBytes = -1;
        }
        return known;
    }

    /// Bytes of the weights that lie in layers of the language model, which every runtime has where the
    /// layers are.
    long layerBytes(Anatomy asked) {
        StoredWeights stored = store(asked);
        if (layerBytes < 0) {
            layerBytes = asked.weights().stream()
                    .filter(weight ->
                            weight.layer() >= 0 && (weight.tower() == Tower.TEXT || weight.tower() == Tower.SAME))
                    .mapToLong(stored::bytes)
                    .sum();
        }
        return layerBytes;
    }
}
