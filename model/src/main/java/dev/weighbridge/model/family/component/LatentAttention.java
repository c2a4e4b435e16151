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
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;

/// Builds multi-head latent attention (DeepSeek-V2, arXiv:2405.04434, section 2.1): keys and values are projected down
/// to
/// one latent of `kv_lora_rank`, which is all that the cache keeps beside a rotary key of `qk_rope_head_dim` shared by
/// the heads, and up again to every head; queries pass a latent of `q_lora_rank` where there is one.
///
/// A builder is one caller's own. Without further calls: `self_attn`, causal, rotary settings of the configuration,
/// neighbours rotated together unless `rope_interleave` denies it.
public final class LatentAttention {
    private final Config config;
    private final Heads heads;
    private String name = "self_attn";
    private Span span = Span.causal();
    private Rotary rotary;
    private double epsilon = 1e-6;
    private final List<Part> further = new ArrayList<>();

    private LatentAttention(Config config) {
        this.config = config;
        this.heads = heads(config);
        Rotary positions = Rotaries.of(config, heads.headDim());
        this.rotary = new Rotary(
                positions.theta(), heads.latentRotaryDim(), config.flag("rope_interleave", true), positions.scaling());
    }

    /// Attention of the widths that `hidden_size`, `num_attention_heads`, `q_lora_rank`, `kv_lora_rank`,
    /// `qk_nope_head_dim`, `qk_rope_head_dim`, `v_head_dim` and `attention_bias` describe.
    public static LatentAttention of(Config config) {
        return new LatentAttention(config);
    }

    /// The heads as computed, with the latent that the cache keeps in their place.
    public static Heads heads(Config config) {
        int headCount = config.count("num_attention_heads");
        long rotaryDim = config.size("qk_rope_head_dim");
        return new Heads(
                headCount,
                headCount,
                config.size("qk_nope_head_dim") + rotaryDim,
                config.size("v_head_dim"),
                config.size("kv_lora_rank"),
                rotaryDim);
    }

    /// The path segment.
    public LatentAttention named(String segment) {
        name = segment;
        return this;
    }

    /// Which positions it sees.
    public LatentAttention span(Span positions) {
        span = positions;
        return this;
    }

    /// Its rotary positions, where they are not those of the configuration.
    public LatentAttention rotary(Rotary positions) {
        rotary = positions;
        return this;
    }

    /// The epsilon of the norms of both latents; 1e-6 unless told.
    public LatentAttention epsilon(double value) {
        epsilon = value;
        return this;
    }

    /// Attention to the `index_topk` positions that an indexer selects.
    public LatentAttention selecting() {
        return span(Span.selected(config.size("index_topk")));
    }

    /// A further part: an indexer, sinks, a gate.
    public LatentAttention with(Slot slot, Block part) {
        further.add(new Part(slot, part));
        return this;
    }

    /// The attention, its query projected by `q_proj`, or by `q_a_proj` and `q_b_proj` where `q_lora_rank` is given.
    public Attention build() {
        List<Part> query = new ArrayList<>();
        if (config.has("q_lora_rank")) {
            query.addAll(queryDown());
            query.add(new Part(Slot.QUERY_UP, Linear.of("q_b_proj", config.size("q_lora_rank"), heads.queryWidth())));
        } else {
            query.add(new Part(Slot.QUERY, Linear.of("q_proj", config.size("hidden_size"), heads.queryWidth())));
        }
        return build(query);
    }

    /// The attention, its query made by these parts.
    public Attention build(List<Part> query) {
        long hidden = config.size("hidden_size");
        long rank = heads.latentRank();
        boolean bias = config.flag("attention_bias");
        List<Part> parts = new ArrayList<>(query);
        long down = rank + heads.latentRotaryDim();
        long keyAndValue = heads.headDim() - heads.latentRotaryDim() + heads.valueHeadDim();
        parts.add(new Part(Slot.KEY_VALUE_DOWN, Linear.of("kv_a_proj_with_mqa", hidden, down, bias)));
        parts.add(new Part(Slot.KEY_VALUE_DOWN_NORM, Norm.rms("kv_a_layernorm", rank, epsilon)));
        parts.add(new Part(Slot.KEY_VALUE_UP, Linear.of("kv_b_proj", rank, heads.headCount() * keyAndValue)));
        parts.add(new Part(Slot.OUTPUT, Linear.of("o_proj", heads.headCount() * heads.valueHeadDim(), hidden, bias)));
        parts.addAll(further);
        return Attention.of(name, heads, span, rotary, parts).scored(scale(), 0);
    }

    /// The way of the query down to its latent, for a caller that brings it up in its own way.
    public List<Part> queryDown() {
        long rank = config.size("q_lora_rank");
        var down = Linear.of("q_a_proj", config.size("hidden_size"), rank, config.flag("attention_bias"));
        return List.of(
                new Part(Slot.QUERY_DOWN, down),
                new Part(Slot.QUERY_DOWN_NORM, Norm.rms("q_a_layernorm", rank, epsilon)));
    }

    /// `m² / √headDim` with `m = 0.1 · mscale_all_dim · ln(factor) + 1` where YaRN stretches the context
    /// (arXiv:2309.00071, equation 22, as DeepSeek applies it); 0, the usual factor, elsewhere.
    private double scale() {
        double all = rotary.scaling().number("mscale_all_dim", 0);
        double factor = rotary.scaling().number("factor", 1);
        if (all == 0 || factor <= 1) {
            return 0;
        }
        double m = 0.1 * all * Math.log(factor) + 1;
        return m * m / Math.sqrt((double) heads.headDim());
    }
}
