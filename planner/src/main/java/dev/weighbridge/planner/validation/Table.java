package dev.weighbridge.planner.validation;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A table of measurements, as read from a CSV file (RFC 4180) whose first line names the columns.
///
/// @param name of the file, for messages
/// @param columns in the order of the file
/// @param rows in the order of the file
public record Table(String name, List<String> columns, List<TableRow> rows) {
    /// What a table is about, told by its columns.
    public enum Kind {
        /// Memory that runtimes printed at start-up, one row a start.
        ALLOCATIONS(Set.of("runtime", "n_ctx", "kv_cache_MiB")),
        /// Start-ups of a serving engine with its settings.
        STARTUPS(Set.of("engine", "kv_pool_gib_per_gpu", "gpu_memory_utilization")),
        /// Peak memory of training runs.
        TRAINING(Set.of("method", "micro_batch", "peak_GiB")),
        /// Tokens a second.
        SPEED(Set.of("phase", "tokens_per_s", "device"));

        private final Set<String> columns;

        Kind(Set<String> columns) {
            this.columns = columns;
        }
    }

    /// Copies the lists.
    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /// Reads a file.
    ///
    /// @throws MalformedException if it is not such a table
    /// @throws IOException if it cannot be read
    public static Table read(Path file) throws IOException {
        String name = file.toString();
        try (CsvReader<NamedCsvRecord> reader =
                CsvReader.builder().skipEmptyLines(true).ofNamedCsvRecord(file)) {
            List<NamedCsvRecord> records = reader.stream().toList();
            if (records.isEmpty()) {
                throw new MalformedException(name + " holds no rows", "the first line names the columns");
            }
            List<TableRow> rows = records.stream()
                    .map(line -> new TableRow(line.getStartingLineNumber(), line.getFieldsAsMap()))
                    .toList();
            return new Table(name, records.getFirst().getHeader(), rows);
        } catch (CsvParseException e) {
            var malformed = new MalformedException(name + " is not a CSV table: " + e.getMessage());
            malformed.initCause(e);
            throw malformed;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// What the table is about.
    ///
    /// @throws MalformedException if its columns are of no known kind
    public Kind kind() {
        for (Kind kind : Kind.values()) {
            if (columns.containsAll(kind.columns)) {
                return kind;
            }
        }
        throw new MalformedException(
                name + " has columns of no known table: " + String.join(", ", columns),
                "known are tables of allocations, of engine start-ups, of training peaks and of speeds");
    }
}
