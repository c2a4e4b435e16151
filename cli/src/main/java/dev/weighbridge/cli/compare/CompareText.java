package dev.weighbridge.cli.compare;

import dev.weighbridge.cli.fit.Amounts;
import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Columns.Align;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.unit.Count;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A comparison for a person: a column for each model.
final class CompareText {
    private final Output out;

    CompareText(Output out) {
        this.out = out;
    }

    void print(Comparison comparison) {
        out.println("on " + comparison.site().machine().label() + " · "
                + comparison.site().runtime().name() + " · context "
                + new Count(comparison.site().workload().context()));
        List<Row> rows = Rows.of(comparison);
        Align[] aligns = new Align[comparison.models().size() + 2];
        Arrays.fill(aligns, Align.RIGHT);
        aligns[0] = Align.LEFT;
        aligns[aligns.length - 1] = Align.LEFT;
        Columns columns = Columns.of(aligns);
        List<String> heading = new ArrayList<>(List.of(""));
        comparison.models().forEach(model -> heading.add(model.name()));
        columns.row(heading.toArray(String[]::new));
        List<Boolean> bold = new ArrayList<>(List.of(true));
        String group = "";
        for (Row row : rows) {
            if (!row.group().equals(group)) {
                group = row.group();
                columns.row(group);
                bold.add(true);
            }
            List<String> cells = new ArrayList<>(List.of("  " + row.label()));
            cells.addAll(row.cells());
            cells.add(row.note());
            columns.row(cells.toArray(String[]::new));
            bold.add(false);
        }
        List<String> lines = columns.lines();
        for (int i = 0; i < lines.size(); i++) {
            out.println(bold.get(i) ? out.paint(Style.BOLD, lines.get(i)) : lines.get(i));
        }
        out.println(
                "n/m: so many of the task's benchmarks are published; the others are estimated from parameters, date "
                        + "and the model's own other scores. A tie: bands overlap.");
        out.println(out.paint(Style.DIM, Amounts.LEGEND));
    }
}
