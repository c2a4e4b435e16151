package dev.weighbridge.planner.pick;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.pick.PrecisionLadder.Rung;
import dev.weighbridge.planner.quality.Quality;
import java.util.Comparator;
import java.util.List;

/// Models at all precisions with what each needs, the best first: what is asked when many devices are.
///
/// What a model needs on one device hardly depends on which, so it is found once; a device then takes
/// the first item that it has room for, and only that one is planned there.
final class Shelf {
    /// A plan on the device itself may come out a little smaller.
    private static final double SLACK = 0.97;

    /// A model at a precision.
    ///
    /// @param bytes that it needs in all
    record Item(ModelFacts facts, Quality quality, Rung rung, long bytes) {}

    private final List<Item> items;

    Shelf(List<Item> items) {
        this.items = items.stream()
                .sorted(Comparator.comparingDouble(
                                (Item item) -> -item.quality().value())
                        .thenComparingLong(Item::bytes)
                        .thenComparing(item -> item.facts().name()))
                .toList();
    }

    /// Those that a device may have room for, the best first.
    List<Item> within(long bytes) {
        return items.stream().filter(item -> item.bytes() * SLACK <= bytes).toList();
    }

    /// How many there are.
    int size() {
        return items.size();
    }

    /// A device with the memory of many, on which everything fits.
    static Device endless(Device like) {
        return like.withMemory(1L << 50, 1L << 50, like.visibleBasis());
    }
}
