package dev.weighbridge.planner.memory.parallel;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.planner.anatomy.Weight;
import java.util.ArrayList;
import java.util.List;

/// Which pipeline stage holds which layer (vLLM `get_pp_indices`): equal numbers, those left over one each
/// to the stages before the last, counted backwards, since the last one has the head.
///
/// @param first number of the first layer of each stage, and the count of layers at the end
public record Stages(List<Integer> first) {
    /// Copies the list.
    public Stages {
        first = List.copyOf(first);
    }

    /// So many layers over so many stages.
    public static Stages of(int layers, int stages) {
        List<Integer> first = new ArrayList<>(List.of(0));
        int over = layers % stages;
        for (int stage = 0; stage < stages; stage++) {
            boolean takesOne = stage < stages - 1 && stage >= stages - 1 - over;
            first.add(first.getLast() + layers / stages + (takesOne ? 1 : 0));
        }
        return new Stages(first);
    }

    /// How many stages there are.
    public int count() {
        return first.size() - 1;
    }

    /// Layers of a stage.
    public int layers(int stage) {
        return first.get(stage + 1) - first.get(stage);
    }

    /// The stage of a layer; the last one for a layer beyond the stack.
    public int of(int layer) {
        for (int stage = 0; stage < count(); stage++) {
            if (layer < first.get(stage + 1)) {
                return stage;
            }
        }
        return count() - 1;
    }

    /// The stage that holds a weight: embeddings and other towers the first, the last norm and the head the
    /// last.
    public int of(Weight weight) {
        boolean isText = weight.tower() == Tower.TEXT || weight.tower() == Tower.SAME;
        if (isText && weight.layer() >= 0) {
            return of(weight.layer());
        }
        boolean isLast = isText && (weight.role() == Role.HEAD || weight.role() == Role.NORM);
        return isLast ? count() - 1 : 0;
    }
}
