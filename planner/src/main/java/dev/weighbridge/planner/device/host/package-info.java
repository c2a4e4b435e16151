/// This machine: its processor, memory and accelerators, what a container leaves of them, and what they
/// reach.
///
/// Start at [HostReader], which finds out, and [Host], what it found; then [Measuring]. OSHI and the
/// makers' own tools (`nvidia-smi`, `amd-smi`, `rocm-smi`, `system_profiler`) tell; nothing here decides
/// about models.
@NullMarked
package dev.weighbridge.planner.device.host;

import org.jspecify.annotations.NullMarked;
