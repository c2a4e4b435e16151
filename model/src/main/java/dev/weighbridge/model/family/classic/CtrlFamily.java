package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
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

/// CTRL (arXiv:1909.05858): sinusoidal positions, a scaled embedding, a head with a bias.
final class CtrlFamily {
    private CtrlFamily() {}

    static Family family() {
        return Family.named("ctrl")
                .architecture(CtrlFamily::causal, "CTRLLMHeadModel")
                .architecture(CtrlFamily::backbone, "CTRLModel")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("transformer", backbone(config)),
                                Classifier.linear(config, "classifier", config.size("hidden_size"), false)),
                        "CTRLForSequenceClassification")
                .backbone(CtrlFamily::backbone, "ctrl");
    }

    private static Block causal(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .biased();
        return Sequence.of(
                "", Sequence.of("transformer", backbone(config)), TextModel.head(config, head, "transformer.w"));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Embedding.of("w", config.size("vocab_size"), hidden).scaled(Math.sqrt((double) hidden)),
                Repeat.of("h", config.count("num_hidden_layers"), layer(config)),
                norm(config, "layernorm"));
    }

    private static Block layer(Config config) {
        Block attention = GroupedAttention.of(config)
                .named("multi_head_attention")
                .projections("Wq", "Wk", "Wv", "dense")
                .bias(true, true)
                .build();
        Block feedForward =
                FeedForwards.plain("ffn", config.size("hidden_size"), config.size("dff"), "relu", true, "0", "2");
        return Sequence.of(
                "",
                Residual.of(norm(config, "layernorm1"), attention),
                Residual.of(norm(config, "layernorm2"), feedForward));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.LAYER, name);
    }
}
