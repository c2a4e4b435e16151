package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds feed-forwards and mixtures of experts as llama.cpp's `build_ffn` and `build_moe_ffn` do.
final class FeedForwardGraph {
    private final GraphContext context;
    private final Tape tape;

    FeedForwardGraph(GraphContext context) {
        this.context = context;
        this.tape = context.tape;
    }

    // ---- dense

    /// @param suffix what the names of its tensors end with
    Tensor dense(FeedForward block, String suffix, Tensor x) {
        List<Part> parts = block.parts();
        Linear both = GraphContext.linear(parts, Slot.GATE_UP);
        Tensor inner;
        if (both != null && suffix.isEmpty()) {
            inner = tape.glu(context.apply("ffn_up" + suffix, both, x));
        } else if (both != null) {
            Linear half = half(both);
            inner = gated(block.activation(), half, half, suffix, x);
        } else if (block.gated() && GraphContext.linear(parts, Slot.UP) instanceof Linear up) {
            inner = gated(block.activation(), GraphContext.required(parts, Slot.GATE), up, suffix, x);
        } else if (block.gated()) {
            Tensor gate = context.apply("ffn_gate" + suffix, GraphContext.required(parts, Slot.GATE), x);
            inner = gated(block.activation(), gate, x);
        } else {
            inner = activated(
                    block.activation(), context.apply("ffn_up" + suffix, GraphContext.required(parts, Slot.UP), x));
        }
        if (GraphContext.norm(parts, Slot.INNER_NORM) instanceof Norm norm) {
            inner = context.norm(norm, inner);
        }
        return context.apply("ffn_down" + suffix, GraphContext.required(parts, Slot.DOWN), inner);
    }

    private Tensor gated(Activation activation, Linear gate, Linear up, String suffix, Tensor x) {
        if (context.dialect == Dialect.IK_LLAMA_CPP
                && !up.bias()
                && !gate.bias()
                && context.isQuantised("ffn_up" + suffix, up)) {
            return tape.fusedUpGate(
                    context.weight("ffn_up" + suffix, up.in(), up.out()),
                    context.weight("ffn_gate" + suffix, gate.in(), gate.out()),
                    x);
        }
        Tensor all = context.apply("ffn_up" + suffix, up, x);
        return gated(activation, context.apply("ffn_gate" + suffix, gate, x), all);
    }

    private Tensor gated(Activation activation, Tensor gate, Tensor up) {
        if (context.dialect.isFork()) {
            return tape.fusedMulUnary(gate, up);
        }
        if (activation.name().startsWith("relu2") || activation.name().startsWith("xielu")) {
            return tape.mul(activated(activation, gate), up);
        }
        boolean clamped =
                Double.isFinite(activation.limit()) && activation.name().equals("silu");
        if (clamped) {
            Tensor limited = tape.clamp(up);
            return tape.mul(tape.clamp(tape.unary(gate)), limited);
        }
        return tape.glu(gate, up);
    }

    private Tensor activated(Activation activation, Tensor x) {
        Tensor y = tape.unary(x);
        return activation.name().startsWith("relu2") ? tape.sqr(y) : y;
    }

    // ---- experts

    /// A mixture of experts.
    ///
    /// @param stream what the norm before it was given, which some routers read
    Tensor mixture(Experts experts, Tensor x, @Nullable Tensor stream) {
        List<Part> parts = experts.parts();
        Block router = Part.find(parts, Slot.ROUTER).orElseThrow(() -> GraphContext.unknown(experts));
        Tensor logits = logits(router, x, stream);
        Tensor input = x;
        if (GraphContext.linear(parts, Slot.EXPERTS_IN) instanceof Linear narrow) {
            input = context.apply("ffn_latent_down", narrow, x);
        }
        Tensor routed = routed(experts, input, logits);
        if (GraphContext.linear(parts, Slot.EXPERTS_OUT) instanceof Linear widen) {
            routed = context.apply("ffn_latent_up", widen, routed);
        }
        if (Part.find(parts, Slot.SHARED_EXPERT).orElse(null) instanceof FeedForward shared) {
            Tensor other = dense(shared, "_shexp", x);
            if (GraphContext.linear(parts, Slot.SHARED_EXPERT_GATE) instanceof Linear gate) {
                Tensor opening = tape.unary(context.apply("ffn_gate_inp_shexp", gate, x));
                other = tape.mul(other, opening);
            }
            return tape.add(routed, other);
        }
        return routed;
    }

