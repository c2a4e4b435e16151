package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// ProphetNet (arXiv:2001.04063): a decoder that predicts several tokens ahead, one stream of attention for each.
final class ProphetNetFamily {
    private ProphetNetFamily() {}

    static Family family() {
        return Family.named("prophetnet")
                .architecture(ProphetNetFamily::generating, "ProphetNetForConditionalGeneration")
                .architecture(ProphetNetFamily::causal, "ProphetNetForCausalLM")
                .architecture(ProphetNetFamily::model, "ProphetNetModel")
                .backbone(ProphetNetFamily::model, "prophetnet");
    }

    private static Block generating(Config config) {
        return headed(config, model(config));
    }

    private static Block causal(Config config) {
        return headed(config, Sequence.of("", words(config), decoder(config)));
    }

    private static Block headed(Config config, Block model) {
        return Sequence.of(
                "", Sequence.of("prophetnet", model), TextModel.head(config, "lm_head", "prophetnet.word_embeddings"));
    }

    private static Block model(Config config) {
        return Sequence.of("", words(config), encoder(config), decoder(config));
    }

    private static Embedding words(Config config) {
        return Embedding.of("word_embeddings", config.size("vocab_size"), config.size("hidden_size"));
    }

    private static Block read(Config config) {
        return config.flag("tie_word_embeddings", true) ? new Tied(words(config), "word_embeddings") : words(config);
    }

    private static Block encoder(Config config) {
        Block layer = Sequence.of(
                "",
                Residual.normAfter(
                        attention(config, "encoder", "self_attn", Span.bidirectional())
                                .build(),
                        norm(config, "self_attn_layer_norm")),
                feedForward(config, "encoder"));
        return Sequence.tower(
                Tower.ENCODER,
                "encoder",
                read(config),
                positions(config),
                norm(config, "embeddings_layer_norm"),
                Repeat.of("layers", config.count("num_encoder_layers"), layer));
    }

    private static Block decoder(Config config) {
        return Sequence.of(
                "decoder",
                read(config),
                positions(config),
                Embedding.of("ngram_embeddings", config.size("ngram"), config.size("hidden_size")),
                norm(config, "embeddings_layer_norm"),
                Repeat.of("layers", config.count("num_decoder_layers"), decoderLayer(config)));
    }

    private static Block decoderLayer(Config config) {
        long hidden = config.size("hidden_size");
        long biases = Math.multiplyExact(config.size("num_buckets"), config.size("num_decoder_attention_heads"));
        List<Block> blocks = new ArrayList<>();
        blocks.add(Residual.normAfter(
                attention(config, "decoder", "self_attn", Span.causal())
                        .with(Slot.POSITION_BIAS, Linear.of("relative_pos_embeddings", hidden, biases, true))
                        .build(),
                norm(config, "self_attn_layer_norm")));
        if (config.flag("add_cross_attention", true)) {
            blocks.add(Residual.normAfter(
                    attention(config, "decoder", "cross_attn", Span.cross()).build(),
                    norm(config, "cross_attn_layer_norm")));
        }
        blocks.add(feedForward(config, "decoder"));
        return Sequence.of("", blocks);
    }

    private static GroupedAttention attention(Config config, String side, String name, Span span) {
        String field = "num_" + side + "_attention_heads";
        int headCount = config.count(field);
        if (headCount == 0) {
            throw config.malformed(field, "must not be 0");
        }
        long hidden = config.size("hidden_size");
        return GroupedAttention.of(hidden, Heads.of(headCount, headCount, hidden / headCount))
                .named(name)
                .projections("query_proj", "key_proj", "value_proj", "out_proj")
                .bias(true, true)
                .span(span);
    }

    private static Block feedForward(Config config, String side) {
        return Residual.normAfter(
                FeedForwards.plain(
                        "feed_forward",
                        config.size("hidden_size"),
                        config.size(side + "_ffn_dim"),
                        config.text("activation_function"),
                        true,
                        "intermediate",
                        "output"),
                norm(config, "feed_forward_layer_norm"));
    }

    private static Embedding positions(Config config) {
        return Embedding.positions(
                "position_embeddings", config.size("max_position_embeddings"), config.size("hidden_size"));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), 1e-5);
    }
}
