package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
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

/// The first GPT (Radford et al. 2018): norms after the sums, none at the end.
final class GptFamily {
    private GptFamily() {}

    static Family family() {
        return Family.named("gpt")
                .architecture(GptFamily::causal, "OpenAIGPTLMHeadModel")
                .architecture(GptFamily::backbone, "OpenAIGPTModel")
                .architecture(
                        config -> Classifier.score(config, "transformer", backbone(config)),
                        "OpenAIGPTForSequenceClassification")
                .backbone(GptFamily::backbone, "openai-gpt");
    }

    private static Block causal(Config config) {
        return Sequence.of(
                "",
                Sequence.of("transformer", backbone(config)),
                TextModel.head(config, "lm_head", "transformer.tokens_embed"));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Embedding.of("tokens_embed", config.size("vocab_size"), hidden),
                Embedding.positions("positions_embed", config.size("max_position_embeddings"), hidden),
                Repeat.of("h", config.count("num_hidden_layers"), layer(config)));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        Block attention = GroupedAttention.of(config)
                .named("attn")
                .projections("", "", "", "c_proj")
                .bias(true, true)
                .stored(Linear::storedInputFirst)
                .buildFused("c_attn");
        Block feedForward = FeedForwards.plain(
                "mlp",
                config.text("afn"),
                Linear.of("c_fc", hidden, 4 * hidden, true).storedInputFirst(),
                Linear.of("c_proj", 4 * hidden, hidden, true).storedInputFirst());
        return Sequence.of(
                "",
                Residual.normAfter(attention, TextModel.norm(config, Norm.Kind.LAYER, "ln_1")),
                Residual.normAfter(feedForward, TextModel.norm(config, Norm.Kind.LAYER, "ln_2")));
    }
}
