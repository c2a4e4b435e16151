package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.planner.memory.Portion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Divides a graph among devices and the processor as ggml's scheduler does, so that each part can be laid out
/// in its own buffer.
///
/// What lies somewhere is computed there: a weight draws its operation to its device, an input stays with the
/// processor. Devices then spread to the neighbours that nothing draws, up and down; what is left goes to the
/// processor's neighbours, or where most arguments are. A run of operations on one backend is a split; what a
/// split reads from elsewhere is copied to it first. With pipeline parallelism every input and every copy
/// exists four times. (ggml v0.5.0, `ggml-backend.cpp`.)
final class Division {
    private static final int NOWHERE = -1;
    private static final int PIPELINE_COPIES = 4;
    /// Tokens from which a product with weights in main memory is worth computing on a device (ggml-cuda).
    private static final long OFFLOADED_BATCH = 32;

    private final Tape tape;
    private final Residence residence;
    private final boolean offloads;
    private final boolean fork;
    private final int host;
    private final int copies;
    private final List<Tensor> nodes;
    private int[] places = new int[0];

    private Division(Tape tape, Residence residence, GraphSettings settings) {
        this.tape = tape;
        this.residence = residence;
        this.offloads = settings.offloadsOperations();
        this.fork = settings.dialect().isFork();
        this.host = residence.deviceCount();
        this.copies = residence.isPipelined(settings) ? PIPELINE_COPIES : 1;
        this.nodes = tape.nodes();
    }

    /// A graph divided; the devices are the first backends, the processor is the last.
    ///
    static Schedule of(Tape tape, Residence residence, GraphSettings settings) {
        Division division = new Division(tape, residence, settings);
        division.place();
        return division.split();
    }

    // ---- places

    private void place() {
        places = new int[tape.count()];
        Arrays.fill(places, NOWHERE);
        for (Tensor leaf : tape.leaves()) {
            places[leaf.index] = drawn(leaf);
        }
        for (Tensor node : nodes) {
            places[node.index] = pinned(node) ? backend(residence.deviceOf(node.pinnedLayer)) : drawn(node);
        }
        spread(true, false);
        spread(true, true);
        spread(false, false);
        spread(false, true);
        for (Tensor node : nodes) {
            if (!node.operation.isView() && places[node.index] == NOWHERE) {
                places[node.index] = mostArguments(node);
            }
        }
        for (Tensor node : nodes) {
            if (node.viewOf != null && places[node.index] == NOWHERE) {
                places[node.index] = places[node.viewOf.index];
            }
            for (Tensor source : node.sources) {
                if (places[source.index] == NOWHERE) {
                    places[source.index] = source.viewOf == null ? places[node.index] : places[source.viewOf.index];
                }
            }
            if (places[node.index] == NOWHERE) {
                places[node.index] = 0;
            }
        }
    }

    private boolean pinned(Tensor node) {
        boolean all = residence.outputDevice() != Portion.HOST && residence.isWhole();
        return node.pinnedLayer >= 0 && (all || node.size(1) < OFFLOADED_BATCH);
    }

    private int backend(int device) {
        return device == Portion.HOST ? host : device;
    }

    private int drawn(Tensor tensor) {
        Tensor root = tensor.viewOf == null ? tensor : tensor.viewOf;
        if (root.isExternal()) {
            return backend(root.home);
        }
        if (tensor.isInput()) {
            return host;
        }
        boolean readsTable = tensor.operation == Operation.ROPE || tensor.operation == Operation.FLASH_ATTN_EXT;
        if (readsTable && !fork) {
            return NOWHERE;
        }
        for (Tensor source : tensor.sources) {
            if (source.storage == Tensor.Storage.WEIGHT) {
                int at = backend(source.home);
                boolean moves = at == host && offloads && host > 0 && isLarge(tensor);
                return moves ? 0 : at;
            }
        }
        return NOWHERE;
    }

    private boolean isLarge(Tensor tensor) {
        return fork ? isLargeForFork(tensor) : isLargeBatch(tensor);
    }

    private static boolean isLargeBatch(Tensor tensor) {
        long batch = switch (tensor.operation) {
            case GET_ROWS -> 0;
            case MUL_MAT -> tensor.size(1);
            case MUL_MAT_ID, ROPE -> tensor.size(2);
            default -> tensor.rows();
        };
        return batch >= OFFLOADED_BATCH;
    }

    /// ik_llama.cpp asks that an expert meet as many tokens as a dense matrix would have to (PR 520).
    private static boolean isLargeForFork(Tensor tensor) {
        Tensor matrix = tensor.sources[0];
        boolean routed = tensor.operation == Operation.MUL_MAT_ID
                || (tensor.operation == Operation.FUSED_UP_GATE && matrix.size(2) > 1);
        if (routed) {
            return tensor.size(2) >= OFFLOADED_BATCH
                    && tensor.size(2) * tensor.size(1) >= OFFLOADED_BATCH * matrix.size(2);
        }
        return tensor.operation != Operation.GET_ROWS && tensor.size(1) >= OFFLOADED_BATCH;
    }

