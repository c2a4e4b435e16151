package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.MaskedHead;

/// ALBERT (arXiv:1909.11942): a narrow embedding projected up, and few groups of layers through which the input passes
/// many
/// times.
final class AlbertFamily {
    private AlbertFamily() {}

    static Family family() {
        return Family.named("albert")
                .architecture(AlbertFamily::pooled, "AlbertModel")
                .backbone(AlbertFamily::pooled, "albert")
                .architecture(config -> headed(body(config), predictions(config)), "AlbertForMaskedLM")
                .architecture(
                        config -> headed(
                                pooled(config), predictions(config), linear(config, "sop_classifier.classifier")),
                        "AlbertForPreTraining")
                .architecture(
                        config -> headed(pooled(config), linear(config, "classifier")),
                        "AlbertForSequenceClassification")
                .architecture(
                        config -> headed(body(config), linear(config, "classifier")), "AlbertForTokenClassification")
                .architecture(
                        config -> headed(body(config), linear(config, "qa_outputs")), "AlbertForQuestionAnswering");
    }

    private static Block body(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("embedding_size");
        return Sequence.of(
                "",
                BertEmbeddings.of(config).width(width).build(),
                Sequence.of(
                        "encoder",
                        Linear.of("embedding_hidden_mapping_in", width, hidden, true)
                                .as(Role.PROJECTION),
                        groups(config)));
    }

    private static Block groups(Config config) {
        int layerCount = config.count("num_hidden_layers");
        int groupCount = config.count("num_hidden_groups", 1);
        if (groupCount == 0) {
            throw config.malformed("num_hidden_groups", "must not be 0");
        }
        Block group = Repeat.of("albert_layers", config.count("inner_group_num", 1), layer(config));
        return Repeat.of("albert_layer_groups", groupCount, group).passed(Math.max(1, layerCount / groupCount));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        return BertLayer.of(config)
                .norms("attention.LayerNorm", "full_layer_layer_norm")
                .attention(attention -> attention.projections("query", "key", "value", "dense"))
                .build(FeedForwards.plain("", hidden, inner, config.text("hidden_act"), true, "ffn", "ffn_output"));
    }

    private static Block pooled(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of("", body(config), Linear.of("pooler", hidden, hidden, true));
    }

    private static Block predictions(Config config) {
        long width = config.size("embedding_size");
        return MaskedHead.of(
                config,
                "predictions",
                width,
                "albert.embeddings.word_embeddings",
                Linear.of("dense", config.size("hidden_size"), width, true).as(Role.HEAD),
                BertLayer.norm("LayerNorm", width, config.number("layer_norm_eps", 1e-12)));
    }

    private static Linear linear(Config config, String name) {
        return Classifier.linear(config, name, config.size("hidden_size"), true);
    }

    private static Block headed(Block model, Block... heads) {
        return Sequence.of("", Sequence.of("albert", model), Sequence.of("", heads));
    }
}
