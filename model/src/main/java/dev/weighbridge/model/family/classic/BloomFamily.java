package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// BLOOM (arXiv:2211.05100): slopes for positions, and a norm behind the embedding.
final class BloomFamily {
    private BloomFamily() {}

    static Family family() {
        return Family.named("bloom")
                .architecture(BloomFamily::causal, "BloomForCausalLM")
                .architecture(BloomFamily::backbone, "BloomModel")
                .architecture(
                        config -> Classifier.score(sized(config), "transformer", backbone(config)),
                        "BloomForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(sized(config), "transformer", backbone(config)),
                        "BloomForTokenClassification")
                .backbone(BloomFamily::backbone, "bloom");
    }

    /// Early releases call the hidden size `n_embed`.
    private static Config sized(Config config) {
        return config.has("n_embed") ? config.with("hidden_size", config.size("n_embed")) : config;
    }

    private static Block causal(Config config) {
        return Sequence.of(
                "",
                Sequence.of("transformer", backbone(config)),
                TextModel.head(sized(config), "lm_head", "transformer.word_embeddings"));
    }

    private static Block backbone(Config raw) {
        Config config = sized(raw);
        return Sequence.of(
                "",
                Embedding.of("word_embeddings", config.size("vocab_size"), config.size("hidden_size")),
                norm(config, "word_embeddings_layernorm"),
                Repeat.of("h", config.count("num_hidden_layers"), layer(config)),
                norm(config, "ln_f"));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        Block attention = GroupedAttention.of(config)
                .named("self_attention")
                .projections("", "", "", "dense")
                .bias(true, true)
                .sloped(8)
                .buildFused("query_key_value");
        Block feedForward = FeedForwards.plain(
                "mlp", hidden, 4 * hidden, "gelu_pytorch_tanh", true, "dense_h_to_4h", "dense_4h_to_h");
        Norm before = norm(config, "input_layernorm");
        Norm between = norm(config, "post_attention_layernorm");
        return config.flag("apply_residual_connection_post_layernorm")
                ? Sequence.of("", before, Residual.of(attention), between, Residual.of(feedForward))
                : Sequence.of("", Residual.of(before, attention), Residual.of(between, feedForward));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.LAYER, name);
    }
}