    /// @param devicesOnly whether the processor stops the spreading rather than takes part
    private void spread(boolean devicesOnly, boolean upwards) {
        int current = NOWHERE;
        for (int i = 0; i < nodes.size(); i++) {
            Tensor node = nodes.get(upwards ? nodes.size() - 1 - i : i);
            if (node.operation.isView()) {
                continue;
            }
            int at = places[node.index];
            if (at != NOWHERE) {
                current = devicesOnly && at == host ? NOWHERE : at;
            } else if (current != NOWHERE && supports(current, node)) {
                places[node.index] = current;
            }
        }
    }

    /// A device computes nothing that reads the memory of another.
    private boolean supports(int backend, Tensor node) {
        if (backend == host) {
            return true;
        }
        for (Tensor source : node.sources) {
            Tensor root = source.viewOf == null ? source : source.viewOf;
            if (root.isExternal() && root.home != Portion.HOST && root.home != backend) {
                return false;
            }
        }
        return true;
    }

    private int mostArguments(Tensor node) {
        int best = NOWHERE;
        int most = -1;
        for (int backend = 0; backend <= host; backend++) {
            if (!supports(backend, node)) {
                continue;
            }
            int count = 0;
            for (Tensor source : node.sources) {
                count += reads(backend, source) ? 1 : 0;
            }
            if (count > most) {
                most = count;
                best = backend;
            }
        }
        return best;
    }

    private boolean reads(int backend, Tensor source) {
        Tensor root = source.viewOf == null ? source : source.viewOf;
        int at = root.isExternal() ? backend(root.home) : places[source.index];
        at = at == NOWHERE ? places[root.index] : at;
        return at == backend;
    }

    // ---- splits

    /// A run of operations on one backend and what is copied to it.
    private record Split(int backend, int start, List<Tensor> inputs) {}

    private Schedule split() {
        Tensor[][] copied = new Tensor[host + 1][tape.count()];
        boolean[] multiplied = new boolean[tape.count()];
        List<Tensor> multipliedInputs = new ArrayList<>();
        List<Split> splits = new ArrayList<>();
        Split current = new Split(first(), 0, new ArrayList<>());
        splits.add(current);
        for (int i = 0; i < nodes.size(); i++) {
            Tensor node = nodes.get(i);
            if (node.operation.isView()) {
                continue;
            }
            int at = places[node.index];
            if (at != current.backend() || bringsWeights(node, current)) {
                current = new Split(at, i, new ArrayList<>());
                splits.add(current);
            }
            for (int j = 0; j < node.sources.length; j++) {
                Tensor source = node.sources[j];
                int from = places[source.index];
                if (copies > 1 && source.isInput() && !multiplied[source.index]) {
                    multiplied[source.index] = true;
                    source.isOutput = true;
                    multipliedInputs.add(source);
                }
                if (from != at && !reads(at, source)) {
                    Tensor copy = copied[at][source.index];
                    if (copy == null) {
                        copy = tape.copyOf(source, copies > 1);
                        copied[at][source.index] = copy;
                        current.inputs().add(source);
                    }
                    node.sources[j] = copy;
                }
            }
        }
        return schedule(splits, copied, multipliedInputs);
    }

    private int first() {
        for (Tensor node : nodes) {
            if (!node.operation.isView()) {
                return places[node.index];
            }
        }
        return host;
    }

    /// Whether it needs weights from elsewhere in a split that has copied something: a new one then lets the
    /// room of the copies be used again.
    private boolean bringsWeights(Tensor node, Split current) {
        if (current.inputs().isEmpty()) {
            return false;
        }
        for (Tensor source : node.sources) {
            boolean away = source.storage == Tensor.Storage.WEIGHT && !reads(current.backend(), source);
            if (away) {
                return true;
            }
        }
        return false;
    }

    private Schedule schedule(List<Split> splits, Tensor[][] copied, List<Tensor> multipliedInputs) {
        List<Tensor> order = new ArrayList<>(nodes.size() + 64);
        List<Integer> orderPlaces = new ArrayList<>(nodes.size() + 64);
        for (int s = 0; s < splits.size(); s++) {
            Split split = splits.get(s);
            for (Tensor input : split.inputs()) {
                order.add(tape.dependency(input));
                orderPlaces.add(places[input.index]);
                order.add(copied[split.backend()][input.index]);
                orderPlaces.add(split.backend());
            }
            int end = s + 1 < splits.size() ? splits.get(s + 1).start() : nodes.size();
            for (int i = split.start(); i < end; i++) {
                order.add(nodes.get(i));
                orderPlaces.add(places[nodes.get(i).index]);
            }
        }
        List<Tensor> leaves = new ArrayList<>();
        List<Integer> leafPlaces = new ArrayList<>();
        if (copies > 1) {
            for (Tensor input : multipliedInputs) {
                addCopies(input, places[input.index], leaves, leafPlaces);
            }
            for (Split split : splits) {
                for (Tensor input : split.inputs()) {
                    addCopies(copied[split.backend()][input.index], split.backend(), leaves, leafPlaces);
                }
            }
        }
        for (Tensor leaf : tape.leaves()) {
            leaves.add(leaf);
            leafPlaces.add(places[leaf.index]);
        }
        return new Schedule(order, ints(orderPlaces), leaves, ints(leafPlaces));
    }

    private void addCopies(Tensor tensor, int place, List<Tensor> leaves, List<Integer> leafPlaces) {
        leaves.add(tensor);
        leafPlaces.add(place);
        for (int i = 1; i < copies; i++) {
            leaves.add(tape.copyOf(tensor, true));
            leafPlaces.add(place);
        }
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
