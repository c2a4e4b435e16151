package dev.weighbridge.model.blueprint;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How many parameters a blueprint has, each trained number once.
public final class ParameterCount {
    private final long total;
    private final long untiedTotal;
    private final long embedding;
    private final @Nullable Long active;
    private final Map<Role, Long> byRole;
    private final Map<Tower, Long> byTower;

    private ParameterCount(
            long total,
            long untiedTotal,
            long embedding,
            @Nullable Long active,
            Map<Role, Long> byRole,
            Map<Tower, Long> byTower) {
        this.total = total;
        this.untiedTotal = untiedTotal;
        this.embedding = embedding;
        this.active = active;
        this.byRole = byRole;
        this.byTower = byTower;
    }

    /// Counts a blueprint. The cost is that of its distinct blocks.
    ///
    /// @throws ArithmeticException if a count exceeds 64 bits
    public static ParameterCount of(Blueprint blueprint) {
        return of(blueprint.distinctParameters());
    }

    /// Counts placed parameters, however they were found.
    ///
    /// @throws ArithmeticException if a count exceeds 64 bits
    public static ParameterCount of(List<PlacedParameter> parameters) {
        long total = 0;
        long untied = 0;
        long embedding = 0;
        long inactive = 0;
        boolean activeKnown = true;
        Map<Role, Long> byRole = new EnumMap<>(Role.class);
        Map<Tower, Long> byTower = new EnumMap<>(Tower.class);
        for (PlacedParameter parameter : parameters) {
            if (parameter.isBuffer()) {
                continue;
            }
            long elements = parameter.elements();
            untied = Math.addExact(untied, elements);
            if (parameter.isTied()) {
                continue;
            }
            total = Math.addExact(total, elements);
            byRole.merge(parameter.role(), elements, Math::addExact);
            byTower.merge(parameter.tower(), elements, Math::addExact);
            if (parameter.role() == Role.EMBEDDING) {
                embedding += elements;
            }
            if (parameter.expertCount() > 0) {
                activeKnown &= parameter.activeExpertCount() > 0;
                inactive +=
                        elements / parameter.expertCount() * (parameter.expertCount() - parameter.activeExpertCount());
            }
        }
        return new ParameterCount(total, untied, embedding, activeKnown ? total - inactive : null, byRole, byTower);
    }

    /// The sum over the components of a pipeline.
    ///
    /// @throws ArithmeticException if a count exceeds 64 bits
    public static ParameterCount sum(Collection<ParameterCount> counts) {
        long total = 0;
        long untied = 0;
        long embedding = 0;
        @Nullable Long active = 0L;
        Map<Role, Long> byRole = new EnumMap<>(Role.class);
        Map<Tower, Long> byTower = new EnumMap<>(Tower.class);
        for (ParameterCount count : counts) {
            total = Math.addExact(total, count.total);
            untied = Math.addExact(untied, count.untiedTotal);
            embedding += count.embedding;
            active = active == null || count.active == null ? null : Math.addExact(active, count.active);
            count.byRole.forEach((role, parameters) -> byRole.merge(role, parameters, Math::addExact));
            count.byTower.forEach((tower, parameters) -> byTower.merge(tower, parameters, Math::addExact));
        }
        return new ParameterCount(total, untied, embedding, active, byRole, byTower);
    }

    /// Unique parameters, tied ones once, buffers never.
    public long total() {
        return total;
    }

    /// Parameters when every name counts, tied or not.
    public long untiedTotal() {
        return untiedTotal;
    }

    /// Parameters that one token meets: the total less, for each block of E routed experts of which k are chosen, its
    /// parameters × (E − k) / E. Empty where the configuration does not say k.
    public OptionalLong active() {
        return active == null ? OptionalLong.empty() : OptionalLong.of(active);
    }

    /// Parameters of the lookup tables read by token or segment.
    public long embedding() {
        return embedding;
    }

    /// All others.
    public long nonEmbedding() {
        return total - embedding;
    }

    /// The total by role; roles without parameters are absent.
    public Map<Role, Long> byRole() {
        return Map.copyOf(byRole);
    }

    /// The total by part of the model; parts without parameters are absent.
    public Map<Tower, Long> byTower() {
        return Map.copyOf(byTower);
    }
}
