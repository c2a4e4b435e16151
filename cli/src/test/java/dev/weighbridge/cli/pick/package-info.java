@NullMarked
package dev.weighbridge.cli.pick;

import org.jspecify.annotations.NullMarked;
