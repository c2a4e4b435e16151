package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.tensor.DataType;
import java.util.List;

/// Builds Mamba and Mamba 2 as llama.cpp does (`build_mamba_layer`, `build_mamba2_layer`).
final class StateSpaceGraph {
    private final GraphContext context;
    private final Tape tape;
    private final StateGraph states;

    StateSpaceGraph(GraphContext context, StateGraph states) {
        this.context = context;
        this.tape = context.tape;
        this.states = states;
    }

    Tensor build(StateSpace block, Tensor x) {
        return block.version() == 1 ? first(block, x) : second(block, x);
    }

    // ---- Mamba

    private Tensor first(StateSpace block, Tensor x) {
        long inner = block.innerSize();
        long state = block.stateSize();
        long steps = states.steps();
        long sequences = states.sequences();
        List<Linear> matrices = matrices(block);
        List<Norm> norms = norms(block);
        if (matrices.size() != 2) {
            throw GraphContext.unknown(block);
        }
        long rank = matrices.getLast().in();
        Tensor convolutionStates = states.all((block.kernel() - 1) * inner);
        Tensor before = tape.reshape(states.read(convolutionStates), block.kernel() - 1, inner, sequences);
        Tensor input = tape.reshape(x, x.size(0), steps, sequences);
        Tensor both = context.apply("ssm_in", GraphContext.required(block.parts(), Slot.INPUT), input);
        Tensor half = half(both, inner);
        Tensor gate = half(both, inner);
        Tensor mixed = convolution(block, convolutionStates, before, half);
        Tensor small = tape.mulMat(context.weight("ssm_x", inner, rank + 2 * state), mixed);
        Tensor step = tape.view(small, Tape.shape(rank, steps, sequences), small.stride(1), small.stride(2));
        Tensor b = shared(small, state);
        Tensor c = shared(small, state);
        if (norms.size() == 3) {
            step = context.norm(norms.get(0), step);
            b = context.norm(norms.get(1), b);
            c = context.norm(norms.get(2), c);
        } else {
            step = tape.cont(step);
        }
        Tensor delta = tape.add(tape.mulMat(context.weight("ssm_dt", rank, inner), step), context.vector(inner));
        Tensor heads = tape.reshape(mixed, 1, inner, steps, sequences);
        Tensor all = states.all(state * inner);
        Tensor bb = b;
        Tensor cc = c;
        Tensor y = states.read(
                all,
                (rows, ids) -> scan(
                        tape.reshape(rows, state, 1, inner, sequences),
                        heads,
                        delta,
                        context.vector(state, inner),
                        bb,
                        cc,
                        ids));
        write(y, all, state * inner);
        Tensor output = tape.view(y, Tape.shape(inner, steps, sequences), heads.stride(2), heads.stride(3));
        output = tape.add(output, tape.mul(mixed, context.vector(inner)));
        output = tape.glu(tape.cont(gate), output);
        output = context.apply("ssm_out", GraphContext.required(block.parts(), Slot.OUTPUT), output);
        return tape.reshape(output, output.size(0), context.tokens);
    }

    private Tensor half(Tensor both, long inner) {
        return tape.view(both, Tape.shape(inner, both.size(1), both.size(2)), both.stride(1), both.stride(2));
    }

    private Tensor shared(Tensor small, long state) {
        return tape.view(
                small, Tape.shape(state, 1, small.size(1), small.size(2)), 4 * state, small.stride(1), small.stride(2));
    }

    private static List<Linear> matrices(StateSpace block) {
        return block.parts().stream()
                .filter(part -> part.slot() == Slot.DYNAMICS)
                .map(Part::block)
                .filter(Linear.class::isInstance)
                .map(Linear.class::cast)
                .toList();
    }

    private static List<Norm> norms(StateSpace block) {
        return block.parts().stream()
                .filter(part -> part.slot() == Slot.DYNAMICS)
                .map(Part::block)
                .filter(Norm.class::isInstance)
                .map(Norm.class::cast)
                .toList();
    }

    // ---- Mamba 2

