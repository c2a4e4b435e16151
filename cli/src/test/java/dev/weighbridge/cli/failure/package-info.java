@NullMarked
package dev.weighbridge.cli.failure;

import org.jspecify.annotations.NullMarked;
