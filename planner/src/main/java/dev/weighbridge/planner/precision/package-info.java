/// How weights are stored: at the precision of the files, or as a conversion would store them.
///
/// Start at [Precision]. Which tensor a converter leaves alone is the converter's rule, kept with the precision.
@NullMarked
package dev.weighbridge.planner.precision;

import org.jspecify.annotations.NullMarked;
