/// `weigh inspect`: what a model's parameters are, as a sheet, as JSON, as a tree, as a page.
///
/// Start at [InspectCommand]. The figures come from `model`; here they are only laid out.
@NullMarked
package dev.weighbridge.cli.inspect;

import org.jspecify.annotations.NullMarked;
