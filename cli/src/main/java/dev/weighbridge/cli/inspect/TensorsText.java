package dev.weighbridge.cli.inspect;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.unit.ByteSize;

/// Every tensor on a line.
final class TensorsText {
    private final Output out;

    TensorsText(Output out) {
        this.out = out;
    }

    void print(WeighedModel model) {
        Columns columns = Columns.of(LEFT, LEFT, LEFT, RIGHT, LEFT);
        if (model.inventory().entries().isEmpty()) {
            model.blueprint()
                    .ifPresent(blueprint -> blueprint.parameters().stream()
                            .filter(place -> !place.isTied())
                            .forEach(place -> row(columns, place.name(), "", "", place)));
        }
        for (InventoryEntry entry : model.inventory().entries()) {
            row(
                    columns,
                    entry.tensor().name(),
                    entry.tensor().storageType(),
                    new ByteSize(entry.tensor().bytes()).toString(),
                    entry.place());
        }
        columns.lines().forEach(out::println);
    }

    private static void row(Columns columns, String name, String type, String size, PlacedParameter place) {
        columns.row(
                "  " + name,
                type,
                place.shape().toString(),
                size,
                place.role().label().replace('_', ' '));
    }
}
