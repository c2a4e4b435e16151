package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Portion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records the tensors of a compute graph and the order in which they are computed.
///
/// Methods are named as ggml's operations and give results of the shapes that those do. A tensor is part of the
/// graph from the moment that it, or one made of it, is [#place]d: arguments before results, the first argument
/// first.
final class Tape {
    private final List<Tensor> nodes = new ArrayList<>();
    private final List<Tensor> leaves = new ArrayList<>();
    private int count;

    /// Results in the order of computation.
    List<Tensor> nodes() {
        return nodes;
    }

    /// Inputs, weights and caches in the order of their first use.
    List<Tensor> leaves() {
        return leaves;
    }

    /// Tensors made so far.
    int count() {
        return count;
    }

    /// Puts a tensor and all that it is made of into the graph, if they are not there.
    void place(Tensor tensor) {
        if (tensor.isPlaced) {
            return;
        }
        tensor.isPlaced = true;
        for (Tensor source : tensor.sources) {
            place(source);
        }
        (tensor.operation == Operation.NONE ? leaves : nodes).add(tensor);
    }

    // ---- leaves

    Tensor input(DataType type, long... shape) {
        return leaf(type, Tensor.Storage.INPUT, Portion.HOST, shape);
    }

    Tensor weight(DataType type, int home, long... shape) {
        return leaf(type, Tensor.Storage.WEIGHT, home, shape);
    }

    Tensor cache(DataType type, int home, long... shape) {
        return leaf(type, Tensor.Storage.CACHE, home, shape);
    }

    /// A tensor in the compute buffer that no operation writes before it is filled.
    Tensor blank(DataType type, long... shape) {
        return leaf(type, Tensor.Storage.COMPUTED, Portion.HOST, shape);
    }

    private Tensor leaf(DataType type, Tensor.Storage storage, int home, long... shape) {
        long[] four = four(shape);
        return new Tensor(count++, Operation.NONE, type, four, strides(type, four), storage, home, null);
    }

    /// A copy of a tensor on another device.
    Tensor copyOf(Tensor tensor, boolean kept) {
        Tensor copy = new Tensor(
                count++,
                Operation.NONE,
                tensor.type,
                tensor.shape,
                tensor.strides,
                kept ? Tensor.Storage.INPUT : Tensor.Storage.COMPUTED,
                Portion.HOST,
                null);
        copy.isOutput = kept;
        copy.storedBytes = tensor.storedBytes;
        return copy;
    }

    /// A view that keeps `tensor` in use up to its own place among the nodes.
    Tensor dependency(Tensor tensor) {
        return new Tensor(
                count++,
                Operation.NONE,
                tensor.type,
                tensor.shape,
                tensor.strides,
                Tensor.Storage.COMPUTED,
                Portion.HOST,
                root(tensor),
                tensor);
    }

    // ---- views

    Tensor view(Tensor a, long[] shape, long... upperStrides) {
        long[] four = four(shape);
        long[] strides = strides(a.type, four);
        for (int i = 0; i < upperStrides.length; i++) {
            strides[i + 1] = upperStrides[i];
        }
        for (int i = upperStrides.length + 1; i < 4; i++) {
            strides[i] = strides[i - 1] * four[i - 1];
        }
        return viewed(Operation.VIEW, a, four, strides);
    }

    Tensor reshape(Tensor a, long... shape) {
        long[] four = four(shape);
        return viewed(Operation.RESHAPE, a, four, strides(a.type, four));
    }

    /// Dimension `i` goes to `to[i]`.
    Tensor permute(Tensor a, int... to) {
        long[] shape = new long[4];
        long[] strides = new long[4];
        for (int i = 0; i < 4; i++) {
            shape[to[i]] = a.shape[i];
            strides[to[i]] = a.strides[i];
        }
        return viewed(Operation.PERMUTE, a, shape, strides);
    }

    Tensor transpose(Tensor a) {
        long[] shape = {a.shape[1], a.shape[0], a.shape[2], a.shape[3]};
        long[] strides = {a.strides[1], a.strides[0], a.strides[2], a.strides[3]};
        return viewed(Operation.TRANSPOSE, a, shape, strides);
    }

    private Tensor viewed(Operation operation, Tensor a, long[] shape, long[] strides, Tensor... sources) {
        Tensor[] arguments = sources.length == 0 ? new Tensor[] {a} : sources;
        return new Tensor(
                count++, operation, a.type, shape, strides, Tensor.Storage.COMPUTED, Portion.HOST, root(a), arguments);
    }

    private static Tensor root(Tensor a) {
        return a.viewOf == null ? a : a.viewOf;
    }

