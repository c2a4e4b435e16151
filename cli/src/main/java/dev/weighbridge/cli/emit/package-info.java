/// `weigh emit`: writes the command or manifest that carries a plan out.
///
/// Start at [EmitCommand]. The options that describe hardware and workload are those of
/// [dev.weighbridge.cli.fit.FitCommand]; what is written comes from [dev.weighbridge.planner.emit].
@NullMarked
package dev.weighbridge.cli.emit;

import org.jspecify.annotations.NullMarked;
