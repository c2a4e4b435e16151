/// `weigh compare`: models side by side, in numbers, as JSON, or as a page with charts.
///
/// Start at [CompareCommand]. [Comparison] is what is compared; the other classes write it.
@NullMarked
package dev.weighbridge.cli.compare;

import org.jspecify.annotations.NullMarked;
