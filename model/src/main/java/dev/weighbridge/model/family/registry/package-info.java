/// The list of every family there is.
///
/// Start at [AllFamilies]. It stands apart so that families know only [dev.weighbridge.model.family.Family], never each
/// other's list.
@NullMarked
package dev.weighbridge.model.family.registry;

import org.jspecify.annotations.NullMarked;
