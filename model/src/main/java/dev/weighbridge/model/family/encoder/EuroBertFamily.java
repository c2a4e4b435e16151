package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// EuroBERT (arXiv:2503.05500): a Llama that sees both ways.
final class EuroBertFamily {
    private EuroBertFamily() {}

    static Family family() {
        return Family.named("eurobert")
                .architecture(EuroBertFamily::model, "EuroBertModel")
                .backbone(EuroBertFamily::model, "eurobert")
                .architecture(EuroBertFamily::masked, "EuroBertForMaskedLM")
                .architecture(EuroBertFamily::classifying, "EuroBertForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(config, "model", model(config)), "EuroBertForTokenClassification");
    }

    private static Block model(Config config) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(Span.bidirectional())
                .rotary(Rotaries.of(config, headDim))
                .build();
        Block feedForward = FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"));
        return TextModel.backbone(
                config, _ -> TextModel.layer(config, Norm.Kind.RMS, attention, feedForward), Norm.Kind.RMS);
    }

    private static Block masked(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of("model", model(config)),
                TextModel.head(config, config.flag("mlp_bias") ? head.biased() : head, "model.embed_tokens"));
    }

    private static Block classifying(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("model", model(config)),
                Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                Classifier.linear(config, "classifier", hidden, true));
    }
}
