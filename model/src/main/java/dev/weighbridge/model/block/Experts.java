package dev.weighbridge.model.block;

import java.util.List;

/// A mixture of experts: each token meets `activeExpertCount` of `expertCount` equal routed experts, and all shared
/// ones.
///
/// @param name path segment of the whole
/// @param expertsName path segment of the routed experts within it; their number follows a dot, or directly an
/// underscore
/// @param first the number of the first routed expert; 0 but where two mixtures share one numbering (ERNIE 4.5 VL)
/// @param expertCount routed experts held
/// @param activeExpertCount routed experts a token meets; 0 where the configuration does not say
/// @param storage whether the files number the experts, stack them or join them
/// @param routing how they are chosen
/// @param expert one routed expert; its name follows the number, and is mostly empty
/// @param parts router, shared experts and their gates by slot
public record Experts(
        String name,
        String expertsName,
        int first,
        int expertCount,
        int activeExpertCount,
        Storage storage,
        Routing routing,
        Block expert,
        List<Part> parts)
        implements Block {
    /// Copies the list and checks the counts.
    public Experts {
        parts = List.copyOf(parts);
        if (activeExpertCount > expertCount) {
            throw new IllegalArgumentException(
                    name + ": " + activeExpertCount + " of " + expertCount + " experts cannot be active");
        }
    }

    /// How files hold the routed experts.
    public enum Storage {
        /// `experts.0.up_proj.weight`, `experts.1.up_proj.weight` …
        NUMBERED,
        /// `experts.up_proj` with one more, slowest dimension.
        STACKED,
        /// `experts.mlp.w1` whose slowest dimension is as many times longer, expert after expert (DBRX).
        JOINED
    }

    /// The path segment of the routed expert of this number.
    public String numbered(Object number) {
        return expertsName.isEmpty()
                ? String.valueOf(number)
                : expertsName.endsWith("_") ? expertsName + number : expertsName + "." + number;
    }

    /// The routed expert first, then the parts.
    @Override
    public List<Block> children() {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(expert), Part.blocks(parts).stream())
                .toList();
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
