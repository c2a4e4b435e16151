package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
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

/// GPT-Neo (Black et al. 2021): layers that see everything alternate with layers that see a window, and scores are not
/// scaled.
final class GptNeoFamily {
    private GptNeoFamily() {}

    static Family family() {
        return Family.named("gpt-neo")
                .architecture(GptNeoFamily::causal, "GPTNeoForCausalLM")
                .architecture(GptNeoFamily::backbone, "GPTNeoModel")
                .architecture(
                        config -> Classifier.score(config, "transformer", backbone(config)),
                        "GPTNeoForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(config, "transformer", backbone(config)),
                        "GPTNeoForTokenClassification")
                .backbone(GptNeoFamily::backbone, "gpt_neo");
    }

    private static Block causal(Config config) {
        return Sequence.of(
                "", Sequence.of("transformer", backbone(config)), TextModel.head(config, "lm_head", "transformer.wte"));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        List<String> kinds = kinds(config);
        return Sequence.of(
                "",
                Embedding.of("wte", config.size("vocab_size"), hidden),
                Embedding.positions("wpe", config.size("max_position_embeddings"), hidden),
                Repeat.of("h", kinds.size(), index -> layer(config, kinds.get(index))),
                TextModel.norm(config, Norm.Kind.LAYER, "ln_f"));
    }

    private static Block layer(Config config, String kind) {
        long hidden = config.size("hidden_size");
        Span span = switch (kind) {
            case "global" -> Span.causal();
            case "local" -> Span.window(config.size("window_size"));
            default -> throw config.malformed("attention_types", "names \"" + kind + "\"; known: global, local");
        };
        Block attention = GroupedAttention.of(config)
                .named("attn.attention")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(false, true)
                .span(span)
                .scored(1, 0)
                .build();
        Block feedForward = FeedForwards.plain(
                "mlp",
                hidden,
                config.size("intermediate_size", 4 * hidden),
                config.text("activation_function"),
                true,
                "c_fc",
                "c_proj");
        return Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.LAYER, "ln_1"), attention),
                Residual.of(TextModel.norm(config, Norm.Kind.LAYER, "ln_2"), feedForward));
    }

    /// The kind of each layer from `[[[kind, …], times], …]`, cut to the layers there are; without it, global and local
    /// alternate.
    private static List<String> kinds(Config config) {
        int layerCount = config.count("num_hidden_layers");
        List<String> kinds = new ArrayList<>();
        for (Object item : config.items("attention_types")) {
            if (!(item instanceof List<?> pair)
                    || pair.size() != 2
                    || !(pair.getFirst() instanceof List<?> pattern)
                    || !(pair.getLast() instanceof Long times)) {
                throw config.malformed("attention_types", "must hold pairs of a list of kinds and a number of times");
            }
            for (long i = 0; i < times && !pattern.isEmpty() && kinds.size() < layerCount; i++) {
                pattern.forEach(kind -> kinds.add(String.valueOf(kind)));
            }
        }
        if (!config.has("attention_types")) {
            for (int i = 0; i < layerCount; i++) {
                kinds.add(i % 2 == 0 ? "global" : "local");
            }
        }
        if (kinds.size() < layerCount) {
            throw config.malformed(
                    "attention_types", "names " + kinds.size() + " layers where there are " + layerCount);
        }
        return kinds.subList(0, layerCount);
    }
}
