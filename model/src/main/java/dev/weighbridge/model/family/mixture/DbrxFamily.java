package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// DBRX (Databricks, 2024): fused and clamped queries, keys and values; experts joined row by row into one matrix.
final class DbrxFamily {
    private DbrxFamily() {}

    static Family family() {
        return Family.named("dbrx")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("transformer", backbone(config)),
                                TextModel.head(config, "lm_head", "transformer.wte")),
                        "DbrxForCausalLM")
                .architecture(DbrxFamily::backbone, "DbrxModel")
                .backbone(DbrxFamily::backbone, "dbrx");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        Norm norm = Norm.layer("norm_f", hidden, 1e-5, false);
        Block layer = Sequence.of(
                "",
                Residual.of(
                        norm.renamed("norm_attn_norm.norm_1"), attention(config, config.partOrEmpty("attn_config"))),
                Residual.of(norm.renamed("norm_attn_norm.norm_2"), experts(hidden, config.partOrEmpty("ffn_config"))));
        return Sequence.of(
                "",
                Embedding.of("wte", config.size("vocab_size"), hidden),
                Repeat.of("blocks", config.count("num_hidden_layers"), layer),
                norm);
    }

    private static Block attention(Config config, Config own) {
        Heads heads = GroupedAttention.heads(
                config.with("num_key_value_heads", own.integer("kv_n_heads", 1)).with("head_dim", null));
        return GroupedAttention.of(config.size("hidden_size"), heads)
                .named("norm_attn_norm.attn")
                .projections("", "", "", "out_proj")
                .rotary(Rotaries.of(config, heads.headDim(), "", own.number("rope_theta", 10_000), 1))
                .clipped(own.number("clip_qkv", 0))
                .buildFused("Wqkv");
    }

    private static Block experts(long hidden, Config own) {
        long inner = own.size("ffn_hidden_size", 3584);
        int count = own.count("moe_num_experts", 4);
        String activation = own.partOrEmpty("ffn_act_fn").text("name", "silu");
        var expert = new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(activation),
                true,
                List.of(
                        new Part(Slot.GATE, Linear.of("w1", hidden, inner).named(ParameterStyle.BARE)),
                        new Part(Slot.UP, Linear.of("v1", hidden, inner).named(ParameterStyle.BARE)),
                        new Part(
                                Slot.DOWN,
                                Linear.of("w2", inner, hidden)
                                        .storedInputFirst()
                                        .named(ParameterStyle.BARE))));
        return MixtureOfExperts.of(expert, count, own.count("moe_top_k", 1))
                .named("ffn", "experts.mlp")
                .joined()
                .routed(Routing.softmax(own.has("moe_normalize_expert_weights")))
                .router("router.layer", hidden)
                .build();
    }
}
