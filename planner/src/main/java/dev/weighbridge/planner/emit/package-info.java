/// Carries a plan out: the launch command, script or manifest that starts a runtime as it was planned.
///
/// Start at [Target], what can be written, and at [Deployment], what is written of. An [Engine] turns a
/// deployment
/// into a [Launch]; the rest wraps that for a shell, for Kubernetes or for Docker Compose. Which version
/// an engine's
/// options are true to stands in `engines.tsv`, with its source.
@NullMarked
package dev.weighbridge.planner.emit;

import org.jspecify.annotations.NullMarked;
