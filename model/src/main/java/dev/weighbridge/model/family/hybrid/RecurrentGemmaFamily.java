package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// RecurrentGemma (arXiv:2404.07839, after Griffin, arXiv:2402.19427): gated linear recurrences, and attention within a
/// window in every third layer.
final class RecurrentGemmaFamily {
    private RecurrentGemmaFamily() {}

    static Family family() {
        return TextModel.members(
                Family.named("recurrent-gemma"),
                "RecurrentGemma",
                RecurrentGemmaFamily::backbone,
                RecurrentGemmaFamily::head,
                "recurrent_gemma");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .capped(config.number("logits_soft_cap", 30));
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        List<String> given = config.texts("block_types");
        List<String> types = given.isEmpty() ? List.of("recurrent", "recurrent", "attention") : given;
        Norm norm = TextModel.norm(config, Norm.Kind.RMS_OFFSET, "temporal_pre_norm");
        Block feedForward = FeedForwards.gated(
                "mlp_block",
                hidden,
                config.size("intermediate_size") / 2,
                config.text(config.firstOf("hidden_activation", "hidden_act")),
                true);
        Block attention = attention(config);
        Block recurrence = recurrence(config);
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden).scaled(Math.sqrt((double) hidden)),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        index -> Sequence.of(
                                "",
                                Residual.of(
                                        norm,
                                        types.get(index % types.size()).equals("attention") ? attention : recurrence),
                                Residual.of(norm.renamed("channel_pre_norm"), feedForward))),
                norm.renamed("final_norm"));
    }

    private static Block attention(Config config) {
        long headDim = config.size("hidden_size") / Math.max(1, config.count("num_attention_heads"));
        return GroupedAttention.of(config)
                .named("temporal_block")
                .bias(config.flag("attention_bias"), true)
                .span(Span.window(config.size("attention_window_size", 2048)))
                .rotary(Rotaries.of(config, headDim, "", 10_000, 0.5))
                .build();
    }

    /// The state is one number a channel, gated by block-diagonal matrices of one block a head.
    private static Block recurrence(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("lru_width", hidden);
        int headCount = config.count("num_attention_heads");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        long block = width / headCount;
        long kernel = config.size("conv1d_width", 4);
        return new LinearAttention(
                "temporal_block",
                LinearAttention.Kind.RG_LRU,
                headCount,
                headCount,
                1,
                block,
                kernel,
                List.of(
                        new Part(Slot.OUTPUT_GATE, Linear.of("linear_y", hidden, width, true)),
                        new Part(Slot.INPUT, Linear.of("linear_x", hidden, width, true)),
                        new Part(Slot.CONVOLUTION, Convolution.causal("conv_1d", width, kernel, true)),
                        new Part(Slot.DYNAMICS, Table.of("rg_lru.recurrent_param", width)),
                        new Part(Slot.DYNAMICS, Table.of("rg_lru.input_gate_weight", headCount, block, block)),
                        new Part(Slot.DYNAMICS, Table.of("rg_lru.input_gate_bias", headCount, block)),
                        new Part(Slot.DYNAMICS, Table.of("rg_lru.recurrent_gate_weight", headCount, block, block)),
                        new Part(Slot.DYNAMICS, Table.of("rg_lru.recurrent_gate_bias", headCount, block)),
                        new Part(Slot.OUTPUT, Linear.of("linear_out", width, hidden, true))));
    }
}
