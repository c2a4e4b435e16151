/// Whether a model fits: a question about a model, a runtime, a machine and a workload, and for each
/// precision the answer with its reason, and with what would make it fit.
///
/// Start at [Fit]; [Question] is what is asked, [Answer] what is said. Everything rests on the runtime's
/// own plan: a limit is found by asking it again, never by a second formula.
@NullMarked
package dev.weighbridge.planner.fit;

import org.jspecify.annotations.NullMarked;
