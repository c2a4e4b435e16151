package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
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
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// xLSTM 7B (arXiv:2503.13427): matrix memories with exponential gates, and a gated feed-forward.
final class XlstmFamily {
    private XlstmFamily() {}

    static Family family() {
        return Family.named("xlstm")
                .architecture(
                        config -> Sequence.of("", Sequence.of("backbone", backbone(config)), head(config)),
                        "xLSTMForCausalLM")
                .architecture(XlstmFamily::backbone, "xLSTMModel")
                .backbone(XlstmFamily::backbone, "xlstm");
    }

    private static Block head(Config config) {
        Head head = Head.of("lm_head", hiddenSize(config), config.size("vocab_size"))
                .capped(config.number("output_logit_soft_cap", 30));
        return TextModel.head(config, head, "backbone.embeddings");
    }

    private static long hiddenSize(Config config) {
        return config.size(config.firstOf("hidden_size", "embedding_dim"));
    }

    private static Block backbone(Config config) {
        long hidden = hiddenSize(config);
        Norm norm = Norm.rms("out_norm", hidden, config.number("norm_eps", 1e-6));
        Norm before = config.flag("use_bias") ? norm.biased() : norm;
        Block layer = Sequence.of(
                "",
                Residual.of(before.renamed("norm_mlstm"), memory(config, hidden)),
                Residual.of(before.renamed("norm_ffn"), feedForward(config, hidden)));
        return Sequence.of(
                "",
                Embedding.of("embeddings", config.size("vocab_size"), config.size("embedding_dim", hidden)),
                Repeat.of("blocks", config.count(config.firstOf("num_blocks", "num_hidden_layers")), layer),
                norm);
    }

    private static boolean isFused(Config config) {
        return config.text("weight_mode", "single").equals("fused");
    }

    private static Block memory(Config config, long hidden) {
        int headCount = config.count("num_heads");
        long keys = (long) (hidden * config.number("qk_dim_factor", 0.5));
        long values = (long) (hidden * config.number("v_dim_factor", 1));
        boolean bias = config.flag("use_bias");
        if (headCount == 0) {
            throw config.malformed("num_heads", "must not be 0");
        }
        List<Part> parts = new ArrayList<>();
        if (isFused(config)) {
            parts.add(new Part(Slot.INPUT, Linear.of("qkv_opreact", hidden, 2 * keys + 2 * values, bias)));
            parts.add(new Part(Slot.DYNAMICS, Linear.of("ifgate_preact", hidden, 2L * headCount, true)));
        } else {
            parts.add(new Part(Slot.QUERY, Linear.of("q", hidden, keys, bias)));
            parts.add(new Part(Slot.KEY, Linear.of("k", hidden, keys, bias)));
            parts.add(new Part(Slot.VALUE, Linear.of("v", hidden, values, bias)));
            parts.add(new Part(Slot.OUTPUT_GATE, Linear.of("ogate_preact", hidden, values, bias)));
            parts.add(new Part(Slot.DYNAMICS, Linear.of("igate_preact", hidden, headCount, true)));
            parts.add(new Part(Slot.DYNAMICS, Linear.of("fgate_preact", hidden, headCount, true)));
        }
        Norm norm = Norm.layer("multihead_norm", values, config.number("norm_eps", 1e-6), bias)
                .grouped(headCount);
        parts.add(new Part(Slot.OUTPUT_NORM, norm));
        parts.add(new Part(Slot.OUTPUT, Linear.of("out_proj", values, hidden, bias)));
        return new LinearAttention(
                "mlstm_layer",
                LinearAttention.Kind.XLSTM,
                headCount,
                headCount,
                keys / headCount,
                values / headCount,
                0,
                parts);
    }

    private static Block feedForward(Config config, long hidden) {
        long multiple = Math.max(1, config.size("ffn_round_up_to_multiple_of", 64));
        long size = (long) (hidden * config.number("ffn_proj_factor", 2.667));
        long inner = Math.ceilDiv(size, multiple) * multiple;
        boolean bias = config.flag("use_bias");
        return isFused(config)
                ? FeedForwards.fusedGated("ffn", hidden, inner, "silu", bias, "proj_up_gate_z", "proj_down")
                : FeedForwards.gated("ffn", hidden, inner, "silu", bias, "proj_up_gate", "proj_up", "proj_down");
    }
}
