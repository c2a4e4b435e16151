package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Call;
import dev.weighbridge.files.pytorch.PickleValue.Dict;
import dev.weighbridge.files.pytorch.PickleValue.Int;
import dev.weighbridge.files.pytorch.PickleValue.Sequence;
import dev.weighbridge.files.pytorch.PickleValue.Text;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.error.MalformedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tensors of a pickle in the tree of containers that hold them; what holds none is pruned.
///
/// Containers are dictionaries, lists, and objects with their attributes. Each is visited once, wherever else it
/// is referred to, and their nesting is bounded, so a pickle that shares or holds itself costs no more than its
/// length.
final class TensorTree {
    private static final int MAX_DEPTH = 100;

    /// Findings beyond this number repeat what the first ones say.
    static final int MAX_FINDINGS = 1000;

    /// Where a value stands; spelled out only for messages.
    private record Path(@Nullable Path parent, String key) {
        static final Path ROOT = new Path(null, "");

        String text() {
            return parent == null || parent.parent == null ? key : parent.text() + "." + key;
        }
    }

    /// A tensor or a container of some.
    sealed interface Node {}

    record Leaf(TensorValue tensor) implements Node {}

    /// @param module whether it is an object, whose attributes all belong to one model
    record Branch(Map<String, Node> children, boolean module) implements Node {
        double elements() {
            double sum = 0;
            for (Node child : children.values()) {
                sum += switch (child) {
                    case Leaf(TensorValue tensor) -> product(tensor);
                    case Branch branch -> branch.elements();
                };
            }
            return sum;
        }

        long tensors() {
            long sum = 0;
            for (Node child : children.values()) {
                sum += switch (child) {
                    case Leaf leaf -> 1;
                    case Branch branch -> branch.tensors();
                };
            }
            return sum;
        }

        /// In floating point, since nothing is checked yet and shapes only compete here.
        private static double product(TensorValue tensor) {
            double product = 1;
            for (long dimension : tensor.shape().toArray()) {
                product *= dimension;
            }
            return product;
        }
    }

    private final String file;
    private final TensorBuilder builder;
    private final Set<PickleValue> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Finding> findings = new ArrayList<>();
    private final @Nullable Node root;

    private TensorTree(PickleValue root, String file) {
        this.file = file;
        this.builder = new TensorBuilder(file);
        this.root = visit(root, Path.ROOT, 0);
    }

    /// The tree under `root`.
    ///
    /// @param file the file's name, for messages
    /// @throws MalformedException if a tensor's description is broken, or containers are nested too deep
    static TensorTree of(PickleValue root, String file) {
        return new TensorTree(root, file);
    }

    /// Its root; null where there is no tensor at all.
    @Nullable
    Node root() {
        return root;
    }

    /// What is unusual, by the whole path of the tensor concerned.
    List<Finding> findings() {
        return findings;
    }

