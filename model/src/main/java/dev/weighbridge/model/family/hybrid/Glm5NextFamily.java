package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.HyperConnections;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.SparseIndexer;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// GLM-5-Next's language model (Zhipu, 2026): Kimi delta attention in three of four layers, latent attention to
/// selected
/// positions without rotary ones in the fourth, hyper-connections between four residual streams. Its bare class keeps
/// other names than the published files of the vision-language model do.
final class Glm5NextFamily {
    private Glm5NextFamily() {}

    static Family family() {
        return Family.named("glm5-next")
                .architecture(config -> backbone(config, false), "Glm5NextTextModel")
                .backbone(config -> backbone(config, true), "glm5_next_text");
    }

    private static Block backbone(Config config, boolean published) {
        long hidden = config.size("hidden_size");
        int streams = config.count("hc_mult", 4);
        LayerTypes mixers =
                LayerTypes.mixers(config, index -> index % 4 == 3 ? "deepseek_sparse_attention" : "linear_attention");
        LayerTypes feedForwards = LayerTypes.feedForwards(config, 3);
        LayerTypes indexers = SparseIndexer.types(config);
        Block linear = published
                ? KimiLinearFamily.deltaAttention(config, "", true, config.size("linear_num_heads", 64))
                : KimiLinearFamily.deltaAttention(config, "forget_gate.", false, config.size("linear_num_heads", 64));
        var activation = new Activation(config.text("hidden_act"), config.number("swiglu_limit", 10));
        Block dense = FeedForwards.gated(config, false).activated(activation);
        Block experts = experts(config, published);
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
                                        HyperConnections.mixing(published ? "hc_attn_" : "attn_hc.", streams, hidden),
                                        norm.renamed("input_layernorm"),
                                        mixers.is(index, "linear_attention")
                                                ? linear
                                                : attention(config, indexers.is(index, "full"))),
                                Residual.hyper(
                                        streams,
                                        HyperConnections.mixing(published ? "hc_ffn_" : "ffn_hc.", streams, hidden),
                                        norm.renamed("post_attention_layernorm"),
                                        feedForwards.is(index, "dense") ? dense : experts))),
                norm);
    }

    private static Block attention(Config config, boolean selecting) {
        var attention = LatentAttention.of(config)
                .rotary(Rotary.NONE)
                .epsilon(TextModel.epsilon(config))
                .selecting();
        if (selecting) {
            attention.with(Slot.INDEXER, indexer(config));
        }
        return attention.build();
    }

    /// DeepSeek's indexer over means of `index_kpool` positions.
    private static Sequence indexer(Config config) {
        long headDim = config.size("index_head_dim");
        List<Block> parts = new ArrayList<>();
        parts.add(Table.of("index_kpool_compress_ape", config.size("index_kpool", 16), headDim));
        parts.add(Table.of("index_kpool_compress_gate", headDim, config.size("hidden_size")));
        parts.addAll(SparseIndexer.of(config).children());
        return Sequence.of("indexer", parts);
    }

    private static Block experts(Config config, boolean numbered) {
        return numbered
                ? FineGrainedExperts.balanced(config).build()
                : FineGrainedExperts.stacked(config, FineGrainedExperts.sigmoid(config))
                        .with(
                                Slot.ROUTER_BIAS,
                                Table.buffer("gate.e_score_correction_bias", config.count("n_routed_experts")))
                        .build();
    }
}
