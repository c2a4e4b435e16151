package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GraniteModel;
import dev.weighbridge.model.family.component.TextModel;

/// HyperCLOVA X (Naver, arXiv:2506.22403): Granite's factors, though the logits are multiplied where Granite divides,
/// and
/// further norms after the branches.
final class HyperClovaFamily {
    private HyperClovaFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("hyperclovax"),
                "HyperCLOVAX",
                HyperClovaFamily::backbone,
                HyperClovaFamily::head,
                "hyperclovax");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .scaled(config.number("logits_scaling", 1));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Block backbone(Config config) {
        Block attention = GraniteModel.attention(config)
                .scored(config.number("attention_multiplier", 0), 0)
                .rotary(config)
                .build();
        Block feedForward = FeedForwards.gated(config, config.flag("mlp_bias"));
        Block layer = config.flag("use_post_norm", true)
                ? GraniteModel.layer(
                        config,
                        Sequence.of("", attention, TextModel.norm(config, Norm.Kind.RMS, "post_norm1")),
                        Sequence.of("", feedForward, TextModel.norm(config, Norm.Kind.RMS, "post_norm2")))
                : GraniteModel.layer(config, attention, feedForward);
        return GraniteModel.backbone(config, _ -> layer);
    }
}
