/// `weigh devices`: this machine and the devices that are known, as a table, in detail, as JSON;
/// measuring.
///
/// Start at [DevicesCommand]. [LocalHardware] is what other commands take this machine and the user's
/// own devices from. The facts come from `planner.device`; here they are laid out and the files are
/// found.
@NullMarked
package dev.weighbridge.cli.devices;

import org.jspecify.annotations.NullMarked;