    // ---- operations that write into an argument

    /// Rows of `b` written at the rows `rows` of `a`; a view of `a`.
    Tensor setRows(Tensor a, Tensor b, Tensor rows) {
        return viewed(Operation.SET_ROWS, a, a.shape, a.strides, b, rows, a);
    }

    /// `a` copied into `b`; a view of `b`.
    Tensor copy(Tensor a, Tensor b) {
        return viewed(Operation.CPY, b, b.shape, b.strides, a, b);
    }

    /// `a` scaled where it lies.
    Tensor scaleInPlace(Tensor a) {
        return viewed(Operation.SCALE, a, a.shape, a.strides, a);
    }

    // ---- operations with a result like their first argument

    Tensor add(Tensor a, Tensor b) {
        return like(Operation.ADD, a, a, b);
    }

    Tensor sub(Tensor a, Tensor b) {
        return like(Operation.SUB, a, a, b);
    }

    Tensor mul(Tensor a, Tensor b) {
        return like(Operation.MUL, a, a, b);
    }

    Tensor div(Tensor a, Tensor b) {
        return like(Operation.DIV, a, a, b);
    }

    Tensor addId(Tensor a, Tensor b, Tensor ids) {
        return like(Operation.ADD_ID, a, a, b, ids);
    }

    Tensor scale(Tensor a) {
        return like(Operation.SCALE, a, a);
    }

    Tensor clamp(Tensor a) {
        return like(Operation.CLAMP, a, a);
    }

    Tensor fill(Tensor a) {
        return like(Operation.FILL, a, a);
    }

    Tensor sqr(Tensor a) {
        return like(Operation.SQR, a, a);
    }

    Tensor sqrt(Tensor a) {
        return like(Operation.SQRT, a, a);
    }

    Tensor unary(Tensor a) {
        return like(Operation.UNARY, a, a);
    }

    Tensor rope(Tensor a, Tensor positions) {
        return like(Operation.ROPE, a, a, positions);
    }

    Tensor rmsNorm(Tensor a) {
        return like(Operation.RMS_NORM, a, a);
    }

    Tensor fusedRmsNorm(Tensor a, Tensor weights) {
        return like(Operation.FUSED_RMS_NORM, a, a, weights);
    }

    Tensor norm(Tensor a) {
        return like(Operation.NORM, a, a);
    }

    Tensor l2Norm(Tensor a) {
        return like(Operation.L2_NORM, a, a);
    }

    Tensor groupNorm(Tensor a) {
        return like(Operation.GROUP_NORM, a, a);
    }

    Tensor softMax(Tensor a, @Nullable Tensor mask, @Nullable Tensor sinks) {
        return like(Operation.SOFT_MAX, a, arguments(a, mask, sinks));
    }

    Tensor cumsum(Tensor a) {
        return like(Operation.CUMSUM, a, a);
    }

    Tensor tri(Tensor a) {
        return like(Operation.TRI, a, a);
    }

    Tensor glu(Tensor gate, Tensor up) {
        return like(Operation.GLU, gate, gate, up);
    }

    Tensor softCap(Tensor a, @Nullable Tensor mask) {
        return like(Operation.SOFT_CAP, a, arguments(a, mask));
    }

    Tensor fusedMulUnary(Tensor gate, Tensor up) {
        return like(Operation.FUSED_MUL_UNARY, gate, gate, up);
    }

    // ---- operations with a result of their own shape

    Tensor fusedUpGate(Tensor up, Tensor gate, Tensor b) {
        return make(
                Operation.FUSED_UP_GATE,
                DataType.F32,
                shape(up.shape[1], b.shape[1], b.shape[2], b.shape[3]),
                up,
                gate,
                b);
    }

    Tensor fusedUpGateId(Tensor up, Tensor gate, Tensor b, Tensor ids) {
        return make(
                Operation.FUSED_UP_GATE,
                DataType.F32,
                shape(up.shape[1], ids.shape[0], b.shape[2], 1),
                up,
                gate,
                b,
                ids);
    }

    /// The sum over the second dimension of `a`, weighted by `weights` if there are any.
    Tensor multiAdd(Tensor a, @Nullable Tensor weights) {
        return make(Operation.MULTI_ADD, DataType.F32, shape(a.shape[0], a.shape[2]), arguments(a, weights));
    }

    /// The gate and the rest are the halves of the rows of `a`.
    Tensor glu(Tensor a) {
        return make(Operation.GLU, a.type, shape(a.shape[0] / 2, a.shape[1], a.shape[2], a.shape[3]), a);
    }

