package dev.weighbridge.cli.inspect;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.tensor.Shape;
import dev.weighbridge.model.unit.Count;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Two models held against each other: figures, dimensions, tensors.
final class DiffText {
    private static final int LISTED = 20;

    private final Output out;

    DiffText(Output out) {
        this.out = out;
    }

    /// Prints the differences.
    ///
    /// @return whether there is none
    boolean print(WeighedModel a, WeighedModel b) {
        boolean figures = figures(a, b);
        boolean tensors = tensors(a, b);
        if (figures && tensors) {
            out.println("no difference in architecture, dimensions, storage types or tensors");
        }
        return figures && tensors;
    }

    private boolean figures(WeighedModel a, WeighedModel b) {
        Map<String, String> left = figuresOf(a);
        Map<String, String> right = figuresOf(b);
        TreeSet<String> names = new TreeSet<>(left.keySet());
        names.addAll(right.keySet());
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT);
        columns.row("", a.checkpoint().name(), b.checkpoint().name());
        boolean same = true;
        for (String name : names) {
            String l = left.getOrDefault(name, "–");
            String r = right.getOrDefault(name, "–");
            if (!l.equals(r)) {
                columns.row("  " + name, l, r);
                same = false;
            }
        }
        if (!same) {
            columns.lines().forEach(out::println);
        }
        return same;
    }

    private static Map<String, String> figuresOf(WeighedModel model) {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("architecture", model.architecture().orElse("unknown"));
        figures.put("total", new Count(model.count().total()).toString());
        model.count().active().ifPresent(active -> figures.put("active", new Count(active).toString()));
        for (Map.Entry<Role, Long> role : model.count().byRole().entrySet()) {
            figures.put("role " + role.getKey().label(), new Count(role.getValue()).toString());
        }
        Hyperparameters.of(model.checkpoint().config())
                .values()
                .forEach((name, value) -> figures.put(name, new Count(value).toString()));
        Storage.of(model)
                .byType()
                .forEach((type, share) -> figures.put("stored " + type, new Count(share.parameters()).toString()));
        return figures;
    }

    private boolean tensors(WeighedModel a, WeighedModel b) {
        Map<String, Shape> left = tensorsOf(a);
        Map<String, Shape> right = tensorsOf(b);
        List<String> lines = new ArrayList<>();
        left.forEach((name, shape) -> {
            Shape other = right.get(name);
            if (other == null) {
                lines.add(out.paint(Style.RED, "- " + name) + " " + shape);
            } else if (!other.equals(shape)) {
                lines.add(out.paint(Style.YELLOW, "~ " + name) + " " + shape + " → " + other);
            }
        });
        right.forEach((name, shape) -> {
            if (!left.containsKey(name)) {
                lines.add(out.paint(Style.GREEN, "+ " + name) + " " + shape);
            }
        });
        lines.stream().limit(LISTED).forEach(out::println);
        if (lines.size() > LISTED) {
            out.println("and " + (lines.size() - LISTED) + " more differing tensors");
        }
        return lines.isEmpty();
    }

    private static Map<String, Shape> tensorsOf(WeighedModel model) {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        if (model.inventory().entries().isEmpty()) {
            model.blueprint()
                    .ifPresent(blueprint -> blueprint.parameters().stream()
                            .filter(place -> !place.isTied())
                            .forEach(place -> tensors.put(place.name(), place.shape())));
        }
        model.inventory()
                .entries()
                .forEach(entry ->
                        tensors.put(entry.tensor().name(), entry.tensor().shape()));
        return tensors;
    }
}
