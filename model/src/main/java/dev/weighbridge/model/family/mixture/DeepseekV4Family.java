package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.HyperConnections;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// DeepSeek V4 (2026): one shared key that is its own value, a window beside compressed positions (every 4, of which an
/// indexer selects some, or every 128), hyper-connections between four residual streams (arXiv:2512.24880), and
/// experts that the first layers choose by a table of tokens. Names are those of the published files.
final class DeepseekV4Family {
    private static final String WINDOW = "sliding_attention";
    private static final String SELECTED = "compressed_sparse_attention";
    private static final String COMPRESSED = "heavily_compressed_attention";

    private DeepseekV4Family() {}

    static Family family() {
        return Family.named("deepseek-v4")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model", backbone(config)),
                                TextModel.head(config, "head", "model.embed_tokens")),
                        "DeepseekV4ForCausalLM")
                .backbone(DeepseekV4Family::backbone, "deepseek_v4");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        int streams = config.count("hc_mult", 4);
        LayerTypes mixers = mixers(config);
        int hashedCount = config.count("num_hash_layers", 3);
        LayerTypes feedForwards =
                LayerTypes.of(config, "mlp_layer_types", index -> index < hashedCount ? "hash_moe" : "moe");
        Block hashed = experts(config, true);
        Block routed = experts(config, false);
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "norm");
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> Sequence.of(
                                "",
                                Residual.hyper(
                                        streams,
                                        HyperConnections.mixing("hc_attn_", streams, hidden),
                                        norm.renamed("attn_norm"),
                                        attention(config, mixers.at(index))),
                                Residual.hyper(
                                        streams,
                                        HyperConnections.mixing("hc_ffn_", streams, hidden),
                                        norm.renamed("ffn_norm"),
                                        feedForwards.is(index, "hash_moe") ? hashed : routed))),
                Sequence.of("hc_head", HyperConnections.reading("hc_", streams, hidden)),
                norm);
    }

    /// `layer_types`, or the ratios of `compress_ratios`; without both two heavily compressed layers and then the other
    /// two kinds in turn.
    private static LayerTypes mixers(Config config) {
        List<Long> ratios = config.integers("compress_ratios");
        if (!config.has("layer_types") && !ratios.isEmpty()) {
            if (ratios.size() < config.count("num_hidden_layers")) {
                throw config.malformed("compress_ratios", "is shorter than there are layers");
            }
            return LayerTypes.mixers(
                    config, index -> ratios.get(index) == 0 ? WINDOW : ratios.get(index) == 4 ? SELECTED : COMPRESSED);
        }
        return LayerTypes.mixers(config, index -> index < 2 || index % 2 == 0 ? COMPRESSED : SELECTED);
    }

    private static Attention attention(Config config, String type) {
        long hidden = config.size("hidden_size");
        int headCount = config.count("num_attention_heads");
        long headDim = config.size("head_dim");
        long queryRank = config.size("q_lora_rank");
        long outputRank = config.count("o_groups") * config.size("o_lora_rank");
        double epsilon = TextModel.epsilon(config);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY_DOWN, Linear.of("wq_a", hidden, queryRank)));
        parts.add(new Part(Slot.QUERY_DOWN_NORM, Norm.rms("q_norm", queryRank, epsilon)));
        parts.add(new Part(Slot.QUERY_UP, Linear.of("wq_b", queryRank, headCount * headDim)));
        parts.add(new Part(Slot.QUERY_NORM, Norm.rms("", headDim, epsilon).untrained()));
        parts.add(new Part(Slot.KEY_VALUE_DOWN, Linear.of("wkv", hidden, headDim)));
        parts.add(new Part(Slot.KEY_VALUE_DOWN_NORM, Norm.rms("norm", headDim, epsilon)));
        parts.add(new Part(Slot.SINKS, Table.of("attn_sink", headCount)));
        Span span = TextModel.window(config);
        long rate = rate(config, type);
        if (type.equals(SELECTED)) {
            parts.add(new Part(Slot.COMPRESSOR, compressor(hidden, headDim, 2, rate, epsilon)));
            parts.add(new Part(Slot.INDEXER, indexer(config, rate, epsilon)));
            span = span.compressing(rate);
        } else if (type.equals(COMPRESSED)) {
            parts.add(new Part(Slot.COMPRESSOR, compressor(hidden, headDim, 1, rate, epsilon)));
            span = span.compressing(rate);
        }
        parts.add(new Part(
                Slot.OUTPUT_DOWN, Linear.of("wo_a", headCount * headDim / config.count("o_groups"), outputRank)));
        parts.add(new Part(Slot.OUTPUT, Linear.of("wo_b", outputRank, hidden)));
        var heads = new Heads(headCount, 1, headDim, headDim, headDim, 0);
        return Attention.of("attn", heads, span, rotary(config, headDim, type), parts);
    }

    private static Rotary rotary(Config config, long headDim, String type) {
        Config all = config.partOrEmpty(config.firstOf("rope_parameters", "rope_scaling"));
        boolean plain = type.equals(WINDOW);
        Config rules = all.optionalPart(plain ? "main" : "compress").orElse(plain ? Config.EMPTY : all);
        double theta = rules.number(
                "rope_theta",
                plain ? config.number("rope_theta", 10_000) : config.number("compress_rope_theta", 160_000));
        long dimensions = config.has("qk_rope_head_dim")
                ? config.size("qk_rope_head_dim")
                : (long) (headDim * config.number("partial_rotary_factor", 64.0 / 512));
        return new Rotary(theta, dimensions, true, plain ? Config.EMPTY : rules);
    }

    private static long rate(Config config, String type) {
        Config rates = config.partOrEmpty("compress_rates");
        return type.equals(SELECTED)
                ? config.size("compress_rate_csa", rates.size(SELECTED, 4))
                : config.size("compress_rate_hca", rates.size(COMPRESSED, 128));
    }

    /// A gated mean over `rate` positions, each with a bias of its own.
    private static Sequence compressor(long hidden, long headDim, long parts, long rate, double epsilon) {
        return Sequence.of(
                "compressor",
                Linear.of("wkv", hidden, parts * headDim),
                Linear.of("wgate", hidden, parts * headDim),
                Table.of("ape", rate, parts * headDim),
                Norm.rms("norm", headDim, epsilon));
    }

    private static Sequence indexer(Config config, long rate, double epsilon) {
        long hidden = config.size("hidden_size");
        int headCount = config.count("index_n_heads");
        long headDim = config.size("index_head_dim");
        return Sequence.of(
                "indexer",
                Linear.of("wq_b", config.size("q_lora_rank"), headCount * headDim),
                compressor(hidden, headDim, 2, rate, epsilon),
                Linear.of("weights_proj", hidden, headCount));
    }

    private static Block experts(Config config, boolean hashed) {
        long hidden = config.size("hidden_size");
        int count = config.count("n_routed_experts");
        int active = config.count("num_experts_per_tok");
        var routing = new Routing(
                hashed ? "hash" : config.text("scoring_func", "sqrtsoftplus"),
                config.flag("norm_topk_prob", true),
                config.number("routed_scaling_factor", 1),
                1,
                1);
        Block correction = hashed
                ? Table.buffer("gate.tid2eid", config.size("vocab_size"), active)
                : Table.buffer("gate.bias", count);
        return MixtureOfExperts.of(feedForward(config, "", false), count, active)
                .named("ffn", "experts")
                .routed(routing)
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, correction)
                .with(Slot.SHARED_EXPERT, feedForward(config, "shared_experts", config.flag("mlp_bias")))
                .build();
    }

    private static FeedForward feedForward(Config config, String name, boolean bias) {
        var activation = new Activation(config.text("hidden_act", "silu"), config.number("swiglu_limit", 10));
        return FeedForwards.gated(
                        name,
                        config.size("hidden_size"),
                        config.size("moe_intermediate_size"),
                        activation.name(),
                        bias,
                        "w1",
                        "w3",
                        "w2")
                .activated(activation);
    }
}
