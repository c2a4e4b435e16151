/// Tables of measured speeds: what a row was measured with, and what the laws say of it.
///
/// Start at [SpeedTable]. Columns are those of `docs/accuracy.md`; whoever reads the file hands over cells by column.
@NullMarked
package dev.weighbridge.planner.speed.table;

import org.jspecify.annotations.NullMarked;
