/// Runs models: the reading of a blueprint that turns blocks into executable layers over the files' weights.
///
/// Start at [dev.weighbridge.engine.Transformer], a loaded model, and at
/// [dev.weighbridge.engine.layer.LayerCompiler], which builds it.
@NullMarked
package dev.weighbridge.engine;

import org.jspecify.annotations.NullMarked;
