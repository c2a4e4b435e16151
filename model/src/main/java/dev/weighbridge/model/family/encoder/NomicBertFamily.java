package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
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
import dev.weighbridge.model.family.component.MaskedHead;
import dev.weighbridge.model.family.component.Rotaries;

/// Nomic BERT (arXiv:2402.01613) and Jina embeddings 3 (arXiv:2409.10173): BERT and XLM-RoBERTa with rotary positions,
/// the
/// former with gated feed-forwards.
final class NomicBertFamily {
    private NomicBertFamily() {}

    static Family family() {
        Family family = Family.named("nomic-bert");
        new RobertaHeads("roberta", NomicBertFamily::jina, true)
                .addTo(family, "JinaEmbeddingsV3", "jina_embeddings_v3");
        return family.architecture(NomicBertFamily::nomic, "NomicBertModel")
                .backbone(NomicBertFamily::nomic, "nomic_bert")
                .architecture(
                        config -> headed(config, predictions(config)),
                        "NomicBertForMaskedLM",
                        "NomicBertForPreTraining")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("nomic_bert", nomic(config), BertHeads.pooler(config)),
                                classifier(config)),
                        "NomicBertForSequenceClassification")
                .architecture(config -> headed(config, classifier(config)), "NomicBertForTokenClassification");
    }

    private static Block classifier(Config config) {
        return Classifier.linear(config, "classifier", config.size("hidden_size"), true);
    }

    private static Block nomic(Config config) {
        Block words = Embedding.of("word_embeddings", config.size("vocab_size"), config.size("hidden_size"));
        Block feedForward = FeedForwards.gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                false,
                "fc12",
                "fc11",
                "fc2");
        Block attention =
                attention(config, 1_000).named("attn").bias(false, false).buildFused("Wqkv");
        return model(config, words, attention, feedForward);
    }

    private static Block jina(Config config, Block words) {
        Block feedForward = FeedForwards.plain(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "fc1",
                "fc2");
        Block attention =
                attention(config, 20_000).named("mixer").bias(true, true).buildFused("Wqkv");
        return model(config, words, attention, feedForward);
    }

    private static GroupedAttention attention(Config config, double theta) {
        long headDim = GroupedAttention.heads(config).headDim();
        return GroupedAttention.of(config)
                .projections("", "", "", "out_proj")
                .span(Span.bidirectional())
                .rotary(Rotaries.of(config, headDim, "", theta, 1));
    }

    private static Block model(Config config, Block words, Block attention, Block feedForward) {
        Block layer = Sequence.of(
                "",
                Residual.normAfter(attention, norm(config, "norm1")),
                Residual.normAfter(feedForward, norm(config, "norm2")));
        return Sequence.of(
                "",
                BertEmbeddings.of(config)
                        .words(words)
                        .withoutPositions()
                        .withoutNorm()
                        .build(),
                norm(config, "emb_ln").named(ParameterStyle.GAMMA_BETA),
                Sequence.of("encoder", Repeat.of("layers", config.count("num_hidden_layers"), layer)));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }

    private static Block predictions(Config config) {
        long hidden = config.size("hidden_size");
        return MaskedHead.of(
                config,
                "cls.predictions",
                hidden,
                "nomic_bert.embeddings.word_embeddings",
                Linear.of("transform.dense", hidden, hidden, true).as(Role.HEAD),
                norm(config, "transform.layer_norm"));
    }

    private static Block headed(Config config, Block head) {
        return Sequence.of("", Sequence.of("nomic_bert", nomic(config)), head);
    }
}
