@NullMarked
package dev.weighbridge.cli.devices;

import org.jspecify.annotations.NullMarked;
