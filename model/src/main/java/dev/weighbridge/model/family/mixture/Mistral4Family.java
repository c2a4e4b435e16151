package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.Map;

/// Mistral Large 3 and its relatives (Mistral AI, 2025): DeepSeek's latent attention and fine-grained experts, chosen
/// by
/// softmax and stored stacked.
final class Mistral4Family {
    private Mistral4Family() {}

    static Family family() {
        return TextModel.members(Family.named("mistral4"), "Mistral4", Mistral4Family::backbone, "mistral4");
    }

    private static Block backbone(Config config) {
        Config stretched = config.has("rope_parameters") || config.has("rope_scaling")
                ? config
                : config.with("rope_parameters", STRETCHED);
        Attention attention = LatentAttention.of(stretched).build();
        var routing = FineGrainedExperts.grouped(config, "softmax", config.flag("norm_topk_prob", true));
        return DenseFirst.backbone(
                config,
                _ -> attention,
                FineGrainedExperts.stacked(config, routing).build());
    }

    /// The settings of the class where a configuration gives none.
    private static final Map<String, Object> STRETCHED = Map.of(
            "type", "yarn",
            "rope_theta", 10000.0,
            "factor", 128.0,
            "original_max_position_embeddings", 8192L,
            "beta_fast", 32.0,
            "beta_slow", 1.0,
            "mscale_all_dim", 1.0,
            "mscale", 1.0,
            "llama_4_scaling_beta", 0.1);
}
