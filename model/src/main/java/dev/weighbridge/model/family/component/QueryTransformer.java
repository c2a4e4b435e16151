package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
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
import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;

/// The querying transformer of BLIP-2 (arXiv:2301.12597): BERT's layers over learned queries, every so many of which
/// also
/// read another tower's output.
public final class QueryTransformer {
    private QueryTransformer() {}

    /// The transformer without a name of its own and without the queries.
    public static Sequence of(Config config) {
        int frequency = config.count("cross_attention_frequency");
        if (frequency == 0) {
            throw config.malformed("cross_attention_frequency", "must not be 0");
        }
        return Sequence.of(
                "",
                Norm.layer("layernorm", config.size("hidden_size"), config.number("layer_norm_eps")),
                Sequence.of(
                        "encoder",
                        Repeat.of(
                                "layer",
                                config.count("num_hidden_layers"),
                                index -> layer(config, index % frequency == 0))));
    }

    private static Block layer(Config config, boolean cross) {
        long width = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(attention(config, "attention", width, Span.bidirectional()));
        if (cross) {
            blocks.add(attention(config, "crossattention", config.size("encoder_hidden_size"), Span.cross()));
        }
        if (config.flag("use_qformer_text_input")) {
            blocks.add(feedForward(config, "intermediate", "output"));
        }
        blocks.add(feedForward(config, "intermediate_query", "output_query"));
        return Sequence.of("", blocks);
    }

    private static Block attention(Config config, String name, long read, Span span) {
        long width = config.size("hidden_size");
        Heads heads = GroupedAttention.heads(config);
        List<Part> parts = List.of(
                new Part(Slot.QUERY, Linear.of("attention.query", width, heads.queryWidth(), true)),
                new Part(Slot.KEY, Linear.of("attention.key", read, heads.keyWidth(), true)),
                new Part(Slot.VALUE, Linear.of("attention.value", read, heads.valueWidth(), true)),
                new Part(Slot.OUTPUT, Linear.of("output.dense", heads.queryWidth(), width, true)));
        return Residual.normAfter(
                Attention.of(name, heads, span, Rotary.NONE, parts), norm(config, name + ".output.LayerNorm"));
    }

    private static Block feedForward(Config config, String up, String down) {
        return Residual.normAfter(
                FeedForwards.plain(
                        "",
                        config.size("hidden_size"),
                        config.size("intermediate_size"),
                        config.text("hidden_act"),
                        true,
                        up + ".dense",
                        down + ".dense"),
                norm(config, down + ".LayerNorm"));
    }

    private static Norm norm(Config config, String name) {
        return BertLayer.norm(name, config.size("hidden_size"), config.number("layer_norm_eps"));
    }
}