    private Tensor second(StateSpace block, Tensor x) {
        long inner = block.innerSize();
        long state = block.stateSize();
        long heads = block.headCount();
        long headDim = inner / heads;
        long groups = block.groupCount();
        long channels = inner + 2 * groups * state;
        long steps = states.steps();
        long sequences = states.sequences();
        Tensor convolutionStates = states.all((block.kernel() - 1) * channels);
        Tensor before = tape.reshape(states.read(convolutionStates), block.kernel() - 1, channels, sequences);
        Tensor all = context.apply("ssm_in", GraphContext.required(block.parts(), Slot.INPUT), x);
        all = tape.reshape(all, all.size(0), steps, sequences);
        Tensor gate =
                tape.view(all, Tape.shape(headDim, heads, steps, sequences), 4 * headDim, all.stride(1), all.stride(2));
        Tensor inputs = tape.view(all, Tape.shape(channels, steps, sequences), all.stride(1), all.stride(2));
        Tensor step = tape.view(all, Tape.shape(heads, steps, sequences), all.stride(1), all.stride(2));
        Tensor mixed = convolution(block, convolutionStates, before, inputs);
        Tensor values = part(mixed, headDim, heads);
        Tensor b = part(mixed, state, groups);
        Tensor c = part(mixed, state, groups);
        Tensor delta = tape.add(tape.cont(step), context.vector(heads));
        Tensor memory = states.all(state * inner);
        Tensor y = states.read(
                memory,
                (rows, ids) -> scan(
                        tape.reshape(rows, state, headDim, heads, sequences),
                        values,
                        delta,
                        context.vector(1, heads),
                        b,
                        c,
                        ids));
        Tensor last =
                tape.view(y, Tape.shape(state * inner, sequences, 1), 4 * state * inner, 4 * state * inner * sequences);
        Tensor room = tape.view(
                memory, Tape.shape(state * inner, sequences, 1), memory.stride(1), memory.stride(1) * sequences);
        tape.place(tape.copy(last, room));
        long row = values.stride(1);
        Tensor output =
                tape.view(y, Tape.shape(headDim, heads, steps, sequences), row, heads * row, steps * heads * row);
        output = tape.add(output, tape.mul(values, context.vector(1, heads)));
        output = tape.glu(tape.cont(gate), output);
        if (gatedNorm(block) != null) {
            output = tape.reshape(output, inner / groups, groups, steps, sequences);
            output = tape.mul(pinned(tape.rmsNorm(output)), context.vector(inner / groups, groups));
        }
        output = tape.reshape(output, inner, context.tokens);
        return context.apply("ssm_out", GraphContext.required(block.parts(), Slot.OUTPUT), output);
    }

    private Tensor pinned(Tensor norm) {
        norm.pinnedLayer = context.layer();
        return norm;
    }

    private static Object gatedNorm(StateSpace block) {
        Norm gated = GraphContext.norm(block.parts(), Slot.GATED_NORM);
        Norm plain = GraphContext.norm(block.parts(), Slot.OUTPUT_NORM);
        return gated != null ? gated : plain != null ? plain : block;
    }

    private Tensor part(Tensor mixed, long width, long count) {
        return tape.view(
                mixed,
                Tape.shape(width, count, mixed.size(1), mixed.size(2)),
                4 * width,
                mixed.stride(1),
                mixed.stride(2));
    }

    // ---- both

    private Tensor convolution(StateSpace block, Tensor all, Tensor before, Tensor x) {
        Tensor inputs = tape.concat(before, tape.transpose(x), 0);
        Tensor last = tape.view(
                inputs, Tape.shape(before.size(0), before.size(1), before.size(2)), inputs.stride(1), inputs.stride(2));
        states.write(last, all);
        Tensor y = states.convolve(inputs, block.kernel());
        boolean biased = Part.find(block.parts(), Slot.CONVOLUTION).orElse(null) instanceof Convolution convolution
                && convolution.bias();
        if (biased) {
            y = tape.add(y, context.vector(inputs.size(1)));
        }
        return tape.unary(y);
    }

    /// The scan: its results, then the states that it ends in.
    private Tensor scan(Tensor memory, Tensor x, Tensor step, Tensor a, Tensor b, Tensor c, Tensor ids) {
        long stateSize = memory.size(0) * memory.size(1) * memory.size(2) * ids.size(0);
        return tape.make(
                Operation.SSM_SCAN, DataType.F32, Tape.shape(x.elements() + stateSize), memory, x, step, a, b, c, ids);
    }

    private void write(Tensor y, Tensor all, long size) {
        long count = size * states.sequences();
        tape.place(tape.copy(tape.view(y, Tape.shape(count)), tape.view(all, Tape.shape(count))));
    }
}
