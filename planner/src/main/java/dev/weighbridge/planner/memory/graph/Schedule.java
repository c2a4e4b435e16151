package dev.weighbridge.planner.memory.graph;

import java.util.List;

/// A graph divided among backends: what is computed where, in which order.
///
/// @param nodes results, and what the division put between them, in order
/// @param nodeBackends the backend of each
/// @param leaves inputs and the like, in order
/// @param leafBackends the backend of each
record Schedule(List<Tensor> nodes, int[] nodeBackends, List<Tensor> leaves, int[] leafBackends) {
    /// Everything on one backend.
    static Schedule onOne(Tape tape) {
        return new Schedule(
                tape.nodes(),
                new int[tape.nodes().size()],
                tape.leaves(),
                new int[tape.leaves().size()]);
    }
}
