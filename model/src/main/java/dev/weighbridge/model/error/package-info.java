/// What can be wrong in the user's world, as one small sealed family.
///
/// Start at [WeighException]. A caller's own mistake stays an `IllegalArgumentException`; a file that cannot be read at
/// all stays an `IOException`. Nothing here knows exit codes or HTTP statuses: the edges map each kind once.
@NullMarked
package dev.weighbridge.model.error;

import org.jspecify.annotations.NullMarked;
