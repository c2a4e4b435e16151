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
/// @param pooler name of the pooler's matrix; empty where the model has none
/// @param keepsPooler whether the model keeps its pooler even in classes that do not read it
/// @param width the configuration field that gives the width of the embedding
record BertHeads(String prefix, Function<Config, Block> body, String pooler, boolean keepsPooler, String width) {
    /// With BERT's pooler, used for classes of sequences only, and an embedding of the hidden size.
    static BertHeads of(String prefix, Function<Config, Block> body) {
        return new BertHeads(prefix, body, "pooler.dense", false, "hidden_size");
    }

    /// With another name of the pooler's matrix; empty for none.
    BertHeads pooler(String name) {
        return new BertHeads(prefix, body, name, keepsPooler, width);
    }

    /// With the pooler kept in classes that do not read it.
    BertHeads keepingPooler() {
        return new BertHeads(prefix, body, pooler, true, width);
    }

    /// With an embedding of the width that this field gives.
    BertHeads width(String field) {
        return new BertHeads(prefix, body, pooler, keepsPooler, field);
    }

    /// Adds the usual classes, whose names begin with `className`, and the backbone of `modelType`; sequences are
    /// classified by one matrix behind the pooler.
    Family addTo(Family family, String className, String modelType) {
        return addPlain(family, className, modelType)
                .architecture(
                        config -> pooled(config, classifier(config, Classifier.labels(config))),
                        className + "ForSequenceClassification")
                .architecture(config -> pooled(config, classifier(config, 1)), className + "ForMultipleChoice")
                .architecture(this::nextSentence, className + "ForNextSentencePrediction");
    }

    /// The same, with sequences classified by two matrices behind the model.
    Family addWithDeepClassifier(Family family, String className, String modelType) {
        return addPlain(family, className, modelType)
                .architecture(
                        config -> plain(config, RobertaHeads.classifier(config, Classifier.labels(config))),
                        className + "ForSequenceClassification");
    }

    private Family addPlain(Family family, String className, String modelType) {
        return family.architecture(this::model, className + "Model")
                .backbone(this::model, modelType)
                .architecture(this::masked, className + "ForMaskedLM", className + "ForCausalLM")
                .architecture(this::masked, className + "LMHeadModel")
                .architecture(this::preTraining, className + "ForPreTraining")
                .architecture(
                        config -> plain(config, classifier(config, Classifier.labels(config))),
                        className + "ForTokenClassification")
                .architecture(this::answering, className + "ForQuestionAnswering");
    }

    /// The model with its pooler, without a name of its own.
    Block model(Config config) {
        long hidden = config.size("hidden_size");
        return pooler.isEmpty()
                ? body.apply(config)
                : Sequence.of("", body.apply(config), Linear.of(pooler, hidden, hidden, true));
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

    /// The head that predicts tokens.
    Block predictions(Config config) {
        return MaskedHead.bert(config, config.size(width), prefix + ".embeddings.word_embeddings");
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

    /// The model as it stands in classes that do not read its pooler, with heads.
    Block plain(Config config, Block... heads) {
        return keepsPooler ? pooled(config, heads) : headed(Sequence.of(prefix, body.apply(config)), heads);
    }

    /// The model with its pooler, and heads.
    Block pooled(Config config, Block... heads) {
        return headed(Sequence.of(prefix, model(config)), heads);
    }

    private static Block headed(Block model, Block... heads) {
        return Sequence.of("", model, Sequence.of("", heads));
    }
}
