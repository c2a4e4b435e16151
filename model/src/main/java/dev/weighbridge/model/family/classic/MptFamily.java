package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// MPT (MosaicML 2023): slopes for positions, no biases anywhere.
final class MptFamily {
    private MptFamily() {}

    static Family family() {
        return Family.named("mpt")
                .architecture(MptFamily::causal, "MptForCausalLM", "MPTForCausalLM")
                .architecture(MptFamily::backbone, "MptModel")
                .architecture(
                        config -> Classifier.score(config, "transformer", backbone(config)),
                        "MptForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(config, "transformer", backbone(config)),
                        "MptForTokenClassification")
                .backbone(MptFamily::backbone, "mpt");
    }

    private static Block causal(Config config) {
        return Sequence.of(
                "", Sequence.of("transformer", backbone(config)), TextModel.head(config, "lm_head", "transformer.wte"));
    }

    private static Block backbone(Config config) {
        return Sequence.of(
                "",
                Embedding.of("wte", config.size("vocab_size"), config.size("hidden_size")),
                Repeat.of("blocks", config.count("num_hidden_layers"), layer(config)),
                norm(config, "norm_f"));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        Config rules = config.partOrEmpty("attn_config");
        Block attention = GroupedAttention.of(config)
                .named("attn")
                .projections("", "", "", "out_proj")
                .scored(rules.number("softmax_scale", 0), 0)
                .clipped(rules.number("clip_qkv", 0))
                .sloped(rules.number("alibi_bias_max", 8))
                .buildFused("Wqkv");
        return Sequence.of(
                "",
                Residual.of(norm(config, "norm_1"), attention),
                Residual.of(
                        norm(config, "norm_2"),
                        FeedForwards.plain("ffn", hidden, 4 * hidden, "gelu", false, "up_proj", "down_proj")));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_epsilon", 1e-5), false);
    }
}
