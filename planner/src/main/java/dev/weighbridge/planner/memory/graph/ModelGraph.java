package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.memory.Portion;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Builds the graph that llama.cpp reserves its compute buffers for, from the blocks of a blueprint.
///
/// The tree is read in the order of computation; where llama.cpp computes in another order than the published
/// model, this follows llama.cpp.
final class ModelGraph {
    private final GraphContext context;
    private final Tape tape;
    private final AttentionGraph attentions;
    private final FeedForwardGraph feedForwards;
    private final StateSpaceGraph stateSpaces;
    private final LinearAttentionGraph linearAttentions;
    private final int lastLayer;
    private final int furtherCount;
    private @Nullable Tensor stream;
    private @Nullable Tensor logits;
    private @Nullable Tensor furtherInputs;
    private @Nullable Tensor layerInputs;
    private @Nullable Tensor pendingPositions;
    private final boolean encodes;
    private boolean finished;
    private int mixersLeft;
    private @Nullable Tensor branchInput;
    private boolean selected;
    private boolean layersSeen;

    private ModelGraph(Anatomy model, GraphSettings settings, Residence residence) {
        List<Layer> layers = model.textLayers();
        long widestValue = layers.stream()
                .flatMap(layer -> layer.attentions().stream())
                .mapToLong(attention -> attention.heads().valueWidth())
                .max()
                .orElse(0);
        context = new GraphContext(settings, residence, model);
        tape = context.tape;
        attentions =
                new AttentionGraph(context, widestValue, model.contextLength().orElse(512));
        feedForwards = new FeedForwardGraph(context);
        // without a projector ik_llama.cpp has no room for images
        furtherCount = context.dialect.isFork() ? 0 : context.facts.furtherInputs();
        StateGraph states = new StateGraph(context);
        stateSpaces = new StateSpaceGraph(context, states);
        linearAttentions = new LinearAttentionGraph(context, states);
        lastLayer = layers.isEmpty() ? -1 : layers.getLast().number();
        List<Span.Kind> spans = layers.stream()
                .flatMap(layer -> layer.attentions().stream())
                .map(attention -> attention.span().kind())
                .distinct()
                .toList();
        encodes = !spans.isEmpty()
                && Set.of(Span.Kind.BIDIRECTIONAL, Span.Kind.BIDIRECTIONAL_WINDOW)
                        .containsAll(spans);
    }

    /// The graph of a model.
    ///
    /// @throws NoGraphException if it has a part whose graph is not known
    static Tape of(Anatomy model, GraphSettings settings, Residence residence) {
        Block root = model.blueprint()
                .orElseThrow(() -> new NoGraphException("no blueprint"))
                .root();
        ModelGraph graph = new ModelGraph(model, settings, residence);
        graph.visit(root);
        graph.finish();
        return graph.tape;
    }

    private void finish() {
        Tensor result = logits == null ? now() : logits;
        result.isOutput = true;
        tape.place(result);
    }

    private Tensor now() {
        if (stream == null) {
            throw new NoGraphException("no token table");
        }
        return stream;
    }

    // ---- the model

    private void visit(Block block) {
        if (finished) {
            return;
        }
        switch (block) {
            case Sequence sequence -> {
                if (isLayerInputs(sequence)) {
                    layerInputs(sequence);
                } else if (isText(sequence.tower())) {
                    sequence.children().forEach(this::visit);
                    // what follows the layers of an encoder are heads, which llama.cpp has none of
                    finished |= encodes
                            && layersSeen
                            && sequence.children().stream().anyMatch(Repeat.class::isInstance);
                }
            }
            case Tied tied -> {
                if (!(tied.block() instanceof Embedding) || stream == null) {
                    visit(tied.block());
                }
            }
            case Embedding embedding -> embed(embedding);
            case Repeat repeat -> layers(repeat);
            case Norm norm -> norm(norm);
            case Head head -> head(head);
            case Linear _, Residual _, Parallel _, Attention _, FeedForward _, Experts _ ->
                throw GraphContext.unknown(block);
            case StateSpace _, LinearAttention _, Convolution _, Table _ -> throw GraphContext.unknown(block);
        }
    }

    private void norm(Norm norm) {
        addPositions();
        if (layersSeen) {
            context.enterOutput();
        } else {
            context.enterInput();
        }
        if (layersSeen && context.facts.has(Quirk.ROWS_BEFORE_NORM)) {
            stream = kept(now());
            stream = tape.getRows(stream, context.inputs.outputRows());
        }
        stream = context.norm(norm, now(), -1);
        if (layersSeen && context.facts.has(Quirk.ROWS_AFTER_NORM)) {
            stream = tape.getRows(kept(now()), context.inputs.outputRows());
        }
        if (layersSeen) {
            stream = kept(now());
        }
    }

    /// A tensor whose memory is not used again; ik_llama.cpp reads such before that matters.
    private Tensor kept(Tensor tensor) {
        tensor.isOutput = !context.dialect.isFork();
        return tensor;
    }

    private static boolean isText(Tower tower) {
        return tower == Tower.SAME || tower == Tower.TEXT;
    }

