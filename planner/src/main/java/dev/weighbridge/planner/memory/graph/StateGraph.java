package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Portion;
import java.util.function.BinaryOperator;

/// Builds what is read from and written to the states of recurrent layers (`build_rs`, `build_conv_state`).
///
/// Each layer has a row of states for every sequence, 32-bit floats.
final class StateGraph {
    private final GraphContext context;
    private final Tape tape;

    StateGraph(GraphContext context) {
        this.context = context;
        this.tape = context.tape;
    }

    long sequences() {
        return context.settings.sequences();
    }

    /// Tokens of each sequence.
    long steps() {
        return context.tokens / sequences();
    }

    /// The states of a layer, `[size, sequences]`.
    Tensor all(long size) {
        int home = context.settings.offloadsCache() ? context.home() : Portion.HOST;
        return tape.cache(DataType.F32, home, size, sequences());
    }

    /// The states of the sequences at hand, `[size, sequences]`.
    Tensor read(Tensor all) {
        return read(all, tape::getRows);
    }

    /// What an operation makes of all states and the numbers of those that are meant.
    Tensor read(Tensor all, BinaryOperator<Tensor> rows) {
        long size = all.size(0);
        Tensor states = tape.reshape(all, size, sequences());
        tape.place(tape.scaleInPlace(tape.view(states, Tape.shape(size))));
        Tensor chosen = rows.apply(states, context.inputs.states());
        tape.place(chosen);
        Tensor moved = tape.getRows(states, context.inputs.otherStates());
        tape.place(tape.copy(moved, tape.view(all, Tape.shape(size, 0), all.stride(1))));
        return chosen;
    }

    /// Writes states back.
    void write(Tensor states, Tensor all) {
        tape.place(tape.copy(states, tape.view(all, Tape.shape(all.size(0), sequences()), all.stride(1))));
    }

    /// The inputs of a causal convolution: the last ones of the state, then those at hand; the state is
    /// renewed.
    ///
    /// @param x `[channels, steps, sequences]`
    /// @return `[kernel − 1 + steps, channels, sequences]`
    Tensor convolved(Tensor x, long kernel, long channels) {
        Tensor all = all((kernel - 1) * channels);
        Tensor before = tape.reshape(read(all), kernel - 1, channels, sequences());
        Tensor inputs = tape.concat(before, tape.transpose(x), 0);
        Tensor last =
                tape.view(inputs, Tape.shape(kernel - 1, channels, sequences()), inputs.stride(1), inputs.stride(2));
        write(last, all);
        return inputs;
    }

    /// A causal convolution of such inputs, `[channels, steps, sequences]`.
    Tensor convolve(Tensor inputs, long kernel) {
        long channels = inputs.size(1);
        return tape.make(
                Operation.SSM_CONV,
                DataType.F32,
                Tape.shape(channels, inputs.size(0) - kernel + 1, inputs.size(2)),
                inputs,
                context.vector(kernel, channels));
    }
}
