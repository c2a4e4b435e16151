package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import java.util.ArrayList;
import java.util.List;

/// Matrices whose input and output are clamped to bounds stored beside them (Gemma 4's towers).
///
/// @param bounded whether the bounds are there at all
public record ClippedLinears(boolean bounded) {
    private static final List<String> BOUNDS = List.of("input_min", "input_max", "output_min", "output_max");

    /// The four bounds of each of these matrices.
    public List<Part> bounds(String... names) {
        List<Part> parts = new ArrayList<>();
        if (bounded) {
            for (String name : names) {
                BOUNDS.forEach(bound -> parts.add(new Part(Slot.OTHER, Table.buffer(name + "." + bound))));
            }
        }
        return parts;
    }
}
