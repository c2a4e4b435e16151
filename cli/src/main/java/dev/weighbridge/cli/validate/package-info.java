/// `weigh validate`: plans held against tables of measurements.
@NullMarked
package dev.weighbridge.cli.validate;

import org.jspecify.annotations.NullMarked;
