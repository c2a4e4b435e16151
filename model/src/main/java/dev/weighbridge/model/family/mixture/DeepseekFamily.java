package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;

/// DeepSeek V2 (arXiv:2405.04434), V3 (arXiv:2412.19437) and V3.2 (arXiv:2512.02556): latent attention and fine-grained
/// experts after a few dense layers; V3.2 attends only to the positions that a light indexer selects.
final class DeepseekFamily {
    private DeepseekFamily() {}

    static Family family() {
        var family = Family.named("deepseek");
        TextModel.members(
                family, "DeepseekV2", config -> backbone(config, attention(config), second(config)), "deepseek_v2");
        TextModel.members(
                family, "DeepseekV3", config -> backbone(config, attention(config), balanced(config)), "deepseek_v3");
        TextModel.members(
                family, "DeepseekV32", config -> backbone(config, sparse(config), balanced(config)), "deepseek_v32");
        return family;
    }

    private static Block backbone(Config config, Attention attention, Block experts) {
        LayerTypes types = LayerTypes.feedForwards(config, config.count("first_k_dense_replace", 0));
        Block dense = FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"));
        Sequence first = TextModel.layer(config, Norm.Kind.RMS, attention, dense);
        Sequence later = TextModel.layer(config, Norm.Kind.RMS, attention, experts);
        return TextModel.backbone(config, index -> types.is(index, "dense") ? first : later, Norm.Kind.RMS);
    }

    private static Attention attention(Config config) {
        return LatentAttention.of(config).build();
    }

    private static Block second(Config config) {
        boolean grouped = config.text("topk_method", "greedy").equals("group_limited_greedy");
        var routing = FineGrainedExperts.grouped(
                grouped ? config : config.with("n_group", null).with("topk_group", null), "softmax", false);
        return FineGrainedExperts.of(config, routing).build();
    }

    private static Block balanced(Config config) {
        return FineGrainedExperts.balanced(config).build();
    }

    private static Attention sparse(Config config) {
        return LatentAttention.of(config).with(Slot.INDEXER, indexer(config)).build();
    }

    /// The indexer: `index_n_heads` light heads that share one key and are weighed by a projection of their own.
    private static Block indexer(Config config) {
        int headCount = config.count("index_n_heads");
        long headDim = config.size("index_head_dim");
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "indexer",
                Linear.of("wq_b", config.size("q_lora_rank"), headCount * headDim),
                Linear.of("wk", hidden, headDim),
                Norm.layer("k_norm", headDim, 1e-6),
                Linear.of("weights_proj", hidden, headCount));
    }
}
