package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.SparseIndexer;
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
        return DenseFirst.backbone(config, _ -> attention, experts);
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
        return LatentAttention.of(config)
                .selecting()
                .with(Slot.INDEXER, SparseIndexer.of(config))
                .build();
    }
}
