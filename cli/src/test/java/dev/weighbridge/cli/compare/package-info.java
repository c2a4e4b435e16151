@NullMarked
package dev.weighbridge.cli.compare;

import org.jspecify.annotations.NullMarked;
