package dev.weighbridge.files.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Collects what a model's message says: tensors wherever they stand, what the nodes do with them, and the
/// metadata.
///
/// Recursion into subgraphs is bounded by the nesting that [WireReader] allows.
final class GraphReader {
    private final WireReader in;
    private final Usage usage = new Usage();
    private final List<TensorProto> initializers = new ArrayList<>();
    private final List<TensorProto> constants = new ArrayList<>();
    private final List<SparseTensor> sparse = new ArrayList<>();
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final Map<String, Object> operatorSets = new TreeMap<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private int nodes;
    private boolean hasGraph;
    private boolean hasTrainingInfo;

    /// A tensor stored by its values and their places.
    record SparseTensor(TensorProto values, TensorProto indices) {}

    GraphReader(WireReader in) {
        this.in = in;
    }

    /// Tensors of the graph and its subgraphs.
    List<TensorProto> initializers() {
        return initializers;
    }

    /// Tensors that `Constant` nodes hold, named for the value they make.
    List<TensorProto> constants() {
        return constants;
    }

    /// Sparse tensors of the graph and its subgraphs.
    List<SparseTensor> sparse() {
        return sparse;
    }

    /// What the nodes do with values.
    Usage usage() {
        return usage;
    }

    /// Producer, operator sets, properties.
    Map<String, Object> metadata() {
        return metadata;
    }

    /// Whether the model carries graphs for training.
    boolean hasTrainingInfo() {
        return hasTrainingInfo;
    }

    /// Reads a whole `ModelProto`.
    void readModel() throws IOException {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> metadata.put("ir_version", in.integer());
                case 2 -> metadata.put("producer_name", in.text());
                case 3 -> metadata.put("producer_version", in.text());
                case 4 -> metadata.put("domain", in.text());
                case 5 -> metadata.put("model_version", in.integer());
                case 7 -> {
                    hasGraph = true;
                    readGraph(true);
                }
                case 8 -> readOperatorSet();
                case 14 -> TensorProto.readPair(in, properties);
                case 20 -> hasTrainingInfo = true;
                case 25 -> readFunction();
                default -> {}
            }
        }
        if (!hasGraph || operatorSets.isEmpty()) {
            throw in.malformed("this is no whole ONNX model: "
                    + (hasGraph ? "the operator sets are missing" : "the graph is missing"));
        }
        metadata.put("opset_import", operatorSets);
        metadata.put("node_count", (long) nodes);
        if (!properties.isEmpty()) {
            metadata.put("metadata_props", properties);
        }
    }

    private void readOperatorSet() throws IOException {
        String domain = "";
        long version = 0;
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> domain = in.text();
                case 2 -> version = in.integer();
                default -> {}
            }
        }
        operatorSets.put(domain.isEmpty() ? "ai.onnx" : domain, version);
    }

    private void readGraph(boolean main) throws IOException {
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> readNode();
                case 2 -> {
                    if (main) {
                        metadata.put("graph_name", in.text());
                    }
                }
                case 5 -> initializers.add(TensorProto.read(in));
                case 15 -> readSparse();
                default -> {}
            }
        }
    }

    private void readFunction() throws IOException {
        in.enter();
        while (in.next()) {
            if (in.field() == 7) {
                readNode();
            }
        }
    }

    private void readNode() throws IOException {
        List<String> inputs = new ArrayList<>();
        Map<String, Long> integers = new HashMap<>();
        String output = "";
        String operator = "";
        String domain = "";
        int before = constants.size();
        in.enter();
        nodes++;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> inputs.add(in.text());
                case 2 -> output = output.isEmpty() ? in.text() : output;
                case 4 -> operator = in.text();
                case 5 -> readAttribute(integers);
                case 7 -> domain = in.text();
                default -> {}
            }
        }
        for (int i = before; i < constants.size(); i++) {
            TensorProto constant = constants.get(i);
            constants.set(i, constant.name().isEmpty() ? constant.named(output) : constant);
        }
        usage.add(domain, operator, inputs, integers);
    }

    private void readAttribute(Map<String, Long> integers) throws IOException {
        String name = "";
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 3 -> integers.put(name, in.integer());
                case 5, 10 -> constants.add(TensorProto.read(in));
                case 6, 11 -> readGraph(false);
                case 22, 23 -> readSparse();
                default -> {}
            }
        }
    }

    private void readSparse() throws IOException {
        TensorProto values = null;
        TensorProto indices = null;
        in.enter();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> values = TensorProto.read(in);
                case 2 -> indices = TensorProto.read(in);
                default -> {}
            }
        }
        if (values == null || indices == null) {
            throw in.malformed("a sparse tensor without values or indices");
        }
        sparse.add(new SparseTensor(values, indices));
    }
}
