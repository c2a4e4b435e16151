package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.MaskedHead;
import java.util.function.Function;

/// The classes of a model with BERT's heads.
///
/// @param prefix path segment of the model within its classes
/// @param body the model without pooler
record BertHeads(String prefix, Function<Config, Block> body) {
    /// Adds the usual classes, whose names begin with `className`, and the backbone of `modelType`.
    Family addTo(Family family, String className, String modelType) {
        return family.architecture(this::model, className + "Model")
                .backbone(this::model, modelType)
                .architecture(this::masked, className + "ForMaskedLM", className + "ForCausalLM")
                .architecture(this::masked, className + "LMHeadModel")
                .architecture(this::preTraining, className + "ForPreTraining")
                .architecture(this::nextSentence, className + "ForNextSentencePrediction")
                .architecture(
                        config -> pooled(config, classifier(config, Classifier.labels(config))),
                        className + "ForSequenceClassification")
                .architecture(config -> pooled(config, classifier(config, 1)), className + "ForMultipleChoice")
                .architecture(
                        config -> plain(config, classifier(config, Classifier.labels(config))),
                        className + "ForTokenClassification")
                .architecture(this::answering, className + "ForQuestionAnswering");
    }

    /// The model with its pooler, without a name of its own.
    Block model(Config config) {
        return Sequence.of("", body.apply(config), pooler(config));
    }

    Block masked(Config config) {
        return plain(config, predictions(config));
    }

    private Block preTraining(Config config) {
        return pooled(config, predictions(config), relationship(config));
    }

    private Block nextSentence(Config config) {
        return pooled(config, relationship(config));
    }

    private Block answering(Config config) {
        long hidden = config.size("hidden_size");
        return plain(
                config,
                Linear.of("qa_outputs", hidden, Classifier.labels(config), true).as(Role.HEAD));
    }

    private Block predictions(Config config) {
        return MaskedHead.bert(config, config.size("hidden_size"), prefix + ".embeddings.word_embeddings");
    }

    private static Linear relationship(Config config) {
        return Linear.of("cls.seq_relationship", config.size("hidden_size"), 2, true)
                .as(Role.HEAD);
    }

    private static Linear classifier(Config config, long labels) {
        return Linear.of("classifier", config.size("hidden_size"), labels, true).as(Role.HEAD);
    }

    static Linear pooler(Config config) {
        long hidden = config.size("hidden_size");
        return Linear.of("pooler.dense", hidden, hidden, true);
    }

    Block plain(Config config, Block... heads) {
        return headed(Sequence.of(prefix, body.apply(config)), heads);
    }

    Block pooled(Config config, Block... heads) {
        return headed(Sequence.of(prefix, model(config)), heads);
    }

    private static Block headed(Block model, Block... heads) {
        return Sequence.of("", model, Sequence.of("", heads));
    }
}