    private @Nullable Node visit(PickleValue value, Path path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedException(file + ": containers are nested more than " + MAX_DEPTH + " deep");
        }
        return switch (value) {
            case Dict dict when visited.add(dict) -> branch(entries(dict), false, path, depth);
            case Sequence sequence when visited.add(sequence) -> branch(indexed(sequence.items()), false, path, depth);
            case Call call -> visitCall(call, path, depth);
            default -> null;
        };
    }

    private @Nullable Node visitCall(Call call, Path path, int depth) {
        TensorValue tensor = builder.tensor(call);
        if (tensor != null) {
            noteQuantizer(call, path);
            return new Leaf(tensor);
        }
        if (TensorBuilder.isArray(call)) {
            doubt(Finding.Kind.IRREGULAR, path, "is a NumPy array of objects or of escaped text, and is not listed");
            return null;
        }
        return switch (call.function()) {
            case "torch._utils._rebuild_parameter",
                    "torch._utils._rebuild_parameter_with_state",
                    "torch._utils._rebuild_nested_tensor",
                    "torch._utils._rebuild_xla_tensor",
                    "torch._utils._rebuild_device_tensor_from_numpy",
                    "torch._utils._rebuild_device_tensor_from_cpu_tensor" -> visitArgument(call, 0, path, depth);
            case "torch._utils._rebuild_sparse_tensor" -> sparse(call, path, depth);
            case "torch._tensor._rebuild_from_type", "torch._tensor._rebuild_from_type_v2" ->
                subclass(call, path, depth);
            default -> visited.add(call) ? container(call, path, depth) : null;
        };
    }

    private @Nullable Node visitArgument(Call call, int index, Path path, int depth) {
        PickleValue argument = call.argument(index);
        return argument == null ? null : visit(argument, path, depth + 1);
    }

    /// `(layout, (indices, values, size, …))`, with compressed and plain indices apart in the compressed layouts.
    private @Nullable Node sparse(Call call, Path path, int depth) {
        if (!(call.argument(1) instanceof Sequence(List<PickleValue> data)) || data.size() < 3) {
            throw new MalformedException(file + ": sparse tensor " + path.text() + " without its parts");
        }
        boolean coordinates = !isTensor(data.get(2));
        String[] names = coordinates
                ? new String[] {"indices", "values"}
                : new String[] {"compressed_indices", "plain_indices", "values"};
        Map<String, PickleValue> parts = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            parts.put(names[i], data.get(i));
        }
        doubt(Finding.Kind.IRREGULAR, path, "is sparse; listed by its stored values and their indices");
        for (String part : names) {
            if (!part.equals("values")) {
                Path places = new Path(path, part);
                doubt(Finding.Kind.NOT_A_PARAMETER, places, "holds the places of a sparse tensor's values");
            }
        }
        return branch(parts, true, path, depth);
    }

    private boolean isTensor(PickleValue value) {
        return value instanceof Call call && builder.tensor(call) != null;
    }

    /// A tensor subclass: what its function rebuilds, or the tensors that it keeps as attributes.
    private @Nullable Node subclass(Call call, Path path, int depth) {
        PickleValue function = call.argument(0);
        PickleValue arguments = call.argument(2);
        if (function != null && arguments != null) {
            Node node = visit(new Call(function, arguments), path, depth + 1);
            if (node != null) {
                return node;
            }
        }
        return visitArgument(call, 3, path, depth);
    }

    private @Nullable Node container(Call call, Path path, int depth) {
        if (!call.entries.isEmpty()) {
            return branch(entries(call.entries), false, path, depth);
        }
        if (!call.items.isEmpty()) {
            return branch(indexed(call.items), false, path, depth);
        }
        if (call.state instanceof Dict state) {
            return module(state, path, depth);
        }
        if (call.function().equals("collections.OrderedDict")
                && call.argument(0) instanceof Sequence(List<PickleValue> pairs)) {
            return branch(paired(pairs), false, path, depth);
        }
        return null;
    }

    /// The attributes of an object; of an `nn.Module` its parameters, its persistent buffers and its children.
    private @Nullable Node module(Dict state, Path path, int depth) {
        PickleValue parameters = state.get("_parameters");
        PickleValue modules = state.get("_modules");
        if (parameters == null || modules == null) {
            return branch(entries(state), true, path, depth);
        }
        Map<String, PickleValue> members = new LinkedHashMap<>(children(parameters));
        PickleValue buffers = state.get("_buffers");
        if (buffers != null) {
            Map<String, PickleValue> persistent = new LinkedHashMap<>(children(buffers));
            persistent.keySet().removeAll(texts(state.get("_non_persistent_buffers_set")));
            members.putAll(persistent);
        }
        members.putAll(children(modules));
        return branch(members, true, path, depth);
    }

    private static Map<String, PickleValue> children(PickleValue container) {
        return switch (container) {
            case Dict dict -> entries(dict);
            case Call call
            when call.entries.isEmpty() && call.argument(0) instanceof Sequence(List<PickleValue> pairs) ->
                paired(pairs);
            case Call call -> entries(call.entries);
            default -> Map.of();
        };
    }

    /// The texts of a set, which protocol 2 writes as `set([…])`.
    private static List<String> texts(@Nullable PickleValue value) {
        PickleValue items = value instanceof Call call ? call.argument(0) : value;
        List<String> texts = new ArrayList<>();
        if (items instanceof Sequence(List<PickleValue> members)) {
            for (PickleValue member : members) {
                if (member instanceof Text text) {
                    texts.add(text.value());
                }
            }
        }
        return texts;
    }

    private @Nullable Branch branch(Map<String, PickleValue> members, boolean module, Path path, int depth) {
        Map<String, Node> children = new LinkedHashMap<>();
        members.forEach((key, value) -> {
            Node node = visit(value, new Path(path, key), depth + 1);
            if (node != null) {
                children.put(key, node);
            }
        });
        return children.isEmpty() ? null : new Branch(children, module);
    }

    private static Map<String, PickleValue> entries(Dict dict) {
        Map<String, PickleValue> entries = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys.size(); i++) {
            entries.put(key(dict.keys.get(i), i), dict.values.get(i));
        }
        return entries;
    }

    private static Map<String, PickleValue> indexed(List<PickleValue> items) {
        Map<String, PickleValue> entries = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            entries.put(Integer.toString(i), items.get(i));
        }
        return entries;
    }

    private static Map<String, PickleValue> paired(List<PickleValue> pairs) {
        Map<String, PickleValue> entries = new LinkedHashMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i) instanceof Sequence(List<PickleValue> items) && items.size() == 2) {
                entries.put(key(items.get(0), i), items.get(1));
            }
        }
        return entries;
    }

    private static String key(PickleValue key, int index) {
        return switch (key) {
            case Text text -> text.value();
            case Int(long number) -> Long.toString(number);
            default -> "(" + index + ")";
        };
    }

    private void noteQuantizer(Call call, Path path) {
        if (call.function().equals("torch._utils._rebuild_qtensor")
                && call.argument(4) instanceof Sequence(List<PickleValue> quantizer)
                && !quantizer.isEmpty()) {
            boolean perChannel = quantizer.stream().anyMatch(this::isTensor);
            doubt(
                    Finding.Kind.PACKED,
                    path,
                    perChannel
                            ? "is quantized per channel; its scales and zero points are not listed"
                            : "is quantized with one scale");
        }
    }

    private void doubt(Finding.Kind kind, Path path, String message) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(kind, path.text(), message));
        }
    }
}
