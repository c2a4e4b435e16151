/// How sure a figure is: the basis that every figure shown carries.
@NullMarked
package dev.weighbridge.planner.figure;

import org.jspecify.annotations.NullMarked;
