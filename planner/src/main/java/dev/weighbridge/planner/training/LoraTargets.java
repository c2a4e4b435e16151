package dev.weighbridge.planner.training;

import dev.weighbridge.model.block.Slot;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The linear layers that get an adapter, by their place in a block. A joined matrix gets one if any of its
/// parts is meant.
///
/// @param slots places
public record LoraTargets(Set<Slot> slots) {
    private static final List<Slot> ATTENTION = List.of(
            Slot.QUERY,
            Slot.KEY,
            Slot.VALUE,
            Slot.OUTPUT,
            Slot.QUERY_DOWN,
            Slot.QUERY_UP,
            Slot.KEY_VALUE_DOWN,
            Slot.KEY_VALUE_UP);

    /// Checks that there is one and copies the set.
    public LoraTargets {
        if (slots.isEmpty()) {
            throw new IllegalArgumentException("an adapter needs at least one kind of linear layer");
        }
        slots = Set.copyOf(slots);
    }

    /// Queries and values, as the method's authors chose (arXiv:2106.09685).
    public static LoraTargets queryAndValue() {
        return new LoraTargets(EnumSet.of(Slot.QUERY, Slot.VALUE));
    }

    /// Every projection of attention.
    public static LoraTargets attention() {
        return new LoraTargets(EnumSet.copyOf(ATTENTION));
    }

    /// Every linear layer inside the blocks, the router and stacked experts left out (`all-linear`).
    public static LoraTargets allLinear() {
        Set<Slot> slots = EnumSet.copyOf(ATTENTION);
        slots.addAll(List.of(Slot.GATE, Slot.UP, Slot.DOWN, Slot.INPUT, Slot.OUTPUT_GATE));
        return new LoraTargets(slots);
    }

    /// Reads `all-linear`, `attention`, `q,v` or names as PEFT lists them (`q_proj,v_proj,down_proj`).
    ///
    /// @throws IllegalArgumentException for a name that is no linear layer
    public static LoraTargets parse(String text) {
        String key = text.strip().toLowerCase(Locale.ROOT);
        if (key.equals("all-linear") || key.equals("all")) {
            return allLinear();
        }
        if (key.equals("attention")) {
            return attention();
        }
        Set<Slot> slots = EnumSet.noneOf(Slot.class);
        for (String name : key.split(",", -1)) {
            slots.add(
                    switch (name.strip()) {
                        case "q", "q_proj" -> Slot.QUERY;
                        case "k", "k_proj" -> Slot.KEY;
                        case "v", "v_proj" -> Slot.VALUE;
                        case "o", "o_proj" -> Slot.OUTPUT;
                        case "gate", "gate_proj" -> Slot.GATE;
                        case "up", "up_proj" -> Slot.UP;
                        case "down", "down_proj" -> Slot.DOWN;
                        default ->
                            throw new IllegalArgumentException("'" + name.strip()
                                    + "' is no linear layer: name all-linear, attention, or some of q_proj, k_proj,"
                                    + " v_proj, o_proj, gate_proj, up_proj, down_proj");
                    });
        }
        return new LoraTargets(slots);
    }

    /// Whether the matrix in that place gets an adapter.
    boolean contains(Slot slot) {
        return switch (slot) {
            case QUERY_KEY_VALUE -> anyOf(Slot.QUERY, Slot.KEY, Slot.VALUE);
            case QUERY_GATE -> slots.contains(Slot.QUERY);
            case KEY_VALUE -> anyOf(Slot.KEY, Slot.VALUE);
            case GATE_UP -> anyOf(Slot.GATE, Slot.UP);
            default -> slots.contains(slot);
        };
    }

    private boolean anyOf(Slot... wanted) {
        for (Slot slot : wanted) {
            if (slots.contains(slot)) {
                return true;
            }
        }
        return false;
    }
}
