package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// XLM (arXiv:1901.07291) and FlauBERT (arXiv:1912.05372), whose checkpoints number the parts of the layers, not the
/// layers.
final class XlmFamily {
    private XlmFamily() {}

    static Family family() {
        return Family.named("xlm")
                .architecture(XlmFamily::predicting, "XLMWithLMHeadModel", "FlaubertWithLMHeadModel")
                .architecture(XlmFamily::model, "XLMModel", "FlaubertModel")
                .architecture(
                        config -> Classifier.tokens(config, "transformer", model(config)),
                        "XLMForTokenClassification",
                        "FlaubertForTokenClassification")
                .backbone(XlmFamily::model, "xlm", "flaubert");
    }

    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Embedding.of("embeddings", config.size("vocab_size"), hidden));
        blocks.add(Embedding.positions("position_embeddings", config.size("max_position_embeddings"), hidden));
        long languages = config.size("n_langs", 1);
        if (languages > 1 && config.flag("use_lang_emb", true)) {
            blocks.add(Embedding.of("lang_embeddings", languages, hidden));
        }
        blocks.add(norm(config, "layer_norm_emb"));
        boolean normFirst = config.flag("pre_norm");
        int layerCount = config.count("num_hidden_layers");
        for (int i = 0; i < layerCount; i++) {
            blocks.add(layer(config, i, normFirst));
        }
        return Sequence.of("", blocks);
    }

    private static Block layer(Config config, int index, boolean normFirst) {
        long hidden = config.size("hidden_size");
        Block attention = GroupedAttention.of(config)
                .named("attentions." + index)
                .projections("q_lin", "k_lin", "v_lin", "out_lin")
                .bias(true, true)
                .span(config.flag("causal") ? Span.causal() : Span.bidirectional())
                .build();
        Block feedForward = FeedForwards.plain(
                "ffns." + index,
                hidden,
                4 * hidden,
                config.flag("gelu_activation", true) ? "gelu" : "relu",
                true,
                "lin1",
                "lin2");
        Norm first = norm(config, "layer_norm1." + index);
        Norm second = norm(config, "layer_norm2." + index);
        return normFirst
                ? Sequence.of("", Residual.of(first, attention), Residual.of(second, feedForward))
                : Sequence.of("", Residual.normAfter(attention, first), Residual.normAfter(feedForward, second));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }

    private static Block predicting(Config config) {
        Head head = Head.of("pred_layer.proj", config.size("hidden_size"), config.size("vocab_size"))
                .biased();
        return Sequence.of(
                "", Sequence.of("transformer", model(config)), TextModel.head(config, head, "transformer.embeddings"));
    }
}
