package dev.weighbridge.model.blueprint;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.tensor.Shape;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A parameter at its place in a model.
///
/// @param name full name in the published checkpoint; with `*` for numbers where equal blocks are taken together
/// @param shape dimensions as stored, slowest first
/// @param role what it is for, taken from its surroundings where it has none of its own
/// @param tower the part of the model it belongs to
/// @param copies how many such tensors there are; 1 when spelled out
/// @param layer number of the layer it lies in; -1 outside the layers or where several are taken together
/// @param expert number of the routed expert; -1 otherwise
/// @param expertCount routed experts among which it is one, all of them together when stacked; 0 outside experts
/// @param activeExpertCount of these a token meets so many
/// @param target where it is tied: the path that owns the numbers, as the family wrote it; else null
public record PlacedParameter(
        String name,
        Shape shape,
        Role role,
        Tower tower,
        long copies,
        int layer,
        int expert,
        int expertCount,
        int activeExpertCount,
        @Nullable String target) {
    /// Elements of all copies.
    public long elements() {
        return Math.multiplyExact(shape.elements(), copies);
    }

    /// Whether the numbers are owned, and counted, elsewhere.
    public boolean isTied() {
        return target != null;
    }

    /// Whether it is stored with the model but not trained.
    public boolean isBuffer() {
        return role == Role.BUFFER;
    }

    /// The path that owns the numbers of a tied parameter, as the family wrote it.
    public Optional<String> tiedTo() {
        return Optional.ofNullable(target);
    }

    /// The same under another name.
    public PlacedParameter named(String other) {
        return new PlacedParameter(
                other, shape, role, tower, copies, layer, expert, expertCount, activeExpertCount, target);
    }
}