    /// Scores of the experts, `[experts, tokens]`: a matrix, or a norm, a scale and a matrix on the stream
    /// (Gemma 4).
    private Tensor logits(Block router, Tensor x, @Nullable Tensor stream) {
        if (router instanceof Linear matrix) {
            return context.apply("ffn_gate_inp", matrix, x);
        }
        Tensor y = stream == null ? x : stream;
        boolean scored = false;
        for (Block step : router.children()) {
            switch (step) {
                case Norm norm -> y = tape.scale(context.norm(norm, y));
                case Linear matrix -> {
                    y = context.apply("ffn_gate_inp", matrix, y);
                    scored = true;
                }
                case Table table ->
                    y = scored ? y : tape.mul(y, context.vector(table.shape().elements()));
                default -> throw GraphContext.unknown(router);
            }
        }
        return y;
    }

    private static boolean scalesEach(Experts experts) {
        return Part.find(experts.parts(), Slot.ROUTER).orElse(null) instanceof Sequence router
                && router.children().getLast() instanceof Table;
    }

    /// The routed experts alone.
    ///
    /// @param logits `[experts, tokens]`
    Tensor routed(Experts experts, Tensor x, Tensor logits) {
        if (!(experts.expert() instanceof FeedForward expert)) {
            throw GraphContext.unknown(experts);
        }
        Routing routing = experts.routing();
        long hidden = x.size(0);
        long tokens = x.size(1);
        long count = experts.expertCount();
        int used = Math.max(1, experts.activeExpertCount());
        boolean ofChosen = context.facts.has(Quirk.SOFTMAX_OF_CHOSEN);
        boolean weighted = context.facts.has(Quirk.WEIGHTED_INPUTS);
        Tensor probabilities = ofChosen ? logits : probabilities(routing, logits);
        Tensor selection = GraphContext.has(experts.parts(), Slot.ROUTER_BIAS)
                ? tape.add(probabilities, context.vector(count))
                : probabilities;
        if (routing.groupCount() > 1 && !context.dialect.isFork()) {
            selection = withinGroups(routing, selection, count, tokens);
        }
        Tensor chosen = tape.argsortTop(weighted ? logits : selection, used);
        Tensor weights = tape.getRows(tape.reshape(probabilities, 1, count, tokens), chosen);
        if (ofChosen) {
            Tensor flat = tape.reshape(weights, used, tokens);
            weights = tape.reshape(tape.softMax(flat, null, null), 1, used, tokens);
        } else if (routing.normalized() && !weighted) {
            Tensor flat = tape.reshape(weights, used, tokens);
            Tensor total = tape.sumRows(flat);
            total = context.dialect.isFork() ? total : tape.clamp(total);
            weights = tape.reshape(tape.div(flat, total), 1, used, tokens);
        }
        if (routing.scale() != 0 && routing.scale() != 1) {
            weights = tape.scale(weights);
        }
        if (context.dialect != Dialect.IK_LLAMA_CPP_2025) {
            tape.place(weights);
        }
        Tensor input = tape.reshape(x, hidden, 1, tokens);
        if (weighted) {
            input = tape.mul(tape.repeat(input, hidden, used, tokens), weights);
        }
        Tensor inner = inner(expert, count, input, chosen);
        Tensor outputs =
                multiply("ffn_down_exps", GraphContext.required(expert.parts(), Slot.DOWN), count, inner, chosen);
        if (scalesEach(experts)) {
            Tensor each = tape.repeat(tape.reshape(context.vector(count), 1, count, 1), 1, count, tokens, 1);
            outputs = tape.mul(outputs, tape.getRows(each, chosen));
        }
        if (context.dialect.isFork()) {
            boolean isOne = context.dialect == Dialect.IK_LLAMA_CPP && !weighted;
            return isOne
                    ? tape.multiAdd(outputs, weights)
                    : tape.multiAdd(weighted ? outputs : tape.mul(outputs, weights), null);
        }
        if (!weighted) {
            outputs = tape.mul(outputs, weights);
        }
        tape.place(outputs);
        return sum(outputs, hidden, tokens, used);
    }

