/// Figures as a person reads them: the one place that chooses between GiB and GB, and where billions begin.
@NullMarked
package dev.weighbridge.model.unit;

import org.jspecify.annotations.NullMarked;
