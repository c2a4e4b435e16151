package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// CPM-Ant (OpenBMB 2022): one table of relative position biases for all layers, and learned prompts ahead of the text.
final class CpmAntFamily {
    private CpmAntFamily() {}

    static Family family() {
        return Family.named("cpm-ant")
                .architecture(CpmAntFamily::causal, "CpmAntForCausalLM")
                .architecture(CpmAntFamily::backbone, "CpmAntModel")
                .backbone(CpmAntFamily::backbone, "cpmant");
    }

    /// The embedding holds the prompts beside the vocabulary, so the head cannot be tied to it.
    private static Block causal(Config config) {
        return Sequence.of(
                "",
                Sequence.of("cpmant", backbone(config)),
                Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size")));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        long segments = config.size("segment_types");
        long prompts = Math.multiplyExact(config.size("prompt_types"), config.size("prompt_length"));
        long biases = config.size("position_bias_num_buckets") + Math.multiplyExact(segments, segments);
        return Sequence.of(
                "",
                Embedding.of("input_embedding", config.size("vocab_size") + prompts, hidden),
                Embedding.of("segment_embedding", segments, hidden),
                Table.positions("position_bias.relative_attention_bias", biases, config.size("num_attention_heads")),
                Sequence.of(
                        "encoder",
                        Repeat.of("layers", config.count("num_hidden_layers"), layer(config)),
                        norm(config, "output_layernorm")));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        int headCount = config.count("num_attention_heads");
        Block attention = GroupedAttention.of(hidden, Heads.of(headCount, headCount, config.size("dim_head")))
                .named("self_att.self_attention")
                .projections("project_q", "project_k", "project_v", "attention_out")
                .build();
        Block feedForward = FeedForwards.gated(
                "ffn.ffn", hidden, config.size("dim_ff"), "gelu", false, "w_in.w_0", "w_in.w_1", "w_out");
        return Sequence.of(
                "",
                Residual.of(norm(config, "self_att.layernorm_before_attention"), attention),
                Residual.of(norm(config, "ffn.layernorm_before_ffn"), feedForward));
    }

    private static Norm norm(Config config, String name) {
        return Norm.rms(name, config.size("hidden_size"), config.number("eps", 1e-6));
    }
}
