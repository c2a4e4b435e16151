package dev.weighbridge.planner.memory.inprocess;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.planner.anatomy.Layer;

/// What a layer keeps of the past, and the numbers alive while it is computed.
final class LayerMemory {
    private final Layer layer;
    private final CacheLayout layout;

    LayerMemory(Layer layer, CacheLayout layout) {
        this.layer = layer;
        this.layout = layout;
    }

    /// Bytes of keys and values of one sequence.
    ///
    /// @param context tokens of it
    double cache(long context) {
        double sum = 0;
        for (Attention attention : layer.attentions()) {
            if (!attention.sharesCache()) {
                sum += positions(attention.span(), context) * row(attention.heads());
            }
        }
        return sum;
    }

    /// Bytes that windowed layers hold beside [#cache] once a prompt was computed: what they keep is a view
    /// of all its keys and values until the next token.
    double beyondWindows(long prompt) {
        double sum = 0;
        for (Attention attention : layer.attentions()) {
            boolean isWindowed = attention.span().kind() == Span.Kind.WINDOW
                    || attention.span().kind() == Span.Kind.CHUNK;
            if (isWindowed && !attention.sharesCache()) {
                sum += Math.max(0, prompt - attention.span().size()) * row(attention.heads());
            }
        }
        return sum;
    }

    private double positions(Span span, long context) {
        double kept = switch (span.kind()) {
            case CAUSAL, SELECTED, CROSS -> context;
            case WINDOW, CHUNK -> Math.min(span.size(), context);
            case BIDIRECTIONAL, BIDIRECTIONAL_WINDOW, BIDIRECTIONAL_CHUNK -> 0;
        };
        return kept + (span.stride() > 0 ? (double) context / span.stride() : 0);
    }

    private double row(Heads heads) {
        if (heads.latentRank() > 0) {
            return CacheLayout.row(layout.keys(), heads.latentRank() + heads.latentRotaryDim());
        }
        return CacheLayout.row(layout.keys(), heads.keyWidth()) + CacheLayout.row(layout.values(), heads.valueWidth());
    }

    /// Bytes of recurrent state of one sequence.
    double state() {
        double sum = 0;
        for (Block block : layer.mixers()) {
            sum += switch (block) {
                case StateSpace space -> {
                    long groups = space.version() == 1 ? 0 : space.groupCount();
                    double channels = space.innerSize() + 2.0 * groups * space.stateSize();
                    yield channels * layout.kept(space.kernel()) * layout.convolutionBytes()
                            + (double) space.innerSize() * space.stateSize() * layout.stateBytes();
                }
                case LinearAttention linear -> linear(linear);
                case Convolution convolution ->
                    (double) convolution.in()
                            * layout.kept(convolution.kernel().getFirst())
                            * layout.convolutionBytes();
                default -> 0;
            };
        }
        return sum;
    }

    private double linear(LinearAttention linear) {
        double keys = (double) linear.keyHeadCount() * linear.keyHeadDim();
        double values = (double) linear.valueHeadCount() * linear.valueHeadDim();
        double channels = 2 * keys + values;
        if (Part.find(linear.parts(), Slot.CONVOLUTION).orElse(linear) instanceof Convolution convolution) {
            channels = convolution.in();
        }
        return channels * layout.kept(linear.kernel()) * layout.convolutionBytes()
                + values * linear.keyHeadDim() * layout.stateBytes();
    }

    /// Numbers alive inside the widest part of the layer, for each token.
    double inside() {
        double widest = 0;
        for (Attention attention : layer.attentions()) {
            Heads heads = attention.heads();
            double output = (double) heads.headCount() * heads.valueHeadDim();
            widest = Math.max(widest, heads.queryWidth() + heads.keyWidth() + heads.valueWidth() + output);
        }
        for (Block block : layer.feedForwards()) {
            if (block instanceof FeedForward feedForward) {
                widest = Math.max(widest, inside(feedForward));
            } else if (block instanceof Experts experts && experts.expert() instanceof FeedForward expert) {
                widest = Math.max(widest, experts.activeExpertCount() * (inside(expert) + expert.in()));
            }
        }
        return widest;
    }

    private static double inside(FeedForward block) {
        return (double) block.inner() * (block.gated() ? 3 : 2);
    }

    /// Query heads of the layer; 0 without attention.
    int headCount() {
        return layer.attentions().stream()
                .mapToInt(attention -> attention.heads().headCount())
                .max()
                .orElse(0);
    }
}
