/// Positions: rotary frequencies with every way of stretching them.
@NullMarked
package dev.weighbridge.engine.position;

import org.jspecify.annotations.NullMarked;
