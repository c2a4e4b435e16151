/// Which model to take: the catalogue filtered and ranked for a task, a machine and a user's limits.
///
/// Start at [Picker]. A model is ranked by its published or estimated quality after what its precision
/// costs; what fits, how fast it is and what it costs come from `fit`. Models whose bands overlap tie.
@NullMarked
package dev.weighbridge.planner.pick;

import org.jspecify.annotations.NullMarked;
