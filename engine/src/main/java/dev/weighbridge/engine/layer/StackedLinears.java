package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Matrix;
import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Linear layers of experts whose tensors lie one behind the other in one tensor.
final class StackedLinears {
    private final Weights weights;
    private final int count;
    private final Map<String, float[]> read = new HashMap<>();

    StackedLinears(Weights weights, int count) {
        this.weights = weights;
        this.count = count;
    }

    /// The layer in a slot for one expert; null where there is none.
    @Nullable
    LinearLayer find(List<Part> parts, Slot slot, String path, int expert) {
        return Part.find(parts, slot)
                .filter(Linear.class::isInstance)
                .map(block -> part((Linear) block, path.isEmpty() ? block.name() : path + "." + block.name(), expert))
                .orElse(null);
    }

    private LinearLayer part(Linear linear, String path, int expert) {
        float[] all = read.computeIfAbsent(path + linear.style().weight(), name -> weights.stacked(name, count));
        int out = Math.toIntExact(linear.out());
        Matrix matrix = weights.part(all, expert, out, Math.toIntExact(linear.in()), linear.inputFirst());
        if (!linear.bias()) {
            return new LinearLayer(matrix, null);
        }
        float[] biases = read.computeIfAbsent(path + linear.style().bias(), name -> weights.stacked(name, count));
        int width = biases.length / count;
        return new LinearLayer(matrix, Arrays.copyOfRange(biases, expert * width, (expert + 1) * width));
    }
}
