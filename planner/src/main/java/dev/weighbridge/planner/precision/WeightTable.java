package dev.weighbridge.planner.precision;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The weights of a model with the bytes of each.
///
/// Weights are found by identity: a plan asks for those of the anatomy it was made from, some thousand times.
final class WeightTable implements Precision.StoredWeights {
    private final Map<Weight, Held> held;
    private final long total;
    private final long apart;
    private final long padded;
    private final Basis basis;
    private final List<FileTensor> added;

    /// @param held every weight of the model
    /// @param added tensors that the converter adds and that belong to no weight
    /// @param apart bytes in a file of their own
    /// @param padding bytes between tensors
    WeightTable(Map<Weight, Held> held, List<FileTensor> added, long apart, long padding, Basis basis) {
        this.held = held;
        this.added = List.copyOf(added);
        long beside = added.stream().mapToLong(FileTensor::bytes).sum();
        this.total = Math.addExact(held.values().stream().mapToLong(Held::bytes).sum(), beside);
        this.apart = apart;
        this.padded = Math.addExact(total, padding);
        this.basis = basis;
    }

    /// The table of a format that holds every weight by itself.
    static WeightTable of(Anatomy model, Function<Weight, Held> rule, Basis basis) {
        Map<Weight, Held> held = new IdentityHashMap<>(model.weights().size() * 2);
        for (Weight weight : model.weights()) {
            held.put(weight, rule.apply(weight));
        }
        return new WeightTable(held, List.of(), 0, 0, basis);
    }

    @Override
    public long bytes(Weight weight) {
        return find(weight).bytes();
    }

    @Override
    public String type(Weight weight) {
        return find(weight).type();
    }

    @Override
    public long total() {
        return total;
    }

    @Override
    public List<FileTensor> added() {
        return added;
    }

    @Override
    public long apart() {
        return apart;
    }

    @Override
    public long padded() {
        return padded;
    }

    @Override
    public Basis basis() {
        return basis;
    }

    private Held find(Weight weight) {
        Held found = held.get(weight);
        if (found == null) {
            throw new IllegalArgumentException(weight.name() + " is no weight of this model");
        }
        return found;
    }
}
