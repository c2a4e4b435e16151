@NullMarked
package dev.weighbridge.cli.fit;

import org.jspecify.annotations.NullMarked;
