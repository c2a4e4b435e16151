package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Temperature;
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Builds attention with four projections: multi-head, grouped-query and multi-query.
///
/// A builder is one caller's own. Without further calls: `self_attn` with `q_proj`, `k_proj`, `v_proj`, `o_proj`, no
/// biases, causal, no positions.
public final class GroupedAttention {
    private final long hiddenSize;
    private final Heads heads;
    private long outputSize;
    private String name = "self_attn";
    private String query = "q_proj";
    private String key = "k_proj";
    private String value = "v_proj";
    private String output = "o_proj";
    private boolean queryBias;
    private boolean keyBias;
    private boolean valueBias;
    private boolean outputBias;
    private Span span = Span.causal();
    private Rotary rotary = Rotary.NONE;
    private double scale;
    private double softCap;
    private double clip;
    private boolean keysAsValues;
    private boolean sharesCache;
    private double slope;
    private boolean gatedQuery;
    private long readSize;
    private UnaryOperator<Linear> stored = linear -> linear;
    private final List<Part> further = new ArrayList<>();

    private GroupedAttention(long hiddenSize, Heads heads) {
        this.hiddenSize = hiddenSize;
        this.outputSize = hiddenSize;
        this.heads = heads;
        this.readSize = hiddenSize;
    }

    /// Attention of these heads over a residual stream of this width.
    public static GroupedAttention of(long hiddenSize, Heads heads) {
        return new GroupedAttention(hiddenSize, heads);
    }

    /// Attention with the heads that `hidden_size`, `num_attention_heads`, `num_key_value_heads` and `head_dim`
    /// describe.
    public static GroupedAttention of(Config config) {
        return of(config.size("hidden_size"), heads(config));
    }

    /// The heads that `hidden_size`, `num_attention_heads`, `num_key_value_heads` and `head_dim` describe; absent,
    /// there
    /// are as many key heads as query heads, and they share the hidden size evenly.
    public static Heads heads(Config config) {
        int headCount = config.count("num_attention_heads");
        int kvHeadCount = config.count("num_key_value_heads", headCount);
        if (headCount == 0 || kvHeadCount == 0) {
            throw config.malformed(headCount == 0 ? "num_attention_heads" : "num_key_value_heads", "must not be 0");
        }
        long headDim = config.has("head_dim") ? config.size("head_dim") : config.size("hidden_size") / headCount;
        return Heads.of(headCount, kvHeadCount, headDim);
    }

    /// An output of another width than the input's.
    public GroupedAttention into(long width) {
        outputSize = width;
        return this;
    }

    /// The path segment.
    public GroupedAttention named(String segment) {
        name = segment;
        return this;
    }

    /// The names of the four projections.
    public GroupedAttention projections(String q, String k, String v, String o) {
        query = q;
        key = k;
        value = v;
        output = o;
        return this;
    }

    /// Biases on query, key and value, and on the output.
    public GroupedAttention bias(boolean queryKeyValue, boolean out) {
        return bias(queryKeyValue, queryKeyValue, queryKeyValue, out);
    }

    /// Biases one by one.
    public GroupedAttention bias(boolean q, boolean k, boolean v, boolean o) {
        queryBias = q;
        keyBias = k;
        valueBias = v;
        outputBias = o;
        return this;
    }

    /// The query projection also yields a gate of the output, head by head beside the query.
    public GroupedAttention gatedQuery() {
        gatedQuery = true;
        return this;
    }

    /// Which positions it sees.
    public GroupedAttention span(Span positions) {
        span = positions;
        return this;
    }

    /// Keys and values of another stream, of this width.
    public GroupedAttention reading(long width) {
        readSize = width;
        return this;
    }

    /// Keys and values of another stream, of this width, where the span is that of cross-attention.
    public GroupedAttention crossing(long width) {
        return span.kind() == Span.Kind.CROSS ? reading(width) : this;
    }

    /// Its rotary positions.
    public GroupedAttention rotary(Rotary positions) {
        rotary = positions;
        return this;
    }

    /// The rotary positions that the configuration describes for every layer.
    public GroupedAttention rotary(Config config) {
        return rotary(Rotaries.of(config, heads.headDim()));
    }

    /// The rotary positions that the configuration describes for every layer, with the base that the architecture takes
    /// where the configuration gives none.
    public GroupedAttention rotary(Config config, double defaultTheta) {
        return rotary(Rotaries.of(config, heads.headDim(), "", defaultTheta, 1));
    }

    /// The factor on the scores and their cap; 0 for the usual factor and for no cap.
    public GroupedAttention scored(double factor, double cap) {
        scale = factor;
        softCap = cap;
        return this;
    }

    /// Queries, keys and values clamped to ± this; 0 for none.
    public GroupedAttention clipped(double limit) {
        clip = limit;
        return this;
    }

    /// Position biases that grow with distance (ALiBi); 0 for none.
    public GroupedAttention sloped(double exponent) {
        slope = exponent;
        return this;
    }

    /// The projected keys serve as values too: there is no projection of values.
    public GroupedAttention keysAsValues() {
        keysAsValues = true;
        return this;
    }

    /// Keys and values are those of an earlier layer: there is a projection of queries only.
    public GroupedAttention sharingCache() {
        sharesCache = true;
        return this;
    }

    /// How each projection is stored, where that differs.
    public GroupedAttention stored(UnaryOperator<Linear> change) {
        stored = change;
        return this;
    }

    /// Norms of queries and keys, before the rotary positions.
    public GroupedAttention normed(Norm queries, Norm keys) {
        return with(Slot.QUERY_NORM, queries).with(Slot.KEY_NORM, keys);
    }

    /// Norms of queries and keys, after the rotary positions.
    public GroupedAttention normedRotated(Norm queries, Norm keys) {
        return with(Slot.ROTATED_QUERY_NORM, queries).with(Slot.ROTATED_KEY_NORM, keys);
    }

    /// A further part: a norm of queries, sinks, a gate.
    public GroupedAttention with(Slot slot, Block part) {
        further.add(new Part(slot, part));
        return this;
    }

    /// The attention, with four projections of its own.
    public Attention build() {
        List<Part> parts = new ArrayList<>();
        parts.add(
                gatedQuery
                        ? projection(Slot.QUERY_GATE, query, hiddenSize, 2 * heads.queryWidth(), queryBias)
                        : projection(Slot.QUERY, query, hiddenSize, heads.queryWidth(), queryBias));
        if (!sharesCache) {
            parts.add(projection(Slot.KEY, key, readSize, heads.keyWidth(), keyBias));
        }
        if (!sharesCache && !keysAsValues) {
            parts.add(projection(Slot.VALUE, value, readSize, heads.valueWidth(), valueBias));
        }
        return finish(parts);
    }

    /// The attention, with query, key and value in one matrix of that name.
    public Attention buildFused(String queryKeyValue) {
        List<Part> parts = new ArrayList<>();
        long width = heads.queryWidth() + heads.keyWidth() + heads.valueWidth();
        parts.add(projection(Slot.QUERY_KEY_VALUE, queryKeyValue, hiddenSize, width, queryBias));
        return finish(parts);
    }

    private Attention finish(List<Part> parts) {
        parts.add(projection(Slot.OUTPUT, output, heads.headCount() * heads.valueHeadDim(), outputSize, outputBias));
        parts.addAll(further);
        return new Attention(
                name, heads, span, rotary, scale, softCap, clip, slope, Temperature.NONE, sharesCache, parts);
    }

    private Part projection(Slot slot, String segment, long in, long out, boolean bias) {
        return new Part(slot, stored.apply(Linear.of(segment, in, out, bias)));
    }
}
