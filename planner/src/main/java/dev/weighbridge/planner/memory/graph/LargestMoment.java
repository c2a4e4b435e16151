package dev.weighbridge.planner.memory.graph;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Portion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The law that stands for a graph that is not known: the buffer is as large as its largest moment, which is
/// the logits, the feed-forward or the matrix of scores.
///
/// With n tokens, V vocabulary, h hidden size, k experts a token meets (1 if dense), f their inner size, C
/// cells, H heads:
///
///     max{ 4·n·(V + 2h) ; 4·n·(3·k·f + 4h) + 2·n·C }              with flash attention
///     max{ …            ; 4·n·C·(H + 1) + 24·n·h }                 without
///
/// Measured on llama.cpp v0.5.0 for dense and mixture models without latent attention or recurrence.
final class LargestMoment {
    private LargestMoment() {}

    static ComputeBuffers of(Anatomy model, GraphSettings settings, Residence residence) {
        long tokens = settings.tokens();
        long hidden = model.hiddenSize().orElse(0);
        long vocabulary = model.vocabularySize().orElse(0);
        long inner = 0;
        long heads = 0;
        for (Layer layer : model.textLayers()) {
            for (Block block : layer.feedForwards()) {
                inner = Math.max(inner, innerSize(block));
            }
            for (Attention attention : layer.attentions()) {
                heads = Math.max(heads, attention.heads().headCount());
            }
        }
        long mask = tokens * settings.cells() * (settings.flash() ? 2 : 4);
        long logits = 4 * settings.outputs() * vocabulary + 8 * tokens * hidden;
        long feedForward = 4 * tokens * (3 * inner + 4 * hidden) + mask;
        long scores = settings.flash() ? 0 : 4 * tokens * settings.cells() * heads + mask + 24 * tokens * hidden;
        long largest = Math.max(logits, Math.max(feedForward, scores));
        String what = largest == logits ? "logits" : largest == feedForward ? "feed-forward" : "attention scores";
        String derivation = "largest moment of the graph: " + what + " of " + tokens + " tokens";
        if (residence.deviceCount() == 0) {
            return new ComputeBuffers(List.of(), largest, Basis.ESTIMATED, derivation);
        }
        List<Long> devices =
                new ArrayList<>(Collections.nCopies(residence.deviceCount(), Math.max(feedForward, scores)));
        if (residence.outputDevice() != Portion.HOST) {
            devices.set(residence.outputDevice(), largest);
        }
        long inputs = 4 * tokens * hidden + mask;
        long host = residence.outputDevice() == Portion.HOST ? largest : inputs;
        return new ComputeBuffers(devices, host, Basis.ESTIMATED, derivation);
    }

    private static long innerSize(Block block) {
        return switch (block) {
            case FeedForward feedForward -> feedForward.inner();
            case Experts experts
            when experts.expert() instanceof FeedForward expert ->
                expert.inner() * Math.max(1, experts.activeExpertCount());
            default -> 0;
        };
    }
}
