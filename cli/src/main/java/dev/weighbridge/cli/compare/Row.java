package dev.weighbridge.cli.compare;

import java.util.List;

/// One line of a comparison.
///
/// @param group heading under which it stands
/// @param label what is compared
/// @param cells of each model, in order; empty text where unknown
/// @param note what is said about all; empty for nothing
record Row(String group, String label, List<String> cells, String note) {
    /// Copies the list.
    Row {
        cells = List.copyOf(cells);
    }
}
