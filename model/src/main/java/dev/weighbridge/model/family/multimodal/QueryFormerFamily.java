package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// BLIP-2 (arXiv:2301.12597) and InstructBLIP (arXiv:2305.06500): learned queries read the image through a small BERT,
/// the
/// Q-Former, and stand before the text of a language model that is kept whole.
final class QueryFormerFamily {
    private QueryFormerFamily() {}

    static Family family() {
        return Family.named("query-former")
                .composite(
                        (config, families) -> generator(config, families, false),
                        "Blip2ForConditionalGeneration",
                        "Blip2Model")
                .composite(
                        (config, families) -> generator(config, families, true),
                        "InstructBlipForConditionalGeneration",
                        "InstructBlipVideoForConditionalGeneration")
                .composite(QueryFormerFamily::retriever, "Blip2ForImageTextRetrieval")
                .architecture(
                        config -> former(
                                config, config.flag("use_qformer_text_input"), config.size("encoder_hidden_size")),
                        "Blip2QFormerModel");
    }

    private static Block generator(Config config, Families families, boolean instructed) {
        Config queries = config.part("qformer_config");
        Config text = config.part("text_config");
        long seen = config.part("vision_config").size("hidden_size");
        long width = queries.size("hidden_size");
        Block former = instructed
                ? Sequence.of("qformer", embeddings(queries), former(queries, true, seen))
                : Sequence.of("qformer", former(queries, queries.flag("use_qformer_text_input"), seen));
        return Sequence.of(
                "",
                Joined.vision(config, families, "vision_model"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Table.of("query_tokens", 1, config.size("num_query_tokens"), width),
                        former,
                        Joined.projection("language_projection", width, text.size("hidden_size"), true)),
                Sequence.tower(Tower.TEXT, "language_model", Joined.wholeModel(text, families)));
    }

    private static Block embeddings(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "embeddings",
                Embedding.of("word_embeddings", config.size("vocab_size"), width),
                Embedding.positions("position_embeddings", config.size("max_position_embeddings"), width),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    /// @param reads whether text passes through it as well, with a feed-forward of its own
    /// @param seen width of the vision tower
    private static Sequence former(Config config, boolean reads, long seen) {
        long frequency = Math.max(1, config.integer("cross_attention_frequency"));
        Block layers = Repeat.of(
                "encoder.layer",
                config.count("num_hidden_layers"),
                index -> layer(config, reads, index % frequency == 0, seen));
        return reads && !config.has("use_qformer_text_input")
                ? Sequence.of("", layers)
                : Sequence.of(
                        "",
                        Norm.layer("layernorm", config.size("hidden_size"), config.number("layer_norm_eps")),
                        layers);
    }

    private static Block layer(Config config, boolean reads, boolean sees, long seen) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(attention(config, "attention", config.size("hidden_size"), Span.bidirectional()));
        if (sees) {
            blocks.add(attention(config, "crossattention", seen, Span.cross()));
        }
        if (reads) {
            blocks.add(feedForward(config, ""));
        }
        blocks.add(feedForward(config, "_query"));
        return Sequence.of("", blocks);
    }

    private static Block attention(Config config, String name, long readSize, Span span) {
        long width = config.size("hidden_size");
        Attention attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named(name)
                .projections("attention.query", "attention.key", "attention.value", "output.dense")
                .bias(true, true)
                .reading(readSize)
                .span(span)
                .build();
        return Residual.normAfter(
                attention, BertLayer.norm(name + ".output.LayerNorm", width, config.number("layer_norm_eps")));
    }

    private static Block feedForward(Config config, String suffix) {
        long width = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        return Residual.normAfter(
                FeedForwards.plain(
                        "",
                        config.text("hidden_act"),
                        Linear.of("intermediate" + suffix + ".dense", width, inner, true),
                        Linear.of("output" + suffix + ".dense", inner, width, true)),
                BertLayer.norm("output" + suffix + ".LayerNorm", width, config.number("layer_norm_eps")));
    }

    private static Block retriever(Config config, Families families) {
        Config queries = config.part("qformer_config");
        long seen = config.part("vision_config").size("hidden_size");
        long width = queries.size("hidden_size");
        long shared = config.size("image_text_hidden_size");
        return Sequence.of(
                "",
                Joined.vision(config, families, "vision_model"),
                Table.of("query_tokens", 1, config.size("num_query_tokens"), width),
                Sequence.of(
                        "embeddings",
                        Embedding.of("word_embeddings", queries.size("vocab_size"), width),
                        Embedding.positions("position_embeddings", queries.size("max_position_embeddings"), width)),
                Sequence.of("qformer", former(queries, queries.flag("use_qformer_text_input"), seen)),
                Joined.projection("vision_projection", width, shared, true),
                Joined.projection("text_projection", width, shared, true),
                Linear.of("itm_head", width, 2, true).as(Role.HEAD));
    }
}
