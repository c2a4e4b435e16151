package dev.weighbridge.bench.speed;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Measured over predicted speeds of a class. Many settings of one model on one device count as the root of their
/// number,
/// so that a sweep does not narrow the band.
final class Residuals {
    private record Residual(List<String> cell, double factor) {}

    private final List<Residual> all = new ArrayList<>();
    private final Map<List<String>, Integer> cells = new HashMap<>();
    private final Set<String> devices = new HashSet<>();

    void add(Sample sample, double factor) {
        all.add(new Residual(sample.cell(), factor));
        cells.merge(sample.cell(), 1, Integer::sum);
        devices.add(sample.device());
    }

    /// Whether there are so many, of so many devices.
    boolean isEnough(int count, int deviceCount) {
        return all.size() >= count && devices.size() >= deviceCount;
    }

    /// The factor that a share of the weight lies below.
    double quantile(double share) {
        List<Residual> sorted = all.stream()
                .sorted(Comparator.comparingDouble(Residual::factor))
                .toList();
        double total = sorted.stream().mapToDouble(this::weight).sum();
        double below = 0;
        for (Residual residual : sorted) {
            below += weight(residual);
            if (below >= share * total) {
                return residual.factor();
            }
        }
        return sorted.getLast().factor();
    }

    private double weight(Residual residual) {
        return 1 / Math.sqrt(cells.getOrDefault(residual.cell(), 1));
    }
}
