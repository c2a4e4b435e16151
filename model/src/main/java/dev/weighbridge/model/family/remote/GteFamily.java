package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// GTE v1.5 and multilingual (arXiv:2407.19669): BERT with rotary positions and a gated feed-forward, named `NewModel`
/// by
/// its publisher.
final class GteFamily {
    private GteFamily() {}

    static Family family() {
        return Family.named("gte")
                .architecture(GteFamily::backbone, "NewModel")
                .architecture(config -> classifier(config, pooler(config)), "NewForSequenceClassification")
                .architecture(config -> classifier(config, Sequence.of("")), "NewForTokenClassification");
    }

    private static Block classifier(Config config, Block pooler) {
        return Sequence.of(
                "",
                Sequence.of("new", backbone(config), pooler),
                Classifier.linear(config, "classifier", config.size("hidden_size"), true));
    }

    private static Block pooler(Config config) {
        return Linear.of("pooler.dense", config.size("hidden_size"), config.size("hidden_size"), true);
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        List<Block> embeddings = new ArrayList<>();
        embeddings.add(Embedding.of("word_embeddings", config.size("vocab_size"), hidden));
        if (!config.text("position_embedding_type", "rope").equals("rope")) {
            embeddings.add(Embedding.positions("position_embeddings", config.size("max_position_embeddings"), hidden));
        }
        long segments = config.size("type_vocab_size", 1);
        if (segments > 0) {
            embeddings.add(Embedding.of("token_type_embeddings", segments, hidden));
        }
        embeddings.add(norm(config, "LayerNorm"));
        return Sequence.of(
                "",
                Sequence.of("embeddings", embeddings),
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), layer(config)));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        var attention = GroupedAttention.of(config)
                .named("attention")
                .projections("q_proj", "k_proj", "v_proj", "o_proj")
                .bias(true, true)
                .span(Span.bidirectional());
        if (config.text("position_embedding_type", "rope").equals("rope")) {
            attention.rotary(config);
        }
        Block feedForward = new FeedForward(
                "mlp",
                hidden,
                inner,
                Activation.of(config.text("hidden_act", "gelu")),
                true,
                List.of(
                        new Part(Slot.GATE_UP, Linear.of("up_gate_proj", hidden, 2 * inner)),
                        new Part(Slot.DOWN, Linear.of("down_proj", inner, hidden, true))));
        return Sequence.of(
                "",
                Residual.normAfter(
                        config.flag("pack_qkv", true) ? attention.buildFused("qkv_proj") : attention.build(),
                        norm(config, "attn_ln")),
                Residual.normAfter(feedForward, norm(config, "mlp_ln")));
    }

    private static Norm norm(Config config, String name) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-12);
        return config.text("layer_norm_type", "layer_norm").equals("rms_norm")
                ? Norm.rms(name, hidden, epsilon)
                : Norm.layer(name, hidden, epsilon);
    }
}
