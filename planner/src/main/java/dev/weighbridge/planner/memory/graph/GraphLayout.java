package dev.weighbridge.planner.memory.graph;

import java.util.List;

/// Lays a graph out in memory as ggml's graph allocator does, and so finds how large its buffers are.
///
/// Leaves and inputs are given room first. Then each result in turn: where its operation can work in place, it
/// takes over the room of the first argument of the same layout that nobody reads after it, that no view shows
/// and that is no output; otherwise it is given room ([FreeSpace]). After it, arguments that were read for the
/// last time give theirs back. A tensor with views lives as long as one of them is read. (ggml v0.5.0,
/// `ggml-alloc.c`, described there and here in words.)
final class GraphLayout {
    private final List<Backend> backends;
    private final FreeSpace[] spaces;
    private final int[] readers;
    private final int[] views;
    private final boolean[] held;
    private final int[] place;
    private final long[] addresses;

    private GraphLayout(List<Backend> backends, int tensors) {
        this.backends = backends;
        spaces = new FreeSpace[backends.size()];
        for (int i = 0; i < spaces.length; i++) {
            spaces[i] = new FreeSpace(backends.get(i).alignment(), Long.MAX_VALUE);
        }
        readers = new int[tensors];
        views = new int[tensors];
        held = new boolean[tensors];
        place = new int[tensors];
        addresses = new long[tensors];
    }

    /// Bytes of the buffer of each backend.
    ///
    /// @param tensors how many the tape made
    static long[] sizes(Schedule schedule, List<Backend> backends, int tensors) {
        GraphLayout layout = new GraphLayout(backends, tensors);
        layout.lay(schedule);
        long[] sizes = new long[backends.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = layout.spaces[i].grown();
        }
        return sizes;
    }

    private void lay(Schedule schedule) {
        List<Tensor> leaves = schedule.leaves();
        for (int i = 0; i < leaves.size(); i++) {
            hold(leaves.get(i), schedule.leafBackends()[i]);
        }
        List<Tensor> nodes = schedule.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Tensor node = nodes.get(i);
            int backend = schedule.nodeBackends()[i];
            if (node.viewOf != null && node.operation != Operation.NONE) {
                views[node.viewOf.index]++;
            }
            if (node.isInput()) {
                hold(node, backend);
            }
            for (Tensor source : node.sources) {
                readers[source.index]++;
                if (source.isInput()) {
                    hold(source, backend);
                }
            }
        }
        for (int i = 0; i < nodes.size(); i++) {
            Tensor node = nodes.get(i);
            int backend = schedule.nodeBackends()[i];
            for (Tensor source : node.sources) {
                hold(source, backend);
            }
            hold(node, backend);
            for (Tensor source : node.sources) {
                read(source);
            }
        }
    }

    private void hold(Tensor tensor, int backend) {
        if (tensor.isView() || tensor.isExternal() || held[tensor.index]) {
            return;
        }
        held[tensor.index] = true;
        if (tensor.operation.isInPlace() && takeOver(tensor)) {
            return;
        }
        place[tensor.index] = backend;
        addresses[tensor.index] = spaces[backend].take(backends.get(backend).bytes(tensor));
    }

    private boolean takeOver(Tensor tensor) {
        for (Tensor source : tensor.sources) {
            int at = source.index;
            if (held[at] && !source.isOutput && readers[at] == 1 && views[at] == 0 && source.hasLayoutOf(tensor)) {
                place[tensor.index] = place[at];
                addresses[tensor.index] = addresses[at];
                held[at] = false;
                return true;
            }
        }
        return false;
    }

    private void read(Tensor source) {
        readers[source.index]--;
        if (readers[source.index] != 0 || views[source.index] != 0) {
            return;
        }
        if (source.viewOf == null) {
            release(source);
        } else {
            Tensor root = source.viewOf;
            views[root.index]--;
            if (views[root.index] == 0 && readers[root.index] == 0) {
                release(root);
            }
        }
    }

    private void release(Tensor tensor) {
        if (held[tensor.index] && !tensor.isOutput) {
            int backend = place[tensor.index];
            spaces[backend].release(
                    addresses[tensor.index], backends.get(backend).bytes(tensor));
            held[tensor.index] = false;
        }
    }
}
