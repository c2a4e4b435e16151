package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.memory.Portion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What every part of a graph under construction shares: the tape, the settings, the inputs and where the layer
/// at hand lies.
final class GraphContext {
    final Tape tape = new Tape();
    final GraphSettings settings;
    final Residence residence;
    final Dialect dialect;
    final GraphFacts facts;
    final GraphInputs inputs;
    final long tokens;
    private int layer = -1;
    private int home = Portion.HOST;

    private final List<Weight> weights;
    private @Nullable Map<String, Weight> weightsByName;

    GraphContext(GraphSettings settings, Residence residence, Anatomy model) {
        this(settings, residence, GraphFacts.of(model), model.weights());
    }

    private GraphContext(GraphSettings settings, Residence residence, GraphFacts facts, List<Weight> weights) {
        this.weights = weights;
        this.facts = facts;
        this.settings = settings;
        this.residence = residence;
        this.dialect = settings.dialect();
        // a micro-batch holds equally many tokens of every sequence
        long perSequence = (settings.tokens() + settings.sequences() - 1) / settings.sequences();
        this.tokens = dialect.isFork() ? settings.tokens() : perSequence * settings.sequences();
        this.inputs = new GraphInputs(tape, settings, tokens);
    }

    /// Goes on in a layer.
    void enter(int number) {
        layer = number;
        home = residence.deviceOf(number);
    }

    /// Goes on before the layers, whose weights are in main memory.
    void enterInput() {
        layer = -1;
        home = Portion.HOST;
    }

    /// Goes on after the layers.
    void enterOutput() {
        layer = -1;
        home = residence.outputDevice();
    }

    int layer() {
        return layer;
    }

    /// The device of the layer at hand, or [Portion#HOST].
    int home() {
        return home;
    }

    /// A weight of the layer at hand.
    ///
    /// @param stem of its name in a GGUF file (`attn_q`)
    Tensor weight(String stem, long... shape) {
        return stored(tape.weight(DataType.F16, home, shape), stem);
    }

    /// The matrices of all experts of the layer at hand.
    Tensor experts(String stem, long... shape) {
        return stored(tape.weight(DataType.F16, expertHome(), shape), stem);
    }

    /// The shifts of all experts of the layer at hand.
    Tensor expertVector(long... shape) {
        return tape.weight(DataType.F32, expertHome(), shape);
    }

    private int expertHome() {
        return layer < residence.hostExpertLayers() ? Portion.HOST : home;
    }

    /// What a weight takes matters where it may have to be copied to a device.
    private Tensor stored(Tensor tensor, String stem) {
        if (tensor.home == Portion.HOST && residence.deviceCount() > 0) {
            String name = (layer < 0 ? "" : "blk." + layer + ".") + stem + ".weight";
            Weight weight = byName().get(name);
            tensor.storedBytes = weight == null ? 0 : residence.weightBytes().applyAsLong(weight);
        }
        return tensor;
    }

    /// Whether a matrix is kept in less than 16 bits a number.
    boolean isQuantised(String stem, Linear matrix) {
        Weight weight = byName().get((layer < 0 ? "" : "blk." + layer + ".") + stem + ".weight");
        long bytes = weight == null ? 0 : residence.weightBytes().applyAsLong(weight);
        return bytes > 0 && bytes < 2 * matrix.in() * matrix.out();
    }

    private Map<String, Weight> byName() {
        Map<String, Weight> known = weightsByName;
        if (known == null) {
            known = new HashMap<>();
            for (Weight weight : weights) {
                known.putIfAbsent(weight.name(), weight);
            }
            weightsByName = known;
        }
        return known;
    }

    /// A small weight that is kept in full precision.
    Tensor vector(long... shape) {
        return tape.weight(DataType.F32, home, shape);
    }

    /// `W x`.
    Tensor multiply(String stem, Linear linear, Tensor x) {
        return tape.mulMat(weight(stem, linear.in(), linear.out()), x);
    }

    /// `W x + b`.
    Tensor apply(String stem, Linear linear, Tensor x) {
        Tensor y = multiply(stem, linear, x);
        return linear.bias() ? tape.add(y, vector(linear.out())) : y;
    }

    /// A norm; where it has a scale or shift, its first step is computed where its layer is.
    Tensor norm(Norm norm, Tensor x) {
        return norm(norm, x, layer);
    }

    Tensor norm(Norm norm, Tensor x, int pinned) {
        boolean isRootMeanSquare = norm.kind() == Norm.Kind.RMS || norm.kind() == Norm.Kind.RMS_OFFSET;
        if (dialect.isFork() && isRootMeanSquare && norm.scale()) {
            Tensor fused = tape.fusedRmsNorm(x, weights(norm));
            return norm.bias() ? tape.add(fused, vector(norm.width())) : fused;
        }
        Tensor y = switch (norm.kind()) {
            case RMS, RMS_OFFSET -> tape.rmsNorm(x);
            case LAYER, LAYER_OFFSET -> facts.has(Quirk.RMS_FOR_LAYER_NORM) ? tape.rmsNorm(x) : tape.norm(x);
            case AFFINE, BATCH, GROUP -> throw new NoGraphException("norm " + norm.kind());
        };
        if (norm.scale() || norm.bias()) {
            y.pinnedLayer = pinned;
        }
        if (norm.scale()) {
            y = tape.mul(y, weights(norm));
        }
        return norm.bias() ? tape.add(y, vector(norm.width())) : y;
    }

    private Tensor weights(Norm norm) {
        return norm.heads() > 0 ? vector(norm.width(), norm.heads()) : vector(norm.width());
    }

    static @Nullable Linear linear(List<Part> parts, Slot slot) {
        return Part.find(parts, slot).orElse(null) instanceof Linear linear ? linear : null;
    }

    static Linear required(List<Part> parts, Slot slot) {
        if (linear(parts, slot) instanceof Linear linear) {
            return linear;
        }
        throw new NoGraphException("no matrix " + slot);
    }

    static @Nullable Norm norm(List<Part> parts, Slot slot) {
        return Part.find(parts, slot).orElse(null) instanceof Norm norm ? norm : null;
    }

    static boolean has(List<Part> parts, Slot slot) {
        return Part.find(parts, slot).isPresent();
    }

    static NoGraphException unknown(Block block) {
        return new NoGraphException(block.getClass().getSimpleName() + " " + block.name());
    }
}
