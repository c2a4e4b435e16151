package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.SparseIndexer;
import dev.weighbridge.model.family.component.TextModel;

/// GLM's mixtures: GLM-4.5 (arXiv:2508.06471) with grouped queries, GLM-4.7 Flash with latent attention, GLM-5
/// (arXiv:2602.15763) with latent attention to selected positions, the selection shared by neighbouring layers.
final class GlmMoeFamily {
    private GlmMoeFamily() {}

    static Family family() {
        Family family = Family.named("glm-moe");
        TextModel.members(family, "Glm4Moe", GlmMoeFamily::grouped, "glm4_moe");
        family.architecture(GlmMoeFamily::stacked, "Glm4vMoeTextModel");
        TextModel.members(family, "Glm4MoeLite", GlmMoeFamily::latent, "glm4_moe_lite");
        return TextModel.members(family, "GlmMoeDsa", GlmMoeFamily::selecting, "glm_moe_dsa");
    }

    private static Block grouped(Config config) {
        return grouped(config, FineGrainedExperts.balanced(config).build());
    }

    /// The bare language model of GLM-4.5V (arXiv:2507.01006), whose class alone keeps its experts stacked.
    private static Block stacked(Config config) {
        Block experts = FineGrainedExperts.stacked(config, FineGrainedExperts.sigmoid(config))
                .with(Slot.ROUTER_BIAS, Table.buffer("gate.e_score_correction_bias", config.count("n_routed_experts")))
                .build();
        return grouped(config.with("use_qk_norm", false), experts);
    }

    private static Block grouped(Config config, Block experts) {
        long headDim = GroupedAttention.heads(config).headDim();
        var attention = GroupedAttention.of(config)
                .bias(config.flag("attention_bias"), false)
                .rotary(Rotaries.of(config, headDim, "", 10_000, 0.5));
        if (config.flag("use_qk_norm")) {
            double epsilon = TextModel.epsilon(config);
            attention.normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon));
        }
        Attention built = attention.build();
        return DenseFirst.backbone(config, _ -> built, experts);
    }

    private static Block latent(Config config) {
        Attention attention = LatentAttention.of(config).build();
        return DenseFirst.backbone(
                config,
                LayerTypes.feedForwards(config, 1),
                _ -> attention,
                FineGrainedExperts.balanced(config).build());
    }

    private static Block selecting(Config config) {
        LayerTypes indexers = SparseIndexer.types(config);
        Attention sharing = LatentAttention.of(config).selecting().build();
        Attention selecting = LatentAttention.of(config)
                .selecting()
                .with(Slot.INDEXER, SparseIndexer.of(config))
                .build();
        return DenseFirst.backbone(
                config,
                index -> indexers.is(index, "shared") ? sharing : selecting,
                FineGrainedExperts.balanced(config).build());
    }
}
