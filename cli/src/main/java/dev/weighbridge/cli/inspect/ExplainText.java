package dev.weighbridge.cli.inspect;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.unit.Count;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Where each figure of the sheet comes from, term by term.
final class ExplainText {
    private final Output out;

    ExplainText(Output out) {
        this.out = out;
    }

    void print(WeighedModel model) {
        List<PlacedParameter> parameters = parametersOf(model);
        ParameterCount count = model.count();
        out.println(out.paint(Style.BOLD, "total") + " = sum over the distinct parameters of copies × shape; "
                + (model.inventory().entries().isEmpty() ? "from the configuration" : "checked against the files"));
        byRole(parameters);
        out.println("  total = " + new Count(count.total()));
        untied(parameters, count);
        active(parameters, count);
        out.println(out.paint(Style.BOLD, "buffers") + " are stored but not trained, and never counted (PyTorch's "
                + "distinction of parameters and buffers)");
        out.println(out.paint(Style.BOLD, "precisions") + " = total × bits ÷ 8:");
        Columns columns = Columns.of(LEFT, RIGHT, LEFT);
        for (Precision precision : Precision.values()) {
            columns.row(
                    "  " + precision.label(),
                    new Count(count.total()) + " × " + precision.bits() + " ÷ 8",
                    "= " + new Count(precision.sizeOf(count.total()).bytes()) + " bytes: " + precision.formula());
        }
        columns.lines().forEach(out::println);
    }

    /// The blueprint's distinct parameters where the count rests on it, else the tensors, equal ones of all layers
    /// together.
    private static List<PlacedParameter> parametersOf(WeighedModel model) {
        boolean byBlueprint = model.blueprint().isPresent()
                && (model.inventory().entries().isEmpty()
                        || model.inventory().entries().stream()
                                .anyMatch(entry -> entry.binding() == InventoryEntry.Binding.BOUND));
        if (byBlueprint) {
            return model.blueprint().get().distinctParameters();
        }
        Map<String, PlacedParameter> together = new TreeMap<>();
        for (InventoryEntry entry : model.inventory().entries()) {
            if (entry.isCounted()) {
                PlacedParameter place = entry.place();
                String pattern = place.name().replaceAll("\\.\\d+(?=\\.)", ".*") + " " + place.shape();
                together.merge(
                        pattern,
                        named(place, pattern.substring(0, pattern.indexOf(' ')), 1),
                        (a, b) -> named(a, a.name(), a.copies() + b.copies()));
            }
        }
        return List.copyOf(together.values());
    }

    private static PlacedParameter named(PlacedParameter place, String name, long copies) {
        return new PlacedParameter(
                name,
                place.shape(),
                place.role(),
                place.tower(),
                copies,
                -1,
                -1,
                place.expertCount(),
                place.activeExpertCount(),
                null);
    }

    private void byRole(List<PlacedParameter> parameters) {
        Map<Role, Columns> tables = new EnumMap<>(Role.class);
        Map<Role, Long> sums = new EnumMap<>(Role.class);
        for (PlacedParameter parameter : parameters) {
            if (parameter.isTied() || parameter.isBuffer()) {
                continue;
            }
            sums.merge(parameter.role(), parameter.elements(), Math::addExact);
            tables.computeIfAbsent(parameter.role(), _ -> Columns.of(LEFT, RIGHT, LEFT, RIGHT))
                    .row(
                            "    " + parameter.name(),
                            parameter.copies() == 1 ? "" : new Count(parameter.copies()) + " ×",
                            parameter.shape().toString(),
                            "= " + new Count(parameter.elements()));
        }
        tables.forEach((role, table) -> {
            out.println("  " + role.label().replace('_', ' ') + " = " + new Count(sums.getOrDefault(role, 0L)));
            table.lines().forEach(out::println);
        });
    }

    private void untied(List<PlacedParameter> parameters, ParameterCount count) {
        if (count.untiedTotal() == count.total()) {
            return;
        }
        out.println(out.paint(Style.BOLD, "untied") + " = total and each tied parameter once more");
        Columns columns = Columns.of(LEFT, RIGHT, LEFT);
        for (PlacedParameter parameter : parameters) {
            if (parameter.isTied()) {
                columns.row(
                        "    " + parameter.name(),
                        "+ " + new Count(parameter.elements()),
                        "tied to " + parameter.tiedTo().orElse(""));
            }
        }
        columns.lines().forEach(out::println);
        out.println("  untied = " + new Count(count.untiedTotal()));
    }

    private void active(List<PlacedParameter> parameters, ParameterCount count) {
        Map<String, Long> routed = new TreeMap<>();
        for (PlacedParameter parameter : parameters) {
            if (parameter.expertCount() > 0) {
                routed.merge(
                        parameter.activeExpertCount() + " of " + parameter.expertCount(),
                        parameter.elements(),
                        Math::addExact);
            }
        }
        if (routed.isEmpty() || count.active().isEmpty()) {
            return;
        }
        out.println(out.paint(Style.BOLD, "active")
                + " = total less the routed experts that a token does not meet: routed × (E − k) ÷ E");
        routed.forEach((rule, elements) -> out.println("    routed, " + rule + ": " + new Count(elements)));
        out.println("  active = " + new Count(count.active().getAsLong())
                + "; router, shared experts and embeddings are met by every token");
    }
}
