package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// InternLM 2 and 2.5 (arXiv:2403.17297): Llama's layers, query, key and value in one matrix, group by group.
final class InternLmFamily {
    private InternLmFamily() {}

    static Family family() {
        return Family.named("internlm2")
                .architecture(InternLmFamily::causal, "InternLM2ForCausalLM")
                .architecture(InternLmFamily::reward, "InternLM2ForRewardModel")
                .architecture(InternLmFamily::backbone, "InternLM2Model");
    }

    private static Block causal(Config config) {
        var head = Head.of("output", config.size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "", Sequence.of("model", backbone(config)), TextModel.head(config, head, "model.tok_embeddings"));
    }

    private static Block reward(Config config) {
        return Sequence.of(
                "",
                Sequence.of("model", backbone(config)),
                Linear.of("v_head", config.size("hidden_size"), 1).as(Role.HEAD));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("bias");
        Block attention = GroupedAttention.of(config)
                .named("attention")
                .projections("", "", "", "wo")
                .bias(bias, bias)
                .rotary(config)
                .buildFused("wqkv");
        Block feedForward = FeedForwards.gated(
                "feed_forward",
                hidden,
                config.size("intermediate_size"),
                config.text("hidden_act", "silu"),
                false,
                "w1",
                "w3",
                "w2");
        Block layer = Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "attention_norm"), attention),
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "ffn_norm"), feedForward));
        return Sequence.of(
                "",
                Embedding.of("tok_embeddings", config.size("vocab_size"), hidden),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }
}
