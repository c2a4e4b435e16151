/// `weigh pick`: which model to take, as a table, as JSON, or on the whole screen for a person to search
/// and sort.
///
/// Start at [PickCommand]. [PickBoard] is what the screen shows and what keys do, without a terminal;
/// [PickScreen] draws it on one.
@NullMarked
package dev.weighbridge.cli.pick;

import org.jspecify.annotations.NullMarked;
