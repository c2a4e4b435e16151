package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// LongCat-Flash (Meituan, arXiv:2509.01322): two latent attentions and two dense feed-forwards a layer; the experts
/// read
/// what the first feed-forward reads, and their output joins after the second. Some experts return their input; the
/// transformers library holds gate and up matrices for them that are never read, and Meituan's own files none.
final class LongcatFamily {
    private LongcatFamily() {}

    static Family family() {
        return TextModel.members(Family.named("longcat"), "LongcatFlash", LongcatFamily::backbone, "longcat_flash");
    }

    private static Block backbone(Config config) {
        Block layer = Sequence.of(
                "",
                attending(config, 0),
                Residual.of(norm(config, "post_attention_layernorm.0"), feedForward(config, "mlps.0")),
                attending(config, 1),
                Residual.of(
                        norm(config, "post_attention_layernorm.1"),
                        Parallel.of(feedForward(config, "mlps.1"), experts(config))));
        return TextModel.backbone(
                config.with("num_hidden_layers", config.integer("num_layers")),
                _ -> layer,
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    private static Norm norm(Config config, String name) {
        return TextModel.norm(config, Norm.Kind.RMS, name);
    }

    private static Block attending(Config config, int number) {
        return Residual.of(
                norm(config, "input_layernorm." + number),
                LatentAttention.of(config)
                        .rotary(Rotaries.of(config, config.size("qk_rope_head_dim"), "", 10_000_000, 1)
                                .inPairs())
                        .named("self_attn." + number)
                        .build());
    }

    private static Block feedForward(Config config, String name) {
        return FeedForwards.gated(
                name, config.size("hidden_size"), config.size("ffn_hidden_size"), config.text("hidden_act"), false);
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("expert_ffn_hidden_size");
        int count = config.count("n_routed_experts");
        int identityCount = config.count("zero_expert_num", 0);
        int routedCount = count + identityCount;
        Block unread = Sequence.of("", Linear.of("gate_proj", hidden, inner), Linear.of("up_proj", hidden, inner));
        return MixtureOfExperts.of(
                        FeedForwards.gated("", hidden, inner, config.text("hidden_act"), false),
                        count,
                        config.count("moe_topk"))
                .routed(new Routing("softmax", false, config.number("routed_scaling_factor", 1), 1, 1))
                .with(Slot.ROUTER, Linear.of("router.classifier", hidden, routedCount, config.flag("router_bias")))
                .with(Slot.ROUTER_BIAS, Table.buffer("router.e_score_correction_bias", routedCount))
                .with(Slot.IDENTITY_EXPERTS, Repeat.from("experts", count, identityCount, _ -> unread))
                .build();
    }
}
