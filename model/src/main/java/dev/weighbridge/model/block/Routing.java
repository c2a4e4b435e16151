package dev.weighbridge.model.block;

/// How a router turns scores into a choice of experts.
///
/// @param score the function on the router's output (`softmax`, `sigmoid`, `sqrtsoftplus` …; `sigmoid_input` for a
///     sigmoid that multiplies an expert's input rather than its output)
/// @param normalized whether the weights of the chosen are scaled to sum to one
/// @param scale factor on the weights of the chosen; 1 for most
/// @param groupCount groups of experts that are chosen first; 1 for none
/// @param activeGroupCount groups chosen
public record Routing(String score, boolean normalized, double scale, int groupCount, int activeGroupCount) {
    /// Softmax over all experts, no groups.
    public static Routing softmax(boolean normalized) {
        return new Routing("softmax", normalized, 1, 1, 1);
    }
}
