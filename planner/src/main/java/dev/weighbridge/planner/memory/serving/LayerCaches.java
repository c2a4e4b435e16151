package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The reading that says what each text layer keeps on one rank.
final class LayerCaches {
    /// A cached key of the light attention that selects positions: 128 numbers in FP8 and one scale
    /// (DeepSeek V3.2).
    private static final long INDEX_KEY_BYTES = 132;

    private final int tensor;
    private final double cacheBytes;
    private final long stateBytes;
    private final long modelBytes;
    private final String engine;
    private final List<LayerCache> found = new ArrayList<>();

    private LayerCaches(int tensor, double cacheBytes, long stateBytes, long modelBytes, String engine) {
        this.tensor = tensor;
        this.cacheBytes = cacheBytes;
        this.stateBytes = stateBytes;
        this.modelBytes = modelBytes;
        this.engine = engine;
    }

    /// What each layer keeps, several entries for a layer with several mixers.
    ///
    /// @param tensor ranks that share the heads
    /// @param cacheBytes of one cached number
    /// @param modelBytes of one activation
    /// @throws UnsupportedException for a recurrence that the engine does not run
    static List<List<LayerCache>> of(Anatomy model, int tensor, double cacheBytes, long modelBytes, String engine) {
        long stateBytes = stateBytes(model.config(), modelBytes);
        List<List<LayerCache>> layers = new ArrayList<>();
        for (Layer layer : model.textLayers()) {
            LayerCaches reading = new LayerCaches(tensor, cacheBytes, stateBytes, modelBytes, engine);
            layer.mixers().forEach(reading::visit);
            layers.add(List.copyOf(reading.found));
        }
        return layers;
    }

    /// Width of a number of recurrent state: what `mamba_ssm_dtype` states, else that of activations.
    private static long stateBytes(Config config, long modelBytes) {
        Config text = config.optionalPart("text_config").orElse(config);
        String field = text.firstOf("mamba_ssm_dtype", "mamba_ssm_cache_dtype", "ssm_cache_dtype");
        String type = text.has(field) ? text.text(field, "").toLowerCase(Locale.ROOT) : "";
        return type.contains("32") ? Float.BYTES : modelBytes;
    }

    private void visit(Block block) {
        switch (block) {
            case Attention attention -> attention(attention);
            case StateSpace space -> stateSpace(space);
            case LinearAttention linear -> linearAttention(linear);
            case Convolution convolution -> {
                long kept = convolution.kernel().getFirst() - 1;
                found.add(new LayerCache.State(share(convolution.in()) * kept * modelBytes));
            }
            case FeedForward _, Experts _, Embedding _, Head _, Linear _, Norm _, Table _ -> {}
            case Sequence _, Residual _, Parallel _, Repeat _, Tied _ ->
                block.children().forEach(this::visit);
        }
    }

    private void attention(Attention attention) {
        if (attention.sharesCache()) {
            return;
        }
        long bytes = tokenBytes(attention.heads());
        long size = attention.span().size();
        switch (attention.span().kind()) {
            case CAUSAL -> found.add(new LayerCache.Full(bytes, 1));
            case SELECTED -> found.add(new LayerCache.Full(bytes + INDEX_KEY_BYTES, 1));
            case WINDOW -> found.add(new LayerCache.Window(bytes, size));
            case CHUNK -> found.add(new LayerCache.Chunk(bytes, size));
            case CROSS -> found.add(new LayerCache.Full(bytes, 1));
            case BIDIRECTIONAL, BIDIRECTIONAL_WINDOW, BIDIRECTIONAL_CHUNK -> {}
        }
        if (attention.span().stride() > 0) {
            found.add(new LayerCache.Full(bytes, attention.span().stride()));
        }
    }

    /// The latent is kept whole on every rank; key heads are repeated where ranks outnumber them.
    private long tokenBytes(Heads heads) {
        if (heads.latentRank() > 0) {
            return Math.round((heads.latentRank() + heads.latentRotaryDim()) * cacheBytes);
        }
        long kvHeads = Math.max(1, heads.kvHeadCount() / tensor);
        return Math.round(kvHeads * (heads.headDim() + heads.valueHeadDim()) * cacheBytes);
    }

    /// vLLM `MambaStateShapeCalculator`: the last steps of the convolution, and the state matrix. Groups
    /// are repeated where ranks outnumber them.
    private void stateSpace(StateSpace space) {
        long groups = space.version() == 1 ? 0 : Math.max(1, Math.ceilDiv(space.groupCount(), tensor));
        long channels = share(space.innerSize()) + 2 * groups * (space.version() == 1 ? 0 : space.stateSize());
        long convolution = channels * Math.max(0, space.kernel() - 1) * modelBytes;
        long recurrence = share(space.innerSize()) * space.stateSize() * stateBytes;
        found.add(new LayerCache.State(convolution + recurrence));
    }

    private void linearAttention(LinearAttention linear) {
        long keys = share(linear.keyHeadCount() * linear.keyHeadDim());
        long values = share(linear.valueHeadCount() * linear.valueHeadDim());
        long kept = Math.max(0, linear.kernel() - 1);
        long matrix = values * linear.keyHeadDim();
        switch (linear.kind()) {
            case GATED_DELTA, KIMI_DELTA ->
                found.add(new LayerCache.State((2 * keys + values) * kept * modelBytes + matrix * stateBytes));
            case LIGHTNING -> found.add(new LayerCache.State(matrix * Float.BYTES));
            case SHORT_CONVOLUTION -> {
                if (Part.find(linear.parts(), Slot.CONVOLUTION).orElse(linear) instanceof Convolution convolution) {
                    found.add(new LayerCache.State(share(convolution.in()) * kept * modelBytes));
                }
            }
            case RWKV, RG_LRU, XLSTM ->
                throw new UnsupportedException(engine + " does not run "
                        + linear.kind().name().toLowerCase(Locale.ROOT).replace('_', '-') + " layers");
        }
    }

    private long share(long width) {
        return Math.ceilDiv(width, tensor);
    }
}
