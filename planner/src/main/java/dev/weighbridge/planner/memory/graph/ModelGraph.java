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
    private final int lastLayer;
    private @Nullable Tensor stream;
    private @Nullable Tensor logits;
    private boolean selected;
    private boolean layersSeen;

    private ModelGraph(Anatomy model, GraphSettings settings, Residence residence) {
        List<Layer> layers = model.textLayers();
        long widestValue = layers.stream()
                .flatMap(layer -> layer.attentions().stream())
                .mapToLong(attention -> attention.heads().valueWidth())
                .max()
                .orElse(0);
        context = new GraphContext(settings, residence);
        tape = context.tape;
        attentions = new AttentionGraph(context, widestValue);
        feedForwards = new FeedForwardGraph(context);
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
            case Norm norm -> {
                context.enter(-1);
                stream = context.norm(norm, now(), -1);
                if (layersSeen) {
                    stream.isOutput = true;
                }
            }
            case Head head -> head(head);
            case Linear _, Residual _, Parallel _, Attention _, FeedForward _, Experts _ ->
                throw GraphContext.unknown(block);
            case StateSpace _, LinearAttention _, Convolution _, Table _ -> throw GraphContext.unknown(block);
        }
    }

    private static boolean isText(Tower tower) {
        return tower == Tower.SAME || tower == Tower.TEXT;
    }

    private void embed(Embedding embedding) {
        Tensor table = tape.weight(DataType.F16, Portion.HOST, embedding.width(), embedding.rows());
        if (stream == null) {
            Tensor rows = tape.getRows(table, tape.input(DataType.I32, context.tokens));
            tape.place(rows);
            tape.place(tape.input(DataType.F32, embedding.width(), context.tokens));
            stream = embedding.scale() == 1 ? rows : tape.scale(rows);
            tape.place(stream);
        } else if (embedding.role() == Role.POSITION) {
            stream = tape.add(now(), tape.getRows(table, context.inputs.positions(1)));
        } else {
            stream = tape.add(now(), tape.view(table, Tape.shape(embedding.width())));
        }
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
            stream = layer(repeat.at(i), now(), number == lastLayer);
        }
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
            case Table _, Linear _, Embedding _, Head _, Repeat _, Parallel _, StateSpace _, LinearAttention _ ->
                throw GraphContext.unknown(block);
            case Convolution _ -> throw GraphContext.unknown(block);
        };
    }

    private Tensor residual(Residual residual, Tensor x, boolean last) {
        Tensor skip = x;
        Tensor y = x;
        List<Block> children = residual.children();
        int count = residual.normAfter() ? children.size() - 1 : children.size();
        for (int i = 0; i < count; i++) {
            Block child = children.get(i);
            if (child instanceof Parallel parallel) {
                Tensor[] both = parallel(parallel, y, skip, last);
                y = both[0];
                skip = both[1];
                continue;
            }
            y = layer(child, y, last);
            if (last && !selected && !(child instanceof Norm)) {
                selected = true;
                Tensor rows = context.inputs.outputRows();
                y = tape.getRows(y, rows);
                skip = tape.getRows(skip, rows);
            }
        }
        if (residual.scale() != 1) {
            y = tape.scale(y);
        }
        Tensor sum = tape.add(y, skip);
        return residual.normAfter() && children.getLast() instanceof Norm norm ? context.norm(norm, sum) : sum;
    }

    /// Branches on one input, the mixer first.
    ///
    /// @return their sum and the stream that it is to be added to
    private Tensor[] parallel(Parallel parallel, Tensor x, Tensor skip, boolean last) {
        Tensor sum = null;
        Tensor input = x;
        for (Block branch : parallel.children()) {
            Tensor y = layer(branch, input, last);
            if (last && !selected) {
                selected = true;
                Tensor rows = context.inputs.outputRows();
                y = tape.getRows(y, rows);
                skip = tape.getRows(skip, rows);
                input = tape.getRows(input, rows);
            }
            sum = sum == null ? y : tape.add(sum, y);
        }
        if (sum == null) {
            throw GraphContext.unknown(parallel);
        }
        return new Tensor[] {sum, skip};
    }
}
