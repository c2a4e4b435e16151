package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// ModernBERT (arXiv:2412.13663): rotary positions of two bases, gated feed-forwards, and windows in all but every
/// third
/// layer.
final class ModernBertFamily {
    private ModernBertFamily() {}

    static Family family() {
        return Family.named("modernbert")
                .architecture(ModernBertFamily::model, "ModernBertModel")
                .backbone(ModernBertFamily::model, "modernbert")
                .architecture(ModernBertFamily::masked, "ModernBertForMaskedLM")
                .architecture(
                        config -> headed(config, linear(config, Classifier.labels(config))),
                        "ModernBertForSequenceClassification",
                        "ModernBertForTokenClassification",
                        "ModernBertForQuestionAnswering")
                .architecture(config -> headed(config, linear(config, 1)), "ModernBertForMultipleChoice");
    }

    private static Block model(Config config) {
        long every = config.size("global_attn_every_n_layers", 3);
        if (every == 0) {
            throw config.malformed("global_attn_every_n_layers", "must not be 0");
        }
        LayerTypes types =
                LayerTypes.mixers(config, index -> index % every == 0 ? "full_attention" : "sliding_attention");
        return Sequence.of(
                "",
                Sequence.of(
                        "embeddings",
                        Embedding.of("tok_embeddings", config.size("vocab_size"), config.size("hidden_size")),
                        norm(config, "norm")),
                Repeat.of("layers", types.types().size(), index -> layer(config, types, index)),
                norm(config, "final_norm"));
    }

    /// The first layer has no norm of its own: the embedding's stands right before it.
    private static Block layer(Config config, LayerTypes types, int index) {
        Block attention = attention(config, types.is(index, "sliding_attention"));
        Block feedForward = FeedForwards.fusedGated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_activation"),
                config.flag("mlp_bias"),
                "Wi",
                "Wo");
        return Sequence.of(
                "",
                index == 0 ? Residual.of(attention) : Residual.of(norm(config, "attn_norm"), attention),
                Residual.of(norm(config, "mlp_norm"), feedForward));
    }

    private static Block attention(Config config, boolean sliding) {
        long headDim = GroupedAttention.heads(config).headDim();
        boolean bias = config.flag("attention_bias");
        Rotary rotary = sliding
                ? Rotaries.of(config, headDim, "sliding_attention", config.number("local_rope_theta", 10_000), 1)
                : Rotaries.of(config, headDim, "full_attention", config.number("global_rope_theta", 160_000), 1);
        Span span = sliding
                ? new Span(Span.Kind.BIDIRECTIONAL_WINDOW, config.size("local_attention", 128))
                : Span.bidirectional();
        return GroupedAttention.of(config)
                .named("attn")
                .projections("", "", "", "Wo")
                .bias(bias, bias)
                .span(span)
                .rotary(rotary)
                .buildFused("Wqkv");
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("norm_eps", 1e-5), config.flag("norm_bias"));
    }

    private static Block masked(Config config) {
        Head head = Head.of("decoder", config.size("hidden_size"), config.size("vocab_size"));
        return headed(
                config,
                TextModel.head(
                        config,
                        config.flag("decoder_bias", true) ? head.biased() : head,
                        "model.embeddings.tok_embeddings"));
    }

    private static Linear linear(Config config, long labels) {
        return Linear.of("classifier", config.size("hidden_size"), labels, true).as(Role.HEAD);
    }

    private static Block headed(Config config, Block last) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("model", model(config)),
                Sequence.of(
                        "head",
                        Linear.of("dense", hidden, hidden, config.flag("classifier_bias"))
                                .as(Role.HEAD),
                        norm(config, "norm")),
                last);
    }
}
