/// Architectures: how a configuration becomes a tree of blocks.
///
/// Start at [Family] and [Families]. A family knows configurations and blocks, and nothing else.
@NullMarked
package dev.weighbridge.model.family;

import org.jspecify.annotations.NullMarked;
