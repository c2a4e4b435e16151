package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.TextModel;

/// XGLM (arXiv:2112.10668) with sinusoidal positions, and BioGPT (arXiv:2210.10341) with learned ones.
final class XglmFamily {
    /// Rows of BioGPT's position table that no position uses.
    private static final int POSITION_OFFSET = 2;

    private XglmFamily() {}

    static Family family() {
        return Family.named("xglm")
                .architecture(config -> TextModel.causal(config, xglm(config)), "XGLMForCausalLM")
                .architecture(XglmFamily::xglm, "XGLMModel")
                .backbone(XglmFamily::xglm, "xglm")
                .architecture(XglmFamily::bioCausal, "BioGptForCausalLM")
                .architecture(XglmFamily::bio, "BioGptModel")
                .architecture(
                        config -> Classifier.score(config, "biogpt", bio(config)), "BioGptForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(config, "biogpt", bio(config)), "BioGptForTokenClassification")
                .backbone(XglmFamily::bio, "biogpt");
    }

    private static Block xglm(Config config) {
        var layer = BartLayer.of(
                config.size("hidden_size"),
                config.count("num_attention_heads"),
                config.size("ffn_dim"),
                config.text("activation_function"),
                true);
        return Sequence.of(
                "",
                embedding(config),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        config.flag("add_cross_attention") ? layer.decoder() : layer.causal()),
                layer.norm("layer_norm"));
    }

    private static Block bio(Config config) {
        long hidden = config.size("hidden_size");
        var layer = new BartLayer(
                hidden,
                config.count("num_attention_heads"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                1e-5,
                true,
                true,
                true);
        long positions = config.size("max_position_embeddings") + POSITION_OFFSET;
        return Sequence.of(
                "",
                embedding(config),
                Embedding.positions("embed_positions", positions, hidden),
                Repeat.of("layers", config.count("num_hidden_layers"), layer.causal()),
                layer.norm("layer_norm"));
    }

    private static Block bioCausal(Config config) {
        return Sequence.of(
                "",
                Sequence.of("biogpt", bio(config)),
                TextModel.head(config, "output_projection", "biogpt.embed_tokens"));
    }

    private static Embedding embedding(Config config) {
        long hidden = config.size("hidden_size");
        return Embedding.of("embed_tokens", config.size("vocab_size"), hidden)
                .scaled(config.flag("scale_embedding", true) ? Math.sqrt((double) hidden) : 1);
    }
}
