package dev.weighbridge.bench.speed;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much samples count. Many settings of one model on one device tell little more than one of them, and many models
/// on
/// one device little more of other devices than a few.
final class Weighting {
    private Weighting() {}

    static List<Sample> weigh(List<Sample> samples) {
        Map<List<String>, Integer> cells = new HashMap<>();
        Map<String, Set<List<String>>> devices = new HashMap<>();
        for (Sample sample : samples) {
            cells.merge(sample.cell(), 1, Integer::sum);
            devices.computeIfAbsent(sample.device(), _ -> new HashSet<>()).add(sample.cell());
        }
        return samples.stream()
                .map(sample -> sample.weighing(weight(
                        sample,
                        cells.getOrDefault(sample.cell(), 1),
                        devices.getOrDefault(sample.device(), Set.of()).size())))
                .toList();
    }

    private static double weight(Sample sample, int inCell, int cellsOfDevice) {
        return switch (sample.measurement().subject()) {
            case LOCAL_DECODE -> 2 / Math.sqrt(inCell) / Math.sqrt(cellsOfDevice);
            case SERVING_DECODE -> 0.2 / inCell;
            case PREFILL -> 2 / Math.sqrt(inCell) / Math.sqrt(cellsOfDevice);
        };
    }
}
