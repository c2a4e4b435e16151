/// Data types and shapes: what one tensor is, before anybody knows what it is for.
///
/// Start at [DataType]. Nothing here knows a file format's codes; those stand with each reader.
@NullMarked
package dev.weighbridge.model.tensor;

import org.jspecify.annotations.NullMarked;
