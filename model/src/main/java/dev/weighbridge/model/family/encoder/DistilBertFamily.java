package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// DistilBERT (arXiv:1910.01108): half of BERT's layers, no segments, no pooler, names of its own.
final class DistilBertFamily {
    private DistilBertFamily() {}

    static Family family() {
        return Family.named("distilbert")
                .architecture(DistilBertFamily::model, "DistilBertModel")
                .backbone(DistilBertFamily::model, "distilbert")
                .architecture(DistilBertFamily::masked, "DistilBertForMaskedLM")
                .architecture(
                        config -> classifying(config, Classifier.labels(config)), "DistilBertForSequenceClassification")
                .architecture(config -> classifying(config, 1), "DistilBertForMultipleChoice")
                .architecture(
                        config -> headed(config, linear(config, "classifier", Classifier.labels(config))),
                        "DistilBertForTokenClassification")
                .architecture(
                        config -> headed(config, linear(config, "qa_outputs", Classifier.labels(config))),
                        "DistilBertForQuestionAnswering");
    }

    private static Block model(Config config) {
        return Sequence.of(
                "",
                BertEmbeddings.of(config).withoutSegments().build(),
                Sequence.of("transformer", Repeat.of("layer", config.count("num_hidden_layers"), layer(config))));
    }

    private static Block layer(Config config) {
        Block attention = GroupedAttention.of(config)
                .named("attention")
                .projections("q_lin", "k_lin", "v_lin", "out_lin")
                .bias(true, true)
                .span(Span.bidirectional())
                .build();
        Block feedForward = FeedForwards.plain(
                "ffn",
                config.size("hidden_size"),
                config.size("hidden_dim"),
                config.text("activation"),
                true,
                "lin1",
                "lin2");
        return Sequence.of(
                "",
                Residual.normAfter(attention, norm(config, "sa_layer_norm")),
                Residual.normAfter(feedForward, norm(config, "output_layer_norm")));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), 1e-12);
    }

    private static Block masked(Config config) {
        long hidden = config.size("hidden_size");
        Head head =
                Head.of("vocab_projector", hidden, config.size("vocab_size")).biased();
        return headed(
                config,
                linear(config, "vocab_transform", hidden),
                norm(config, "vocab_layer_norm"),
                TextModel.head(config, head, "distilbert.embeddings.word_embeddings"));
    }

    private static Block classifying(Config config, long labels) {
        return headed(
                config,
                linear(config, "pre_classifier", config.size("hidden_size")),
                linear(config, "classifier", labels));
    }

    private static Linear linear(Config config, String name, long out) {
        return Linear.of(name, config.size("hidden_size"), out, true).as(Role.HEAD);
    }

    private static Block headed(Config config, Block... heads) {
        return Sequence.of("", Sequence.of("distilbert", model(config)), Sequence.of("", heads));
    }
}
