package dev.weighbridge.planner.validation;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.precision.Precision;

/// A mixture of types of which only the file's size is known: sizes go as in a mixture that is known, so that they sum
/// to
/// the file's. Those who mix types spare the routed experts least, as they are most of the file, so the difference is
/// theirs.
///
/// @param like the known mixture nearest to it
/// @param fileBytes of all weights
record FileSized(Precision like, long fileBytes) implements Precision {
    @Override
    public String name() {
        return like.name();
    }

    @Override
    public Format format() {
        return like.format();
    }

    @Override
    public StoredWeights store(Anatomy model) {
        StoredWeights known = like.store(model);
        long experts = model.weights().stream()
                .filter(weight -> weight.expertCount() > 0)
                .mapToLong(known::bytes)
                .sum();
        long others = known.total() - experts;
        boolean onExperts = experts > 0 && fileBytes > others;
        double ofExperts = onExperts ? (double) (fileBytes - others) / experts : (double) fileBytes / known.total();
        double ofOthers = onExperts ? 1 : ofExperts;
        return new StoredWeights() {
            @Override
            public long bytes(Weight weight) {
                return Math.round(known.bytes(weight) * (weight.expertCount() > 0 ? ofExperts : ofOthers));
            }

            @Override
            public String type(Weight weight) {
                return known.type(weight);
            }

            @Override
            public long total() {
                return fileBytes;
            }

            @Override
            public long apart() {
                return known.apart();
            }

            @Override
            public long padded() {
                return fileBytes;
            }

            @Override
            public Basis basis() {
                return Basis.ESTIMATED;
            }
        };
    }
}