    private void embed(Embedding embedding) {
        Tensor table = tape.weight(DataType.F16, Portion.HOST, embedding.width(), embedding.rows());
        if (stream == null) {
            stream = tokens(embedding, table);
            tape.place(stream);
        } else if (embedding.role() == Role.POSITION) {
            pendingPositions = tape.getRows(table, context.inputs.positions(Rotary.NONE));
        } else {
            stream = tape.add(now(), tape.view(table, Tape.shape(embedding.width())));
        }
    }

    private void addPositions() {
        if (pendingPositions != null) {
            stream = encodes ? tape.add(pendingPositions, now()) : tape.add(now(), pendingPositions);
            pendingPositions = null;
        }
    }

    /// Rows of the token table, or embeddings given from outside: both have room.
    private Tensor tokens(Embedding embedding, Tensor table) {
        long width = embedding.width();
        long further = width * furtherCount;
        Tensor rows = tape.getRows(table, tape.input(DataType.I32, context.tokens));
        if (further > 0) {
            rows = tape.pad(rows, further);
        }
        tape.place(rows);
        if (context.dialect.hasEmbeddingInput()) {
            tape.place(tape.input(DataType.F32, width + further, context.tokens));
        }
        if (further > 0) {
            furtherInputs = rows;
            rows = tape.view(rows, Tape.shape(width, context.tokens), rows.stride(1));
        }
        return embedding.scale() == 1 ? rows : tape.scale(rows);
    }

    private void head(Head head) {
        context.enterOutput();
        Tensor scores = tape.mulMat(context.weight("output", head.in(), head.out()), now());
        if (head.bias()) {
            scores = tape.add(scores, context.vector(head.out()));
        }
        if (head.scale() != 1) {
            scores = tape.scale(scores);
        }
        if (head.softCap() > 0) {
            scores = context.dialect.isFork() ? tape.softCap(scores, null) : tape.scale(tape.unary(tape.scale(scores)));
        }
        logits = scores;
    }

    /// Whether it makes the inputs that every layer has of its own: a table, a projection of the stream, their
    /// norm.
    private static boolean isLayerInputs(Sequence sequence) {
        List<Block> children = sequence.children();
        return children.size() == 3
                && children.get(0) instanceof Embedding
                && children.get(1) instanceof Linear
                && children.get(2) instanceof Norm;
    }

    private void layerInputs(Sequence sequence) {
        if (!(sequence.children().get(0) instanceof Embedding table)
                || !(sequence.children().get(1) instanceof Linear projection)
                || !(sequence.children().get(2) instanceof Norm norm)) {
            throw GraphContext.unknown(sequence);
        }
        long width = norm.width();
        long layers = table.width() / width;
        Tensor rows = tape.getRows(
                tape.weight(DataType.F16, Portion.HOST, table.width(), table.rows()),
                tape.input(DataType.I32, context.tokens));
        rows = tape.scale(tape.reshape(rows, width, layers, context.tokens));
        tape.place(rows);
        Tensor projected = tape.scale(
                tape.mulMat(tape.weight(DataType.F16, Portion.HOST, projection.in(), projection.out()), now()));
        projected = tape.reshape(projected, width, layers, context.tokens);
        Tensor sum = tape.scale(tape.add(context.norm(norm, projected, -1), rows));
        layerInputs = tape.cont(tape.permute(sum, 0, 2, 1, 3));
    }

    // ---- layers

    private void layers(Repeat repeat) {
        addPositions();
        layersSeen = true;
        for (int i = 0; i < repeat.count(); i++) {
            int number = repeat.first() + i;
            context.enter(number);
            selected = false;
            mixersLeft = mixers(repeat.at(i));
            Tensor y = layer(repeat.at(i), now(), number == lastLayer && selectsInLayer());
            if (furtherInputs != null && number < furtherCount) {
                Tensor all = furtherInputs;
                y = tape.add(y, tape.view(all, Tape.shape(y.size(0), context.tokens), all.stride(1)));
            }
            stream = y;
        }
    }

    private boolean selectsInLayer() {
        return !context.facts.has(Quirk.ROWS_BEFORE_NORM) && !context.facts.has(Quirk.ROWS_AFTER_NORM);
    }

    private Tensor layer(Block block, Tensor x, boolean last) {
        return switch (block) {
            case Sequence sequence -> {
                Tensor y = x;
                for (Block child : sequence.children()) {
                    y = layer(child, y, last);
                }
                yield y;
            }
            case Residual residual -> residual(residual, x, last);
            case Norm norm -> context.norm(norm, x);
            case Attention attention -> attentions.build(attention, x);
            case FeedForward feedForward when isLayerGate(feedForward) -> layerGate(feedForward, x);
            case FeedForward feedForward -> feedForwards.dense(feedForward, "", x);
            case Experts experts -> feedForwards.mixture(experts, x, branchInput);
            case Tied tied -> layer(tied.block(), x, last);
            case StateSpace stateSpace -> stateSpaces.build(stateSpace, x);
            case LinearAttention linear -> linearAttentions.build(linear, x);
            case Parallel parallel -> {
                Tensor sum = null;
                for (Block branch : parallel.children()) {
                    Tensor y = layer(branch, x, last);
                    sum = sum == null ? y : tape.add(sum, y);
                }
                yield sum == null ? x : sum;
            }
            case Table table when table.shape().elements() == 1 -> tape.mul(x, context.vector(1));
            case Table _, Linear _, Embedding _, Head _, Repeat _ -> throw GraphContext.unknown(block);
            case Convolution _ -> throw GraphContext.unknown(block);
        };
    }

