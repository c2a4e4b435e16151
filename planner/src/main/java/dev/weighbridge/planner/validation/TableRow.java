package dev.weighbridge.planner.validation;

import dev.weighbridge.model.error.MalformedException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// One row of a table, its cells by column.
///
/// @param line number of its first line in the file, counted from 1
/// @param cells by column name; empty cells are there as empty texts
public record TableRow(long line, Map<String, String> cells) {
    /// Copies the cells.
    public TableRow {
        cells = Map.copyOf(cells);
    }

    /// What the table calls the row: its `id`, or else its line.
    public String identifier() {
        return found("id").orElse("line " + line);
    }

    /// A cell, trimmed; empty where the column is missing.
    public String text(String column) {
        return cells.getOrDefault(column, "").trim();
    }

    /// A cell that is not empty.
    public Optional<String> found(String column) {
        String text = text(column);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /// A number; empty for an empty cell.
    ///
    /// @throws MalformedException if the cell holds something else
    public OptionalDouble number(String column) {
        String text = text(column);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return OptionalDouble.of(value);
            }
        } catch (NumberFormatException e) {
            throw notANumber(column, text, e);
        }
        throw notANumber(column, text, null);
    }

    /// A whole number; empty for an empty cell.
    ///
    /// @throws MalformedException if the cell holds something else
    public OptionalLong count(String column) {
        OptionalDouble number = number(column);
        return number.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Math.round(number.getAsDouble()));
    }

    /// The value of `key=value` in a cell of such pairs separated by semicolons.
    public Optional<String> setting(String column, String key) {
        for (String part : text(column).split(";", -1)) {
            String trimmed = part.trim();
            if (trimmed.startsWith(key + "=")) {
                return Optional.of(trimmed.substring(key.length() + 1).trim()).filter(value -> !value.isEmpty());
            }
        }
        return Optional.empty();
    }

    private MalformedException notANumber(
            String column, String text, @org.jspecify.annotations.Nullable Throwable cause) {
        var malformed =
                new MalformedException("line " + line + ", column " + column + ": \"" + text + "\" is not a number");
        if (cause != null) {
            malformed.initCause(cause);
        }
        return malformed;
    }
}
