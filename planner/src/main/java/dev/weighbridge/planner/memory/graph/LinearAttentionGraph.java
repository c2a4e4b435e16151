package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.tensor.DataType;
import java.util.List;

/// Builds mixers with a state matrix a head, and gated short convolutions, as llama.cpp does
/// (`delta-net-base.cpp`, `qwen3next.cpp`, `qwen35.cpp`, `lfm2.cpp`).
final class LinearAttentionGraph {
    private final GraphContext context;
    private final Tape tape;
    private final StateGraph states;

    LinearAttentionGraph(GraphContext context, StateGraph states) {
        this.context = context;
        this.tape = context.tape;
        this.states = states;
    }

    Tensor build(LinearAttention block, Tensor x) {
        return switch (block.kind()) {
            case GATED_DELTA -> gatedDelta(block, x);
            case SHORT_CONVOLUTION -> shortConvolution(block, x);
            case KIMI_DELTA, LIGHTNING, RWKV, RG_LRU, XLSTM -> throw GraphContext.unknown(block);
        };
    }

    // ---- gated delta net

    private Tensor gatedDelta(LinearAttention block, Tensor x) {
        long steps = states.steps();
        long sequences = states.sequences();
        long keyDim = block.keyHeadDim();
        long valueDim = block.valueHeadDim();
        long keyHeads = block.keyHeadCount();
        long valueHeads = block.valueHeadCount();
        long channels = 2 * keyDim * keyHeads + valueDim * valueHeads;
        boolean joined = GraphContext.has(block.parts(), Slot.INPUT);
        Tensor mixed = tape.mulMat(context.weight("attn_qkv", x.size(0), channels), x);
        mixed = tape.reshape(mixed, channels, steps, sequences);
        Tensor z = tape.mulMat(context.weight("attn_gate", x.size(0), valueDim * valueHeads), x);
        Tensor beta;
        Tensor alpha;
        if (joined) {
            Tensor both = tape.mulMat(context.weight("ssm_ba", x.size(0), 2 * valueHeads), x);
            both = tape.reshape(both, 2 * valueHeads / keyHeads, keyHeads, steps, sequences);
            long each = valueHeads / keyHeads;
            Tensor b = tape.view(
                    both, Tape.shape(each, keyHeads, steps, sequences), both.stride(1), both.stride(2), both.stride(3));
            Tensor a = tape.view(
                    both, Tape.shape(each, keyHeads, steps, sequences), both.stride(1), both.stride(2), both.stride(3));
            beta = tape.reshape(tape.unary(tape.cont(b)), 1, valueHeads, steps, sequences);
            alpha = tape.cont(a, valueHeads, steps, sequences);
        } else {
            Tensor b = tape.mulMat(context.weight("ssm_beta", x.size(0), valueHeads), x);
            beta = tape.unary(tape.reshape(b, 1, valueHeads, steps, sequences));
            Tensor a = tape.mulMat(context.weight("ssm_alpha", x.size(0), valueHeads), x);
            alpha = tape.reshape(a, valueHeads, steps, sequences);
        }
        Tensor decay = tape.mul(tape.unary(tape.add(alpha, context.vector(valueHeads))), context.vector(valueHeads));
        decay = tape.reshape(decay, 1, valueHeads, steps, sequences);
        Tensor inputs = states.convolved(mixed, block.kernel(), channels);
        Tensor all = states.all(valueDim * valueDim * valueHeads);
        Tensor state = tape.reshape(states.read(all), valueDim, valueDim, valueHeads, sequences);
        Tensor convolved = tape.unary(states.convolve(inputs, block.kernel()));
        Tensor q = unit(part(convolved, keyDim, keyHeads, channels));
        Tensor k = unit(part(convolved, keyDim, keyHeads, channels));
        Tensor v = part(convolved, valueDim, valueHeads, channels);
        if (joined && keyHeads != valueHeads) {
            q = repeated(q, valueHeads);
            k = repeated(k, valueHeads);
        }
        Tensor output = recur(q, k, v, decay, beta, state, all);
        Tensor gate = tape.reshape(z, valueDim, valueHeads, steps, sequences);
        if (!(GraphContext.norm(block.parts(), Slot.OUTPUT_NORM) instanceof Norm norm)) {
            throw GraphContext.unknown(block);
        }
        Tensor gated = tape.mul(context.norm(norm, output), tape.unary(gate));
        gated = tape.reshape(gated, valueDim * valueHeads, steps, sequences);
        Tensor y = context.apply("ssm_out", GraphContext.required(block.parts(), Slot.OUTPUT), gated);
        return tape.reshape(y, y.size(0), context.tokens);
    }

    private Tensor part(Tensor convolved, long width, long heads, long channels) {
        return tape.view(
                convolved,
                Tape.shape(width, heads, states.steps(), states.sequences()),
                4 * width,
                4 * channels,
                4 * channels * states.steps());
    }

    private Tensor unit(Tensor heads) {
        return tape.scale(tape.rmsNorm(heads));
    }

    private Tensor repeated(Tensor heads, long count) {
        long width = heads.size(0);
        long own = heads.size(1);
        Tensor apart = tape.reshape(heads, width, 1, own, context.tokens);
        Tensor all = tape.repeat(apart, width, count / own, own, context.tokens);
        return tape.reshape(all, width, count, states.steps(), states.sequences());
    }

    /// The recurrence over all steps: its results, then the states it ends in, which are written back.
    private Tensor recur(Tensor q, Tensor k, Tensor v, Tensor decay, Tensor beta, Tensor state, Tensor all) {
        long width = v.size(0);
        long heads = v.size(1);
        long steps = v.size(2);
        long sequences = v.size(3);
        Tensor result = tape.make(
                Operation.GATED_DELTA_NET,
                DataType.F32,
                Tape.shape(width * heads, steps * sequences + width * sequences),
                q,
                k,
                v,
                decay,
                beta,
                state);
        Tensor output = tape.view(
                result,
                Tape.shape(width, heads, steps, sequences),
                4 * width,
                4 * width * heads,
                4 * width * heads * steps);
        Tensor last = tape.view(
                result,
                Tape.shape(width, width, heads, sequences),
                4 * width,
                4 * width * width,
                4 * width * width * heads);
        states.write(last, all);
        return output;
    }

    // ---- short convolution

    private Tensor shortConvolution(LinearAttention block, Tensor x) {
        List<Part> parts = block.parts();
        long kernel = block.kernel();
        long sequences = states.sequences();
        Linear input = GraphContext.required(parts, Slot.INPUT);
        long width = input.out() / 3;
        Tensor all3 = context.apply("shortconv.in_proj", input, tape.reshape(x, x.size(0), states.steps(), sequences));
        Tensor b = third(all3, width);
        Tensor c = third(all3, width);
        Tensor v = third(all3, width);
        Tensor product = tape.transpose(tape.mul(b, v));
        Tensor all = states.all((kernel - 1) * width);
        Tensor before = tape.reshape(states.read(all), kernel - 1, width, sequences);
        Tensor inputs = tape.concat(before, product, 0);
        Tensor last = tape.view(inputs, Tape.shape(kernel - 1, width, sequences), inputs.stride(1), inputs.stride(2));
        states.write(last, all);
        Tensor y = tape.mul(c, states.convolve(inputs, kernel));
        y = context.apply("shortconv.out_proj", GraphContext.required(parts, Slot.OUTPUT), y);
        return tape.reshape(y, y.size(0), context.tokens);
    }

    private Tensor third(Tensor all, long width) {
        return tape.view(all, Tape.shape(width, all.size(1), all.size(2)), all.stride(1), all.stride(2));
    }
}