    private Tensor probabilities(Routing routing, Tensor logits) {
        return switch (routing.score()) {
            case "sigmoid", "sigmoid_input" -> tape.unary(logits);
            case "sqrtsoftplus" -> tape.sqrt(tape.unary(logits));
            default -> tape.softMax(logits, null, null);
        };
    }

    private Tensor withinGroups(Routing routing, Tensor selection, long count, long tokens) {
        long groups = routing.groupCount();
        Tensor grouped = tape.reshape(selection, count / groups, groups, tokens);
        Tensor best = tape.argsortTop(grouped, 2);
        Tensor scores = tape.getRows(tape.reshape(grouped, 1, grouped.size(0), grouped.size(1), grouped.size(2)), best);
        scores = tape.sumRows(tape.reshape(scores, scores.size(1), scores.size(2), scores.size(3)));
        scores = tape.reshape(scores, scores.size(1), scores.size(2));
        Tensor chosen = tape.argsortTop(scores, routing.activeGroupCount());
        Tensor kept = tape.getRows(grouped, chosen);
        return tape.reshape(tape.setRows(tape.fill(grouped), kept, chosen), count, tokens);
    }

    private Tensor inner(FeedForward expert, long count, Tensor input, Tensor chosen) {
        List<Part> parts = expert.parts();
        Linear both = GraphContext.linear(parts, Slot.GATE_UP);
        if (both != null && context.facts.has(Quirk.JOINED_EXPERTS)) {
            Tensor all = multiply("ffn_gate_up_exps", both, count, input, chosen);
            long half = both.out() / 2;
            Tensor gate = tape.view(all, Tape.shape(half, all.size(1), all.size(2)), all.stride(1), all.stride(2));
            Tensor up = tape.view(all, Tape.shape(half, all.size(1), all.size(2)), all.stride(1), all.stride(2));
            return gated(expert.activation(), gate, up);
        }
        boolean fused = context.dialect.isFork() && expert.gated();
        if (fused) {
            Linear up = both == null ? GraphContext.required(parts, Slot.UP) : half(both);
            return tape.fusedUpGateId(
                    context.experts("ffn_up_exps", up.in(), up.out(), count),
                    context.experts("ffn_gate_exps", up.in(), up.out(), count),
                    input,
                    chosen);
        }
        if (both != null) {
            Linear half = half(both);
            Tensor up = multiply("ffn_up_exps", half, count, input, chosen);
            Tensor gate = multiply("ffn_gate_exps", half, count, input, chosen);
            return gated(expert.activation(), gate, up);
        }
        Tensor up = multiply("ffn_up_exps", GraphContext.required(parts, Slot.UP), count, input, chosen);
        if (!expert.gated()) {
            return activated(expert.activation(), up);
        }
        Tensor gate = multiply("ffn_gate_exps", GraphContext.required(parts, Slot.GATE), count, input, chosen);
        return gated(expert.activation(), gate, up);
    }

    private static Linear half(Linear both) {
        return new Linear(
                both.name(), both.in(), both.out() / 2, both.bias(), both.inputFirst(), both.style(), both.role());
    }

    private Tensor multiply(String stem, Linear matrix, long count, Tensor x, Tensor chosen) {
        Tensor y = tape.mulMatId(context.experts(stem, matrix.in(), matrix.out(), count), x, chosen);
        return matrix.bias() ? tape.addId(y, context.expertVector(matrix.out(), count), chosen) : y;
    }

    private Tensor sum(Tensor outputs, long hidden, long tokens, int used) {
        Tensor[] each = new Tensor[used];
        for (int i = 0; i < used; i++) {
            each[i] = tape.view(outputs, Tape.shape(hidden, tokens), outputs.stride(2));
            tape.place(each[i]);
        }
        Tensor total = each[0];
        for (int i = 1; i < used; i++) {
            total = tape.add(total, each[i]);
            tape.place(total);
        }
        return used == 1 ? tape.cont(total) : total;
    }
}