    Tensor mulMat(Tensor a, Tensor b) {
        return make(Operation.MUL_MAT, DataType.F32, shape(a.shape[1], b.shape[1], b.shape[2], b.shape[3]), a, b);
    }

    Tensor mulMatId(Tensor experts, Tensor b, Tensor ids) {
        return make(
                Operation.MUL_MAT_ID,
                DataType.F32,
                shape(experts.shape[1], ids.shape[0], b.shape[2], 1),
                experts,
                b,
                ids);
    }

    Tensor getRows(Tensor a, Tensor rows) {
        DataType type = a.type == DataType.I32 ? DataType.I32 : DataType.F32;
        return make(Operation.GET_ROWS, type, shape(a.shape[0], rows.shape[0], rows.shape[1], rows.shape[2]), a, rows);
    }

    Tensor cast(Tensor a, DataType type) {
        return make(Operation.CPY, type, a.shape, a);
    }

    Tensor cont(Tensor a) {
        return make(Operation.CONT, a.type, a.shape, a);
    }

    Tensor cont(Tensor a, long... shape) {
        return make(Operation.CONT, a.type, four(shape), a);
    }

    Tensor concat(Tensor a, Tensor b, int dimension) {
        long[] shape = a.shape.clone();
        shape[dimension] += b.shape[dimension];
        return make(Operation.CONCAT, a.type, shape, a, b);
    }

    Tensor repeat(Tensor a, long... shape) {
        return make(Operation.REPEAT, a.type, four(shape), a);
    }

    Tensor pad(Tensor a, long... more) {
        long[] shape = a.shape.clone();
        for (int i = 0; i < more.length; i++) {
            shape[i] += more[i];
        }
        return make(Operation.PAD, a.type, shape, a);
    }

    Tensor sumRows(Tensor a) {
        return make(Operation.SUM_ROWS, a.type, shape(1, a.shape[1], a.shape[2], a.shape[3]), a);
    }

    Tensor argsort(Tensor a) {
        return make(Operation.ARGSORT, DataType.I32, a.shape, a);
    }

    /// The first `k` of an argsort, as a view.
    Tensor argsortTop(Tensor a, long k) {
        Tensor sorted = argsort(a);
        return view(
                sorted,
                shape(k, sorted.shape[1], sorted.shape[2], sorted.shape[3]),
                sorted.strides[1],
                sorted.strides[2],
                sorted.strides[3]);
    }

    Tensor topK(Tensor a, long k) {
        return make(Operation.TOP_K, DataType.I32, shape(k, a.shape[1], a.shape[2], a.shape[3]), a);
    }

    Tensor diag(Tensor a) {
        return make(Operation.DIAG, a.type, shape(a.shape[0], a.shape[0], a.shape[2], a.shape[3]), a);
    }

    Tensor solveTri(Tensor a, Tensor b) {
        return make(Operation.SOLVE_TRI, DataType.F32, b.shape, a, b);
    }

    Tensor flashAttention(Tensor q, Tensor k, Tensor v, Tensor mask, @Nullable Tensor sinks) {
        return make(
                Operation.FLASH_ATTN_EXT,
                DataType.F32,
                shape(v.shape[0], q.shape[2], q.shape[1], q.shape[3]),
                arguments(q, k, v, mask, sinks));
    }

    /// A result of any shape.
    Tensor make(Operation operation, DataType type, long[] shape, Tensor... sources) {
        long[] four = four(shape);
        return new Tensor(
                count++,
                operation,
                type,
                four,
                strides(type, four),
                Tensor.Storage.COMPUTED,
                Portion.HOST,
                null,
                sources);
    }

    private Tensor like(Operation operation, Tensor a, Tensor... sources) {
        return make(operation, a.type, a.shape, sources);
    }

    private static Tensor[] arguments(@Nullable Tensor... all) {
        List<Tensor> present = new ArrayList<>(all.length);
        for (Tensor tensor : all) {
            if (tensor != null) {
                present.add(tensor);
            }
        }
        return present.toArray(Tensor[]::new);
    }

    static long[] shape(long... sizes) {
        return sizes;
    }

    private static long[] four(long... sizes) {
        if (sizes.length == 4) {
            return sizes;
        }
        long[] four = {1, 1, 1, 1};
        System.arraycopy(sizes, 0, four, 0, sizes.length);
        return four;
    }

    private static long[] strides(DataType type, long[] shape) {
        long row = shape[0] / type.blockElements() * type.blockBytes();
        return new long[] {type.blockBytes(), row, row * shape[1], row * shape[1] * shape[2]};
    }
}
