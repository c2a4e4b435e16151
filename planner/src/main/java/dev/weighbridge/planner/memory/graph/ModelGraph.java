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
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.memory.Portion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Builds the graph that llama.cpp reserves its compute buffers for, from the blocks of a blueprint.
///
/// The tree is read in the order of computation; where llama.cpp computes in another order than the published model, this
/// follows llama.cpp.
final class ModelGraph {
    private final GraphContext context;
    private final Tape tape;
    private final AttentionGraph attentions;
    private final FeedForwardGraph feedForwards;
    private final StateSpaceGraph stateSpaces;
    private final LinearAttentionGraph linearAttentions;
    private final int lastLayer;
    private @Nullable Tensor stream;
    private @Nullable Tensor logits;
    private @Nullable Tensor furtherInputs;
    private boolean selected;
    private boolean layersSeen;

    private ModelGraph(Anatomy model, GraphSettings settings, Residence residence) {
        List<Layer> layers = model.textLayers();
        long widestValue = layers.stream()
                .flatMap(layer -> layer.attentions().stream())
                .mapToLong(attention -> attention.heads().valueWidth())
                .max()
                .orElse(0);
        context = new GraphContext(settings, residence, GraphFacts.of(model));
        tape = context.tape;
        attentions = new AttentionGraph(context, widestValue);
        feedForwards = new FeedForwardGraph(context);
        StateGraph states = new StateGraph(context);
        stateSpaces = new StateSpaceGraph(context, states);
        linearAttentions = new LinearAttentionGraph(context, states);
        lastLayer = layers.isEmpty() ? -1 : layers.getLast().number();
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
        switch (block) {
            case Sequence sequence -> {
                if (isText(sequence.tower())) {
                    sequence.children().forEach(this::visit);
                }
            }
            case Tied tied -> visit(tied.block());
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
        context.enter(-1);
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

    private static Tensor kept(Tensor tensor) {
        tensor.isOutput = true;
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
            stream = tape.add(now(), tape.getRows(table, context.inputs.positions(Rotary.NONE)));
        } else {
            stream = tape.add(now(), tape.view(table, Tape.shape(embedding.width())));
        }
    }

    /// Rows of the token table, or embeddings given from outside: both have room.
    private Tensor tokens(Embedding embedding, Tensor table) {
        long width = embedding.width();
        long further = width * context.facts.furtherInputs();
        Tensor rows = tape.getRows(table, tape.input(DataType.I32, context.tokens));
        if (further > 0) {
            rows = tape.pad(rows, further);
        }
        tape.place(rows);
        tape.place(tape.input(DataType.F32, width + further, context.tokens));
        if (further > 0) {
            furtherInputs = rows;
            rows = tape.view(rows, Tape.shape(width, context.tokens), rows.stride(1));
        }
        return embedding.scale() == 1 ? rows : tape.scale(rows);
    }

    private void head(Head head) {
        context.enter(-1);
        Tensor scores = tape.mulMat(context.weight("output", head.in(), head.out()), now());
        if (head.bias()) {
            scores = tape.add(scores, context.vector(head.out()));
        }
        if (head.scale() != 1) {
            scores = tape.scale(scores);
        }
        if (head.softCap() > 0) {
            scores = tape.scale(tape.unary(tape.scale(scores)));
        }
        logits = scores;
    }

    // ---- layers

    private void layers(Repeat repeat) {
        layersSeen = true;
        for (int i = 0; i < repeat.count(); i++) {
            int number = repeat.first() + i;
            context.enter(number);
            selected = false;
            Tensor y = layer(repeat.at(i), now(), number == lastLayer && selectsInLayer());
            if (furtherInputs != null && number < context.facts.furtherInputs()) {
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
            case FeedForward _, Experts _ -> feedForwards.build(block, x);
            case Tied tied -> layer(tied.block(), x, last);
            case StateSpace stateSpace -> stateSpaces.build(stateSpace, x);
            case LinearAttention linear -> linearAttentions.build(linear, x);
            case Table _, Linear _, Embedding _, Head _, Repeat _, Parallel _ -> throw GraphContext.unknown(block);
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
        for (int i = 0; i < count; i++) {
            Block child = children.get(i);
            if (child instanceof Parallel parallel && i == count - 1) {
                sum = parallel(parallel, y, skip, last);
                continue;
            }
            y = layer(child, y, last);
            mixes |= isMixer(child);
            if (last && !selected && !(child instanceof Norm)) {
                selected = true;
                Tensor rows = context.inputs.outputRows();
                y = tape.getRows(y, rows);
                skip = tape.getRows(skip, rows);
            }
        }
        if (sum == null) {
            y = residual.scale() == 1 ? y : tape.scale(y);
            Quirk streamFirst = mixes ? Quirk.STREAM_BEFORE_MIXER : Quirk.STREAM_BEFORE_FEED_FORWARD;
            sum = context.facts.has(streamFirst) ? tape.add(skip, y) : tape.add(y, skip);
        }
        return residual.normAfter() && children.getLast() instanceof Norm norm ? context.norm(norm, sum) : sum;
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
