package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What a ggml runtime reserves for the intermediate results of one micro-batch.
///
/// @param devices bytes on each device
/// @param host bytes in main memory; all of them where there is no device
/// @param basis [Basis#EXACT] where the graph itself was laid out, [Basis#ESTIMATED] where a law of its largest
///     moment stands for it
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
            int nodes = tape.nodes().size();
            List<Backend> backends = new ArrayList<>(Collections.nCopies(residence.deviceCount(), Backend.ACCELERATOR));
            backends.add(Backend.PROCESSOR);
            Schedule schedule =
                    residence.deviceCount() == 0 ? Schedule.onOne(tape) : Division.of(tape, residence, settings);
            long[] sizes = GraphLayout.sizes(schedule, backends, tape.count());
            List<Long> devices =
                    Arrays.stream(sizes).limit(residence.deviceCount()).boxed().toList();
            return new ComputeBuffers(
                    devices, sizes[residence.deviceCount()], Basis.EXACT, "graph of " + nodes + " nodes");
        } catch (NoGraphException unknown) {
            return LargestMoment.of(model, settings, residence);
        }
    }
}
