/// Weights as layers read them: mapped from the files, found by the blueprint's names.
@NullMarked
package dev.weighbridge.engine.weight;

import org.jspecify.annotations.NullMarked;
