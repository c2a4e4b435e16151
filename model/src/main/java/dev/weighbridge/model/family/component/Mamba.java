package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import java.util.ArrayList;
import java.util.List;

/// Builds selective state spaces: Mamba (arXiv:2312.00752) and Mamba 2 (arXiv:2405.21060).
///
/// A builder is one caller's own. Without further calls: projections without bias, a convolution with one.
public final class Mamba {
    private final String name;
    private final long hiddenSize;
    private final long innerSize;
    private final long stateSize;
    private final long kernel;
    private boolean inputBias;
    private boolean convolutionBias = true;
    private boolean outputBias;
    private final List<Part> further = new ArrayList<>();

    private Mamba(String name, long hiddenSize, long innerSize, long stateSize, long kernel) {
        this.name = name;
        this.hiddenSize = hiddenSize;
        this.innerSize = innerSize;
        this.stateSize = stateSize;
        this.kernel = kernel;
    }

    /// A recurrence over `innerSize` channels, each with `stateSize` numbers, after a convolution of `kernel` steps.
    public static Mamba of(String name, long hiddenSize, long innerSize, long stateSize, long kernel) {
        return new Mamba(name, hiddenSize, innerSize, stateSize, kernel);
    }

    /// Biases of the input projection, the convolution and the output projection.
    public Mamba bias(boolean input, boolean convolution, boolean output) {
        inputBias = input;
        convolutionBias = convolution;
        outputBias = output;
        return this;
    }

    /// A further part: norms of step size, B and C, or of the output.
    public Mamba with(Slot slot, Block part) {
        further.add(new Part(slot, part));
        return this;
    }

    /// Mamba 1: the step size of every channel comes from a projection of rank `stepRank`.
    public StateSpace first(long stepRank) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.INPUT, Linear.of("in_proj", hiddenSize, 2 * innerSize, inputBias)));
        parts.add(new Part(Slot.CONVOLUTION, Convolution.causal("conv1d", innerSize, kernel, convolutionBias)));
        parts.add(new Part(Slot.DYNAMICS, Linear.of("x_proj", innerSize, stepRank + 2 * stateSize)));
        parts.add(new Part(Slot.DYNAMICS, Linear.of("dt_proj", stepRank, innerSize, true)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("A_log", innerSize, stateSize)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("D", innerSize)));
        return finish(1, 0, 1, 0, parts);
    }

    /// Mamba 2: the channels form heads with one step size each; B and C are shared within each of the groups.
    public StateSpace second(int headCount, int groupCount, long chunkSize) {
        long convolved = innerSize + 2L * groupCount * stateSize;
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.INPUT, Linear.of("in_proj", hiddenSize, innerSize + convolved + headCount, inputBias)));
        parts.add(new Part(Slot.CONVOLUTION, Convolution.causal("conv1d", convolved, kernel, convolutionBias)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("dt_bias", headCount)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("A_log", headCount)));
        parts.add(new Part(Slot.DYNAMICS, Table.of("D", headCount)));
        return finish(2, headCount, groupCount, chunkSize, parts);
    }

    private StateSpace finish(int version, int headCount, int groupCount, long chunkSize, List<Part> parts) {
        parts.addAll(further);
        parts.add(new Part(Slot.OUTPUT, Linear.of("out_proj", innerSize, hiddenSize, outputBias)));
        return new StateSpace(name, version, innerSize, stateSize, headCount, groupCount, kernel, chunkSize, parts);
    }
}
