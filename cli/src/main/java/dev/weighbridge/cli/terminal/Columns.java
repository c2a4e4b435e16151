package dev.weighbridge.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Lines of cells in aligned columns: text to the left, figures to the right.
public final class Columns {
    /// Which side of its column a cell leans to.
    public enum Align {
        LEFT,
        RIGHT
    }

    private final List<Align> aligns;
    private final List<List<String>> rows = new ArrayList<>();

    private Columns(List<Align> aligns) {
        this.aligns = aligns;
    }

    /// Columns with these alignments.
    public static Columns of(Align... aligns) {
        return new Columns(List.of(aligns));
    }

    /// Adds a line; missing cells at its end are empty.
    public Columns row(String... cells) {
        if (cells.length > aligns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + aligns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /// The lines, two spaces between columns, none at the end.
    public List<String> lines() {
        int[] widths = new int[aligns.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - length(row.get(i)));
                line.append(aligns.get(i) == Align.LEFT ? row.get(i) + padding : padding + row.get(i));
                line.append("  ");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
