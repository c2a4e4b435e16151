/// What went wrong, as the user is told it: one sentence and an exit code.
///
/// Start at [Failure], the only place that maps exceptions; [ExitCode] is what scripts may rely on.
@NullMarked
package dev.weighbridge.cli.failure;

import org.jspecify.annotations.NullMarked;
