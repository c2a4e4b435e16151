package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
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

/// The decoder twin of ModernBERT (Ettin, arXiv:2507.11412): a full layer, then two with a window; the first layer has
/// no
/// norm of its own, since the embedding is normalised.
final class ModernBertDecoderFamily {
    private ModernBertDecoderFamily() {}

    static Family family() {
        return Family.named("modernbert_decoder")
                .architecture(ModernBertDecoderFamily::causal, "ModernBertDecoderForCausalLM")
                .architecture(ModernBertDecoderFamily::classifier, "ModernBertDecoderForSequenceClassification")
                .architecture(ModernBertDecoderFamily::backbone, "ModernBertDecoderModel")
                .backbone(ModernBertDecoderFamily::backbone, "modernbert-decoder");
    }

    private static Block causal(Config config) {
        Head head = Head.of("decoder", config.size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of("model", backbone(config)),
                transform(config, "lm_head"),
                TextModel.head(
                        config,
                        config.flag("decoder_bias", true) ? head.biased() : head,
                        "model.embeddings.tok_embeddings"));
    }

    private static Block classifier(Config config) {
        return Sequence.of(
                "",
                Sequence.of("model", backbone(config)),
                transform(config, "head"),
                Classifier.linear(config, "classifier", config.size("hidden_size"), config.flag("classifier_bias")));
    }

    private static Block transform(Config config, String name) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                name,
                Linear.of("dense", hidden, hidden, config.flag("classifier_bias"))
                        .as(Role.HEAD),
                norm(config, "norm"));
    }

    private static Block backbone(Config config) {
        long period = config.integer("global_attn_every_n_layers", 3);
        if (period == 0) {
            throw config.malformed("global_attn_every_n_layers", "must not be 0");
        }
        LayerTypes types =
                LayerTypes.mixers(config, index -> index % period == 0 ? "full_attention" : "sliding_attention");
        return Sequence.of(
                "",
                Sequence.of(
                        "embeddings",
                        Embedding.of("tok_embeddings", config.size("vocab_size"), config.size("hidden_size")),
                        norm(config, "norm")),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> layer(config, types.at(index), index == 0)),
                norm(config, "final_norm"));
    }

    private static Block layer(Config config, String type, boolean first) {
        Block attention = attention(config, type);
        boolean bias = config.flag("mlp_bias");
        Block feedForward = FeedForwards.fusedGated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_activation"),
                bias,
                "Wi",
                "Wo");
        return Sequence.of(
                "",
                first ? Residual.of(attention) : Residual.of(norm(config, "attn_norm"), attention),
                Residual.of(norm(config, "mlp_norm"), feedForward));
    }

    private static Block attention(Config config, String type) {
        Heads heads = GroupedAttention.heads(config.with("head_dim", null).with("num_key_value_heads", null));
        boolean window = type.equals("sliding_attention") && config.size("local_attention", 0) > 0;
        boolean bias = config.flag("attention_bias");
        double base = window ? config.number("local_rope_theta", 10_000) : config.number("global_rope_theta", 160_000);
        return GroupedAttention.of(config.size("hidden_size"), heads)
                .named("attn")
                .projections("q_proj", "k_proj", "v_proj", "Wo")
                .bias(bias, bias)
                .span(window ? Span.window(config.size("local_attention") / 2) : Span.causal())
                .rotary(Rotaries.of(config, heads.headDim(), type, base, 1))
                .build();
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("norm_eps", 1e-5), config.flag("norm_bias"));
    }
}
