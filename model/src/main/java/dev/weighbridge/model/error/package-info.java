/// The ways the user's world can fail, as one sealed family: start at [dev.weighbridge.model.error.WeighException].
/// The edge turns each kind into an exit code or an HTTP status; nothing below it does.
@NullMarked
package dev.weighbridge.model.error;

import org.jspecify.annotations.NullMarked;
