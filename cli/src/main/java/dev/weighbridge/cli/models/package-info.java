/// From what the user writes for a model to the model, weighed.
///
/// Start at [ModelSources]. [Surroundings] reads the environment for those who may not.
@NullMarked
package dev.weighbridge.cli.models;

import org.jspecify.annotations.NullMarked;