    private Tensor residual(Residual residual, Tensor x, boolean last) {
        List<Block> children = residual.children();
        int count = residual.normAfter() ? children.size() - 1 : children.size();
        Tensor skip = x;
        Tensor y = x;
        Tensor sum = null;
        boolean mixes = false;
        branchInput = x;
        for (int i = 0; i < count; i++) {
            Block child = children.get(i);
            if (child instanceof Parallel parallel && i == count - 1) {
                sum = parallel(parallel, y, skip, last);
                continue;
            }
            y = layer(child, y, last);
            mixes |= isMixer(child);
            mixersLeft -= isMixer(child) ? 1 : 0;
            if (last && !selected && mixersLeft == 0 && !(child instanceof Norm)) {
                selected = true;
                Tensor rows = context.inputs.outputRows();
                y = tape.getRows(y, rows);
                skip = tape.getRows(skip, rows);
            }
        }
        if (sum == null) {
            y = residual.scale() == 1 ? y : tape.scale(y);
            Quirk streamFirst = mixes ? Quirk.STREAM_BEFORE_MIXER : Quirk.STREAM_BEFORE_FEED_FORWARD;
            boolean first = context.facts.has(streamFirst) || isGated(children);
            sum = first ? tape.add(skip, y) : tape.add(y, skip);
        }
        return residual.normAfter() && children.getLast() instanceof Norm norm ? context.norm(norm, sum) : sum;
    }

    // ---- inputs of a layer's own

    private static boolean isGated(List<Block> children) {
        return children.getFirst() instanceof FeedForward feedForward && isLayerGate(feedForward);
    }

    private static boolean isLayerGate(FeedForward feedForward) {
        return feedForward.gated()
                && !GraphContext.has(feedForward.parts(), Slot.UP)
                && !GraphContext.has(feedForward.parts(), Slot.GATE_UP);
    }

    private Tensor layerGate(FeedForward feedForward, Tensor x) {
        Tensor all = layerInputs;
        if (all == null) {
            throw GraphContext.unknown(feedForward);
        }
        Tensor gate = tape.unary(context.apply("inp_gate", GraphContext.required(feedForward.parts(), Slot.GATE), x));
        Tensor own = tape.view(all, Tape.shape(all.size(0), all.size(1)), all.stride(1));
        Tensor y = tape.mul(gate, own);
        return context.apply("proj", GraphContext.required(feedForward.parts(), Slot.DOWN), y);
    }

    private static int mixers(Block block) {
        return switch (block) {
            case Attention _, StateSpace _, LinearAttention _ -> 1;
            case Parallel parallel -> isMixer(parallel) ? 1 : 0;
            case Sequence _, Residual _, Tied _ ->
                block.children().stream().mapToInt(ModelGraph::mixers).sum();
            case FeedForward _, Experts _, Norm _, Linear _, Embedding _, Convolution _, Table _, Repeat _, Head _ -> 0;
        };
    }

    private static boolean isMixer(Block block) {
        return switch (block) {
            case Attention _, StateSpace _, LinearAttention _ -> true;
            case Sequence _, Residual _, Parallel _, Tied _ ->
                block.children().stream().anyMatch(ModelGraph::isMixer);
            case FeedForward _, Experts _, Norm _, Linear _, Embedding _, Convolution _, Table _, Repeat _, Head _ ->
                false;
        };
    }

    /// Two branches on one input, the mixer and the feed-forward, and the stream they are added to.
    private Tensor parallel(Parallel parallel, Tensor x, Tensor skip, boolean last) {
        List<Block> branches = parallel.children();
        if (branches.size() != 2 || !isMixer(branches.getFirst())) {
            throw GraphContext.unknown(parallel);
        }
        Tensor mixed = layer(branches.getFirst(), x, last);
        Tensor input = x;
        mixersLeft--;
        if (last && !selected) {
            selected = true;
            Tensor rows = context.inputs.outputRows();
            mixed = tape.getRows(mixed, rows);
            Tensor chosen = tape.getRows(skip, rows);
            input = input == skip ? chosen : tape.getRows(input, rows);
            skip = chosen;
        }
        Tensor fed = layer(branches.getLast(), input, last);
        if (context.facts.has(Quirk.MIXER_LAST)) {
            return tape.add(tape.add(fed, skip), mixed);
        }
        boolean fedFirst = context.facts.has(Quirk.FEED_FORWARD_FIRST);
        return tape.add(fedFirst ? tape.add(fed, mixed) : tape.add(mixed, fed), skip);
    }
}
