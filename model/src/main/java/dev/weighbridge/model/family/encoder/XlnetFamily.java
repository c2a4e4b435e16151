package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// XLNet (arXiv:1906.08237) and the Funnel Transformer (arXiv:2006.03236): attention by content, by relative position
/// and
/// by segment, each with biases of its own; the latter pools its queries from block to block.
final class XlnetFamily {
    private XlnetFamily() {}

    static Family family() {
        return Family.named("xlnet")
                .architecture(XlnetFamily::predicting, "XLNetLMHeadModel")
                .architecture(XlnetFamily::xlnet, "XLNetModel")
                .architecture(
                        config -> Classifier.tokens(config, "transformer", xlnet(config)),
                        "XLNetForTokenClassification")
                .backbone(XlnetFamily::xlnet, "xlnet")
                .architecture(XlnetFamily::funnelMasked, "FunnelForMaskedLM")
                .architecture(XlnetFamily::funnel, "FunnelModel")
                .architecture(XlnetFamily::funnelBase, "FunnelBaseModel")
                .architecture(
                        config -> Classifier.tokens(config, "funnel", funnel(config)), "FunnelForTokenClassification")
                .backbone(XlnetFamily::funnel, "funnel");
    }

    private static Block xlnet(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Table.of("mask_emb", 1, 1, hidden),
                Embedding.of("word_embedding", config.size("vocab_size"), hidden),
                Repeat.of("layer", config.count("num_hidden_layers"), xlnetLayer(config)));
    }

    /// Projections are stored `[hidden, heads, width]`, the output's as well.
    private static Block xlnetLayer(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-12);
        Heads heads = heads(config);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY, projection("q", hidden, heads)));
        parts.add(new Part(Slot.KEY, projection("k", hidden, heads)));
        parts.add(new Part(Slot.VALUE, projection("v", hidden, heads)));
        parts.add(new Part(Slot.OUTPUT, projection("o", hidden, heads)));
        parts.add(new Part(Slot.POSITION_BIAS, projection("r", hidden, heads)));
        parts.addAll(biases(heads));
        Attention attention = Attention.of("rel_attn", heads, Span.bidirectional(), Rotary.NONE, parts);
        Block feedForward = FeedForwards.plain(
                "ff", hidden, config.size("d_inner"), config.text("ff_activation"), true, "layer_1", "layer_2");
        return Sequence.of(
                "",
                Residual.normAfter(attention, Norm.layer("rel_attn.layer_norm", hidden, epsilon)),
                Residual.normAfter(feedForward, Norm.layer("ff.layer_norm", hidden, epsilon)));
    }

    private static Heads heads(Config config) {
        int headCount = config.count("num_attention_heads");
        long hidden = config.size("hidden_size");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        return Heads.of(headCount, headCount, config.size("d_head", hidden / headCount));
    }

    private static Table projection(String name, long hidden, Heads heads) {
        return Table.of(name, hidden, heads.headCount(), heads.headDim());
    }

    private static List<Part> biases(Heads heads) {
        long count = heads.headCount();
        long width = heads.headDim();
        return List.of(
                new Part(Slot.POSITION_BIAS, Table.of("r_w_bias", count, width)),
                new Part(Slot.POSITION_BIAS, Table.of("r_r_bias", count, width)),
                new Part(Slot.POSITION_BIAS, Table.of("r_s_bias", count, width)),
                new Part(Slot.POSITION_BIAS, Table.of("seg_embed", 2, count, width)));
    }

    private static Block predicting(Config config) {
        Head head = Head.of("lm_loss", config.size("hidden_size"), config.size("vocab_size"))
                .biased();
        return Sequence.of(
                "",
                Sequence.of("transformer", xlnet(config)),
                TextModel.head(config, head, "transformer.word_embedding"));
    }

    private static Block funnel(Config config) {
        return Sequence.of(
                "",
                funnelBase(config),
                Sequence.of("decoder", Repeat.of("layers", config.count("num_decoder_layers"), funnelLayer(config))));
    }

    private static Block funnelBase(Config config) {
        long hidden = config.size("hidden_size");
        List<Long> sizes = config.integers("block_sizes");
        List<Long> repeats = config.integers("block_repeats");
        Block layer = funnelLayer(config);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            int size = toCount(config, "block_sizes", sizes.get(i));
            int times = i < repeats.size() ? toCount(config, "block_repeats", repeats.get(i)) : 1;
            blocks.add(Repeat.of("blocks." + i, size, layer).passed(times));
        }
        return Sequence.of(
                "",
                Sequence.of(
                        "embeddings",
                        Embedding.of("word_embeddings", config.size("vocab_size"), hidden),
                        Norm.layer("layer_norm", hidden, config.number("layer_norm_eps", 1e-9))),
                Sequence.of("encoder", blocks));
    }

    private static int toCount(Config config, String field, long value) {
        if (value < 0 || value > Config.MAX_COUNT) {
            throw config.malformed(field, "must hold numbers between 0 and " + Config.MAX_COUNT + ", found " + value);
        }
        return (int) value;
    }

    private static Block funnelLayer(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-9);
        Heads heads = heads(config);
        long width = heads.queryWidth();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY, Linear.of("q_head", hidden, width)));
        parts.add(new Part(Slot.KEY, Linear.of("k_head", hidden, width, true)));
        parts.add(new Part(Slot.VALUE, Linear.of("v_head", hidden, width, true)));
        parts.add(new Part(Slot.OUTPUT, Linear.of("post_proj", width, hidden, true)));
        parts.add(new Part(Slot.POSITION_BIAS, projection("r_kernel", hidden, heads)));
        parts.addAll(biases(heads));
        Attention attention = Attention.of("attention", heads, Span.bidirectional(), Rotary.NONE, parts);
        Block feedForward = FeedForwards.plain(
                "ffn", hidden, config.size("d_inner"), config.text("hidden_act"), true, "linear_1", "linear_2");
        return Sequence.of(
                "",
                Residual.normAfter(attention, Norm.layer("attention.layer_norm", hidden, epsilon)),
                Residual.normAfter(feedForward, Norm.layer("ffn.layer_norm", hidden, epsilon)));
    }

    private static Block funnelMasked(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .biased();
        return Sequence.of(
                "",
                Sequence.of("funnel", funnel(config)),
                TextModel.head(config, head, "funnel.embeddings.word_embeddings"));
    }
}
