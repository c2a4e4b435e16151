package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.figure.Basis;
import java.util.List;

/// What a ggml runtime reserves for the intermediate results of one micro-batch.
///
/// @param devices bytes on each device
/// @param host bytes in main memory; all of them where there is no device
/// @param basis [Basis#EXACT] where the graph itself was laid out, [Basis#ESTIMATED] where a law of its largest moment
///     stands for it
/// @param derivation what the largest buffer is made of, one line
public record ComputeBuffers(List<Long> devices, long host, Basis basis, String derivation) {
    /// Copies the list.
    public ComputeBuffers {
        devices = List.copyOf(devices);
    }

    /// The buffers of a model.
    public static ComputeBuffers of(Anatomy model, GraphSettings settings, Residence residence) {
        try {
            Tape tape = ModelGraph.of(model, settings, residence);
            long[] sizes = GraphLayout.sizes(Schedule.onOne(tape), List.of(Backend.PROCESSOR), tape.count());
            return new ComputeBuffers(List.of(), sizes[0], Basis.EXACT, "graph of " + tape.nodes().size() + " nodes");
        } catch (NoGraphException unknown) {
            return LargestMoment.of(model, settings, residence);
        }
    }
}
