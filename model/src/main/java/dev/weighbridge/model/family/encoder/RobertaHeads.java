package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.MaskedHead;

/// The classes of a model with RoBERTa's heads.
///
/// @param prefix path segment of the model within its classes
/// @param body the model without pooler
/// @param headOwns whether files store a tied matrix under the head's name rather than the embedding's
record RobertaHeads(String prefix, Body body, boolean headOwns) {
    /// A model that takes its table of words from outside.
    @FunctionalInterface
    interface Body {
        Block of(Config config, Block words);
    }

    /// Adds the usual classes, whose names begin with `className`, and the backbone of `modelType`.
    Family addTo(Family family, String className, String modelType) {
        return family.architecture(this::model, className + "Model")
                .backbone(this::model, modelType)
                .architecture(this::masked, className + "ForMaskedLM", className + "ForCausalLM")
                .architecture(
                        config -> plain(config, classifier(config, Classifier.labels(config))),
                        className + "ForSequenceClassification")
                .architecture(
                        config -> headed(model(config), linear(config, "classifier", 1)),
                        className + "ForMultipleChoice")
                .architecture(
                        config -> plain(config, linear(config, "classifier", Classifier.labels(config))),
                        className + "ForTokenClassification")
                .architecture(
                        config -> plain(config, linear(config, "qa_outputs", Classifier.labels(config))),
                        className + "ForQuestionAnswering");
    }

    /// The model with its pooler, without a name of its own.
    Block model(Config config) {
        return Sequence.of("", body.of(config, words(config)), BertHeads.pooler(config));
    }

    private Block masked(Config config) {
        if (headOwns && config.flag("tie_word_embeddings", true)) {
            Block tied = body.of(config, new Tied(words(config), "lm_head.decoder"));
            return headed(tied, MaskedHead.robertaOwning(config));
        }
        return plain(config, MaskedHead.roberta(config, prefix + ".embeddings.word_embeddings"));
    }

    static Sequence classifier(Config config, long labels) {
        return Sequence.of(
                "classifier", linear(config, "dense", config.size("hidden_size")), linear(config, "out_proj", labels));
    }

    private static Linear linear(Config config, String name, long out) {
        return Linear.of(name, config.size("hidden_size"), out, true).as(Role.HEAD);
    }

    private static Embedding words(Config config) {
        return Embedding.of("word_embeddings", config.size("vocab_size"), config.size("hidden_size"));
    }

    private Block plain(Config config, Block head) {
        return headed(body.of(config, words(config)), head);
    }

    private Block headed(Block model, Block head) {
        return Sequence.of("", Sequence.of(prefix, model), head);
    }
}
