package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// ELECTRA (arXiv:2003.10555): a discriminator, and the smaller generator it was trained beside; an embedding narrower
/// than
/// the layers is projected up.
final class ElectraFamily {
    private ElectraFamily() {}

    static Family family() {
        return Family.named("electra")
                .architecture(ElectraFamily::model, "ElectraModel")
                .backbone(ElectraFamily::model, "electra")
                .architecture(ElectraFamily::generating, "ElectraForMaskedLM", "ElectraForCausalLM")
                .architecture(ElectraFamily::discriminating, "ElectraForPreTraining")
                .architecture(
                        config -> headed(config, RobertaHeads.classifier(config, Classifier.labels(config))),
                        "ElectraForSequenceClassification")
                .architecture(
                        config -> headed(config, linear(config, "classifier", Classifier.labels(config))),
                        "ElectraForTokenClassification")
                .architecture(
                        config -> headed(config, linear(config, "qa_outputs", Classifier.labels(config))),
                        "ElectraForQuestionAnswering");
    }

    static Block model(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("embedding_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(BertEmbeddings.of(config).width(width).build());
        if (width != hidden) {
            blocks.add(Linear.of("embeddings_project", width, hidden, true).as(Role.PROJECTION));
        }
        blocks.add(BertFamily.encoder(config, BertLayer.either(config).build()));
        return Sequence.of("", blocks);
    }

    private static Block generating(Config config) {
        long width = config.size("embedding_size");
        Head head =
                Head.of("generator_lm_head", width, config.size("vocab_size")).biased();
        return headed(
                config,
                Sequence.of(
                        "generator_predictions",
                        linear(config, "dense", width),
                        BertLayer.norm("LayerNorm", width, config.number("layer_norm_eps", 1e-12))),
                TextModel.head(config, head, "electra.embeddings.word_embeddings"));
    }

    private static Block discriminating(Config config) {
        return headed(
                config,
                Sequence.of(
                        "discriminator_predictions",
                        linear(config, "dense", config.size("hidden_size")),
                        linear(config, "dense_prediction", 1)));
    }

    private static Linear linear(Config config, String name, long out) {
        return Linear.of(name, config.size("hidden_size"), out, true).as(Role.HEAD);
    }

    private static Block headed(Config config, Block... heads) {
        return Sequence.of("", Sequence.of("electra", model(config)), Sequence.of("", heads));
    }
}
