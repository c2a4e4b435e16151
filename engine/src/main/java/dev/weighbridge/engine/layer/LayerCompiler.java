package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.layer.FeedForwardLayer.FusedOrder;
import dev.weighbridge.engine.weight.Matrix;
import dev.weighbridge.engine.weight.Weights;
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
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.error.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The reading of a blueprint that builds layers: one pattern match over the blocks, whatever the family.
public final class LayerCompiler {
    private final Weights weights;
    private final Sizes sizes;
    private int slots;

    private LayerCompiler(Blueprint blueprint, Weights weights) {
        this.weights = weights;
        this.sizes = Sizes.of(blueprint.config());
    }

    /// The layers of a language model, from token ids to logits or, without a head, to hidden states.
    ///
    /// @throws UnsupportedException if a block of it is not known to the engine
    public static Layer compile(Blueprint blueprint, Weights weights) {
        var compiler = new LayerCompiler(blueprint, weights);
        return compiler.layer(blueprint.root(), "", 0)
                .orElseThrow(() -> new UnsupportedException(blueprint.architecture() + " has no layers to run"));
    }

    /// The layer of a block; empty for one that computes nothing of its own.
    ///
    /// @param around path of the surroundings
    /// @param width of the input; 0 before the embedding
    private Optional<Layer> layer(Block block, String around, int width) {
        String path = under(around, block.name());
        return switch (block) {
            case Sequence sequence ->
                isText(sequence.tower()) ? chain(sequence.children(), path, width) : Optional.empty();
            case Repeat repeat -> repeat(repeat, around, width);
            case Residual residual -> Optional.of(residual(residual, path, width));
            case Parallel parallel -> Optional.of(new Composites.Branches(layers(parallel.children(), path, width)));
            case Tied tied -> Optional.of(tied(tied, around));
            case Embedding embedding -> Optional.of(embedding(embedding, path, width));
            case Norm norm -> Optional.of(NormLayer.of(norm, path, weights));
            case Linear linear -> Optional.of(LinearLayer.of(linear, path, weights));
            case Head head -> Optional.of(head(head, path));
            case Attention attention -> Optional.of(attention(attention, path));
            case FeedForward feedForward -> Optional.of(feedForwardOrMixing(feedForward, path));
            case StateSpace stateSpace ->
                Optional.of(StateSpaceLayers.of(stateSpace, parts(stateSpace.parts(), path), slots++));
            case LinearAttention linear -> Optional.of(linearAttention(linear, path));
            case Experts experts -> Optional.of(experts(experts, path));
            case Table table -> table(table, path, width);
            case Convolution _ ->
                throw new UnsupportedException(path + ": the engine does not run a convolution there");
        };
    }

    private static boolean isText(Tower tower) {
        return tower == Tower.SAME || tower == Tower.TEXT || tower == Tower.ENCODER;
    }

    private static String under(String around, String name) {
        return name.isEmpty() ? around : around.isEmpty() ? name : around + "." + name;
    }

    private List<Layer> layers(List<Block> blocks, String path, int width) {
        List<Layer> layers = new ArrayList<>();
        for (Block block : blocks) {
            layer(block, path, width).ifPresent(layers::add);
        }
        return layers;
    }

    private Optional<Layer> chain(List<Block> blocks, String path, int width) {
        List<Layer> layers = new ArrayList<>();
        int current = width;
        for (Block block : blocks) {
            Optional<Layer> next = isPooler(block) ? Optional.empty() : layer(block, path, current);
            if (next.isPresent()) {
                layers.add(next.get());
                current = next.get().width();
            }
        }
        return layers.isEmpty() ? Optional.empty() : Optional.of(new Composites.Chain(layers));
    }

    /// What makes one vector of all positions comes after the hidden states that the engine hands out.
    private static boolean isPooler(Block block) {
        return block.name().startsWith("pooler");
    }

