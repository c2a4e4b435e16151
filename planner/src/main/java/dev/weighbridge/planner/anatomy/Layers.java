package dev.weighbridge.planner.anatomy;

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
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.blueprint.Blueprint;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The reading of a blueprint that finds its layers: the outermost repeats whose blocks mix positions or work on them.
final class Layers {
    /// What one distinct block of a repeat holds.
    private record Content(List<Block> mixers, List<Block> feedForwards) {
        boolean isEmpty() {
            return mixers.isEmpty() && feedForwards.isEmpty();
        }
    }

    private final List<Layer> found = new ArrayList<>();
    private int stacks;

    private Layers() {}

    static List<Layer> of(Blueprint blueprint) {
        Layers layers = new Layers();
        layers.visit(blueprint.root(), Tower.TEXT);
        return layers.found;
    }

    /// Whether a tower is part of the language model that an answer comes from.
    static boolean isText(Tower tower) {
        return tower == Tower.TEXT || tower == Tower.SAME || tower == Tower.ENCODER;
    }

    private void visit(Block block, Tower tower) {
        switch (block) {
            case Sequence sequence -> {
                Tower inside = sequence.tower() == Tower.SAME ? tower : sequence.tower();
                sequence.children().forEach(child -> visit(child, inside));
            }
            case Repeat repeat -> visitRepeat(repeat, tower);
            case Residual _, Parallel _, Tied _ -> block.children().forEach(child -> visit(child, tower));
            case Attention _, FeedForward _, Experts _, StateSpace _, LinearAttention _ -> {}
            case Embedding _, Linear _, Head _, Norm _, Convolution _, Table _ -> {}
        }
    }

    private void visitRepeat(Repeat repeat, Tower tower) {
        Map<Block, Content> contents = new IdentityHashMap<>();
        int stack = stacks;
        for (int i = 0; i < repeat.count(); i++) {
            Block block = repeat.at(i);
            Content content = contents.computeIfAbsent(block, Layers::contentOf);
            if (content.isEmpty()) {
                visit(block, tower);
            } else {
                stacks = stack + 1;
                found.add(new Layer(
                        repeat.first() + i, tower, stack, content.mixers(), content.feedForwards(), repeat.passes()));
            }
        }
    }

    private static Content contentOf(Block block) {
        Content content = new Content(new ArrayList<>(), new ArrayList<>());
        collect(block, content);
        return content;
    }

    private static void collect(Block block, Content content) {
        switch (block) {
            case Attention _, StateSpace _, LinearAttention _ ->
                content.mixers().add(block);
            case Convolution convolution -> {
                if (convolution.causal()) {
                    content.mixers().add(convolution);
                }
            }
            case FeedForward _, Experts _ -> content.feedForwards().add(block);
            case Sequence _, Residual _, Parallel _, Tied _, Repeat _ ->
                block.children().forEach(child -> collect(child, content));
            case Embedding _, Linear _, Head _, Norm _, Table _ -> {}
        }
    }
}
