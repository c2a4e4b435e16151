package dev.weighbridge.model.blueprint;

import dev.weighbridge.model.block.Role;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The rule of thumb `N ≈ 12 · d² · L` beside the exact count: 4·d² for plain multi-head attention and 8·d² for a
/// feed-forward of inner width 4·d in each of L layers of width d, everything else left out (Kaplan et al. 2020,
/// arXiv:2001.08361, §2.1).
///
/// @param estimate what the rule says
/// @param exact what is true
/// @param differences exact less estimate, by role; their sum is the whole difference
public record RuleOfThumb(long estimate, long exact, Map<Role, Long> differences) {
    /// Keeps the order.
    public RuleOfThumb {
        differences = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(differences));
    }

    /// Holds the rule against a count.
    ///
    /// @return empty where the configuration gives no width or no layers
    public static Optional<RuleOfThumb> of(Hyperparameters hyperparameters, ParameterCount count) {
        Long width = hyperparameters.values().get("hidden_size");
        Long layers = hyperparameters.values().get("layer_count");
        if (width == null || layers == null) {
            return Optional.empty();
        }
        long unit = Math.multiplyExact(Math.multiplyExact(width, width), layers);
        Map<Role, Long> differences = new EnumMap<>(Role.class);
        differences.putAll(count.byRole());
        differences.merge(Role.ATTENTION, Math.multiplyExact(-4, unit), Math::addExact);
        differences.merge(Role.FEED_FORWARD, Math.multiplyExact(-8, unit), Math::addExact);
        return Optional.of(new RuleOfThumb(Math.multiplyExact(12, unit), count.total(), differences));
    }
}
