package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Reach;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Row;
import java.util.List;

/// The tensors that hold the past, added up by device.
final class Caches {
    private static final int NUMBER_BYTES = 4;

    private final Cells cells;
    private final Workload workload;
    private final LlamaCppSettings settings;
    private final Bytes cache;
    private final Bytes state;

    private Caches(Cells cells, Workload workload, LlamaCppSettings settings, int deviceCount) {
        this.cells = cells;
        this.workload = workload;
        this.settings = settings;
        this.cache = new Bytes(deviceCount);
        this.state = new Bytes(deviceCount);
    }

    /// The caches and states of all layers.
    static Caches of(
            List<LayerMemory> layers,
            Cells cells,
            Workload workload,
            LlamaCppSettings settings,
            LayerDevices devices,
            int deviceCount) {
        Caches caches = new Caches(cells, workload, settings, deviceCount);
        long widestValue = widestValue(layers);
        for (int layer = 0; layer < layers.size(); layer++) {
            int device = settings.offloadsCache() ? devices.of(layer) : Portion.HOST;
            for (Row row : layers.get(layer).rows()) {
                caches.add(row, widestValue, device);
            }
            for (long numbers : layers.get(layer).states()) {
                caches.addState(numbers, device);
            }
        }
        return caches;
    }

    /// Bytes of keys and values by device.
    Bytes cache() {
        return cache;
    }

    /// Bytes of recurrent state by device.
    Bytes state() {
        return state;
    }

    /// Positions of one stream that a row is kept for.
    static long positions(Row row, Cells cells) {
        return switch (row.reach()) {
            case ALL, INDEX -> cells.perStream();
            case WINDOW -> cells.windowed();
            case COMPRESSED -> Cells.padded(Math.ceilDiv(cells.perStream(), row.stride()), Cells.PAGE);
        };
    }

    private void add(Row row, long widestValue, int device) {
        long positions = Math.multiplyExact(positions(row, cells), (long) cells.streams());
        // a transposed value cache has rows of the same width in every layer (TAG_V_CACHE_VARIABLE)
        long values = cells.flash() || row.reach() == Reach.INDEX || row.values() == 0 ? row.values() : widestValue;
        addTensor(workload.keyType(), row.keys(), positions, device);
        addTensor(workload.valueType(), values, positions, device);
    }

    private void addTensor(DataType type, long width, long positions, int device) {
        if (width == 0) {
            return;
        }
        long row = Math.ceilDiv(width, type.blockElements()) * type.blockBytes();
        cache.addTensor(device, Math.multiplyExact(row, positions), type, width);
    }

    private void addState(long numbers, int device) {
        long rows = (long) cells.sequences() * (1 + settings.snapshots());
        state.addTensor(device, Math.multiplyExact(numbers * NUMBER_BYTES, rows), DataType.F32, numbers);
    }

    private static long widestValue(List<LayerMemory> layers) {
        return layers.stream()
                .flatMap(layer -> layer.rows().stream())
                .filter(row -> row.reach() != Reach.INDEX)
                .mapToLong(Row::values)
                .max()
                .orElse(0);
    }
}
