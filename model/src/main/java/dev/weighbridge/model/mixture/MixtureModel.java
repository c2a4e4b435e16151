package dev.weighbridge.model.mixture;

/// What the mixture rules ask of a model.
///
/// @param architecture the value of `general.architecture`
/// @param layerCount layers in the file, next-token layers included
/// @param expertCount routed experts of a layer; 0 for a dense model
/// @param queriesPerKey query heads that share a key head in the first layer; 0 where that layer has no cache
public record MixtureModel(String architecture, int layerCount, int expertCount, int queriesPerKey) {
    /// Whether it is one of the architectures with 80 layers that llama.cpp calls "70B", whose value matrices are
    /// an eighth
    /// of the query's, so that better ones cost next to nothing.
    boolean isSeventyBillion() {
        return switch (architecture) {
            case "llama" -> layerCount == 80 && queriesPerKey != 1;
            case "deci", "olmo", "qwen2" -> layerCount == 80;
            case "jais2" -> layerCount == 68;
            default -> false;
        };
    }

    boolean isFalcon() {
        return architecture.equals("falcon");
    }
}