    private Optional<Layer> repeat(Repeat repeat, String around, int width) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < repeat.count(); i++) {
            int number = repeat.first() + i;
            String numbered = repeat.name().isEmpty() ? String.valueOf(number) : repeat.name() + "." + number;
            Optional<Layer> layer = layer(repeat.at(i), under(around, numbered), width);
            for (int pass = 0; pass < repeat.passes(); pass++) {
                layer.ifPresent(layers::add);
            }
        }
        return layers.isEmpty() ? Optional.empty() : Optional.of(new Composites.Chain(layers));
    }

    private Layer residual(Residual residual, String path, int width) {
        if (residual.streams() > 1) {
            throw new UnsupportedException(path + ": the engine does not run hyper-connections");
        }
        List<Block> children = residual.children();
        int inside = residual.normAfter() ? children.size() - 1 : children.size();
        Layer branch = chain(children.subList(0, inside), path, width)
                .orElseThrow(() -> new UnsupportedException(path + ": a residual branch without a layer"));
        Layer norm =
                residual.normAfter() ? layer(children.getLast(), path, width).orElseThrow() : null;
        return new Composites.Sum(branch, (float) residual.skip(), (float) residual.scale(), norm);
    }

    /// Parameters of another block: looked for from here outwards.
    private Layer tied(Tied tied, String around) {
        String group = around;
        while (true) {
            String target = under(group, tied.target());
            if (weights.has(target + ".weight")) {
                return tiedTo(tied.block(), target);
            }
            if (group.isEmpty()) {
                throw new UnsupportedException(around + ": nothing to be found at " + tied.target() + ", which "
                        + tied.name() + " is tied to");
            }
            group = group.contains(".") ? group.substring(0, group.lastIndexOf('.')) : "";
        }
    }

    private Layer tiedTo(Block block, String target) {
        return switch (block) {
            case Head head -> head(head, target);
            case Linear linear -> LinearLayer.of(linear, target, weights);
            default -> throw new UnsupportedException(target + ": the engine does not tie " + block);
        };
    }

    private Layer head(Head head, String path) {
        Matrix matrix = weights.matrix(path + ".weight", Math.toIntExact(head.out()), Math.toIntExact(head.in()));
        return new HeadLayer(head, matrix, head.bias() ? weights.floats(path + ".bias") : null);
    }

    private Layer embedding(Embedding embedding, String path, int width) {
        int rows = Math.toIntExact(embedding.rows());
        Matrix table = weights.matrix(path + ".weight", rows, Math.toIntExact(embedding.width()));
        boolean isPosition = embedding.role() == Role.POSITION;
        EmbeddingLayer.Index index = isPosition
                ? EmbeddingLayer.Index.POSITION
                : width == 0 ? EmbeddingLayer.Index.TOKEN : EmbeddingLayer.Index.FIRST;
        int offset = isPosition ? sizes.positionOffset(rows) : 0;
        return new EmbeddingLayer(table, (float) embedding.scale(), index, offset, width > 0);
    }

    /// A lone number that a layer ends with scales its output.
    private Optional<Layer> table(Table table, String path, int width) {
        if (table.shape().elements() == 1 && width > 0) {
            return weights.find(path).map(values -> new Composites.Scaling(width, values[0]));
        }
        return Optional.empty();
    }

    private Layer attention(Attention attention, String path) {
        return new AttentionCompiler(sizes, attention, parts(attention.parts(), path)).compile(cacheSlot(attention));
    }

    private int cacheSlot(Attention attention) {
        if (attention.sharesCache()) {
            throw new UnsupportedException("the engine does not run layers that share another's cache");
        }
        return slots++;
    }

    private Parts parts(List<Part> parts, String path) {
        return new Parts(weights, parts, path);
    }

    private Layer linearAttention(LinearAttention block, String path) {
        Parts parts = parts(block.parts(), path);
        return switch (block.kind()) {
            case GATED_DELTA -> DeltaNetLayer.of(block, parts, slots++);
            case SHORT_CONVOLUTION -> ShortConvolutionLayer.of(parts, slots++);
            case RWKV -> RwkvLayers.TimeMixing.of(parts, slots++);
            case KIMI_DELTA, LIGHTNING, RG_LRU, XLSTM ->
                throw new UnsupportedException(path + ": the engine does not run linear attention of the kind "
                        + block.kind().name().toLowerCase(Locale.ROOT));
        };
    }

    private Layer feedForwardOrMixing(FeedForward block, String path) {
        Parts parts = parts(block.parts(), path);
        return parts.has("time_mix_key") ? RwkvLayers.ChannelMixing.of(parts, slots++) : feedForward(block, path);
    }

    private FeedForwardLayer feedForward(FeedForward feedForward, String path) {
        Parts parts = parts(feedForward.parts(), path);
        return new FeedForwardLayer(
                feedForward,
                parts.linear(Slot.GATE).orElse(null),
                parts.linear(Slot.UP).orElse(null),
                parts.linear(Slot.GATE_UP).orElse(null),
                orderOf(feedForward),
                parts.required(Slot.DOWN),
                parts.norm(Slot.INNER_NORM));
    }

    private static FusedOrder orderOf(FeedForward feedForward) {
        return feedForward.activation().name().equals("swiglu_oai") ? FusedOrder.ALTERNATING : FusedOrder.HALVES;
    }

    private Layer experts(Experts experts, String path) {
        List<FeedForwardLayer> shared = new ArrayList<>();
        float[] correction = null;
        LinearLayer router = null;
        LinearLayer sharedGate = null;
        for (Part part : experts.parts()) {
            String at = under(path, part.block().name());
            switch (part.slot()) {
                case ROUTER -> router = router(part.block(), at);
                case ROUTER_BIAS -> correction = weights.floats(at);
                case SHARED_EXPERT -> shared.add(feedForward((FeedForward) part.block(), at));
                case SHARED_EXPERT_GATE -> sharedGate = LinearLayer.of((Linear) part.block(), at, weights);
                default -> throw new UnsupportedException(at + ": the engine does not run this part of a mixture");
            }
        }
        if (router == null) {
            throw new UnsupportedException(path + ": a mixture without a router");
        }
        return new ExpertsLayer(experts, router, correction, routed(experts, path), shared, sharedGate);
    }

    private LinearLayer router(Block block, String path) {
        if (block instanceof Linear linear) {
            return LinearLayer.of(linear, path, weights);
        }
        throw new UnsupportedException(path + ": the engine does not run this kind of router");
    }

    private List<FeedForwardLayer> routed(Experts experts, String path) {
        if (!(experts.expert() instanceof FeedForward expert)) {
            throw new UnsupportedException(path + ": the engine does not run experts of this kind");
        }
        List<FeedForwardLayer> layers = new ArrayList<>();
        switch (experts.storage()) {
            case NUMBERED -> {
                String shared = under(under(path, experts.numbered("*")), expert.name());
                if (weights.conventions().splitsFused()) {
                    layers.addAll(stacked(experts, expert, shared));
                    break;
                }
                for (int e = 0; e < experts.expertCount(); e++) {
                    String numbered = under(path, experts.numbered(experts.first() + e));
                    layers.add(feedForward(expert, under(numbered, expert.name())));
                }
            }
            case STACKED, JOINED ->
                layers.addAll(stacked(experts, expert, under(under(path, experts.expertsName()), expert.name())));
        }
        return layers;
    }

    private List<FeedForwardLayer> stacked(Experts experts, FeedForward expert, String path) {
        StackedLinears linears = new StackedLinears(weights, experts.expertCount());
        List<FeedForwardLayer> layers = new ArrayList<>();
        for (int e = 0; e < experts.expertCount(); e++) {
            layers.add(new FeedForwardLayer(
                    expert,
                    linears.find(expert.parts(), Slot.GATE, path, e),
                    linears.find(expert.parts(), Slot.UP, path, e),
                    linears.find(expert.parts(), Slot.GATE_UP, path, e),
                    weights.conventions().splitsFused() ? FusedOrder.HALVES : orderOf(expert),
                    java.util.Objects.requireNonNull(linears.find(expert.parts(), Slot.DOWN, path, e), path),
                    null));
        }
        return layers;
    }
}
