/// Executable layers: what each block of a blueprint computes, over the weights of the files.
///
/// Start at [LayerCompiler], the reading of the tree; a layer is one file, named for its block. Layers hold weights and
/// are shared by all sessions; what a sequence has seen lies in the session's states.
@NullMarked
package dev.weighbridge.engine.layer;

import org.jspecify.annotations.NullMarked;
