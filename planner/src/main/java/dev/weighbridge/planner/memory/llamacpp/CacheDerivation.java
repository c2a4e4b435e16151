package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// How the size of caches and states comes about, in one line each.
record CacheDerivation(List<LayerMemory> layers, Cells cells, Workload workload) {
    /// `5 layers x 16384 cells x (1024 keys F16 + 1024 values F16) + 25 layers x …`.
    String cache() {
        Map<Row, Long> counts = new LinkedHashMap<>();
        layers.forEach(layer -> layer.rows().forEach(row -> counts.merge(row, 1L, Long::sum)));
        String each = counts.entrySet().stream()
                .map(entry -> term(entry.getKey(), entry.getValue()))
                .collect(joined());
        return cells.streams() == 1 ? each : cells.streams() + " sequences of " + each;
    }

    /// `36 layers x (24576 + 524288 numbers of 32 bits), 2 sequences`.
    String state() {
        Map<List<Long>, Long> counts = new LinkedHashMap<>();
        layers.stream()
                .map(LayerMemory::states)
                .filter(states -> !states.isEmpty())
                .forEach(states -> counts.merge(states, 1L, Long::sum));
        String each = counts.entrySet().stream()
                .map(entry -> entry.getValue() + " layers x ("
                        + entry.getKey().stream().map(String::valueOf).collect(joined()) + " numbers of 32 bits)")
                .collect(joined());
        return each + ", " + cells.sequences() + (cells.sequences() == 1 ? " sequence" : " sequences");
    }

    private String term(Row row, long count) {
        String keys = row.keys() + (row.values() == 0 ? " " : " keys ") + workload.keyType();
        String values = row.values() == 0 ? "" : " + " + row.values() + " values " + workload.valueType();
        return count + " layers x " + Caches.positions(row, cells) + " cells x (" + keys + values + ")";
    }

    private static java.util.stream.Collector<CharSequence, ?, String> joined() {
        return Collectors.joining(" + ");
    }
}
