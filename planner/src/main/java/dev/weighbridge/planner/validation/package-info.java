/// Plans held against what runtimes printed and people measured.
///
/// Start at [Validation]. A table is read row by row; each row becomes a question, its answer a few observations of a
/// predicted and a measured figure. A row is skipped only for what it lacks.
@NullMarked
package dev.weighbridge.planner.validation;

import org.jspecify.annotations.NullMarked;
