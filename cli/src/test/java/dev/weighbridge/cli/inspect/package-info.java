@NullMarked
package dev.weighbridge.cli.inspect;

import org.jspecify.annotations.NullMarked;
