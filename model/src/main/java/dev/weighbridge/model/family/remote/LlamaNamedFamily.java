package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.DenseFirst;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// Decoders in Llama's names: MiMo (arXiv:2505.07608), InternLM 1 and 3, Orion (arXiv:2401.12246), Solar, Aquila,
/// Baichuan (arXiv:2309.10305), MiniCPM (arXiv:2404.06395), DeepSeekMoE (arXiv:2401.06066), and Dream
/// (arXiv:2508.15487), which denoises text.
final class LlamaNamedFamily {
    private LlamaNamedFamily() {}

    static Family family() {
        return Family.named("llama-named")
                .architecture(
                        config -> causal(config, attention(config).bias(config.flag("attention_bias", true), false)),
                        "MiMoForCausalLM")
                .architecture(
                        config -> causal(config, attention(config).bias(config.flag("bias"), config.flag("bias"))),
                        "InternLMForCausalLM")
                .architecture(LlamaNamedFamily::internLm3, "InternLM3ForCausalLM")
                .architecture(
                        config -> causal(config, attention(config)),
                        "SolarForCausalLM",
                        "AquilaForCausalLM",
                        "LLaMAForCausalLM")
                .architecture(config -> causal(config, attention(config).build(), Norm.Kind.LAYER), "OrionForCausalLM")
                .architecture(
                        config -> causal(
                                config, attention(config).bias(true, false).span(Span.bidirectional())),
                        "DreamModel")
                .architecture(LlamaNamedFamily::baichuan, "BaichuanForCausalLM", "BaiChuanForCausalLM")
                .architecture(LlamaNamedFamily::miniCpm, "MiniCPMForCausalLM")
                .architecture(LlamaNamedFamily::deepseekMoe, "DeepseekForCausalLM");
    }

    private static GroupedAttention attention(Config config) {
        return GroupedAttention.of(config).rotary(config);
    }

    private static Block causal(Config config, GroupedAttention attention) {
        return causal(config, attention.build(), Norm.Kind.RMS);
    }

    private static Block causal(Config config, Block attention, Norm.Kind norm) {
        Block layer = TextModel.layer(config, norm, attention, FeedForwards.gated(config, config.flag("mlp_bias")));
        return TextModel.causal(config, TextModel.backbone(config, _ -> layer, norm));
    }

    private static Block internLm3(Config config) {
        boolean bias = config.flag("bias");
        Block attention = attention(config).bias(config.flag("qkv_bias"), bias).build();
        Block layer = TextModel.layer(config, Norm.Kind.RMS, attention, FeedForwards.gated(config, bias));
        return TextModel.causal(config, TextModel.backbone(config, _ -> layer, Norm.Kind.RMS));
    }

    /// The 13B has slopes in place of rotary positions, and so no `max_position_embeddings`.
    private static Block baichuan(Config config) {
        var attention = GroupedAttention.of(config);
        boolean rotated = config.has("max_position_embeddings");
        return causal(
                config, (rotated ? attention.rotary(config) : attention.sloped(8)).buildFused("W_pack"), Norm.Kind.RMS);
    }

    /// The embedding is scaled by `scale_emb`, every branch by `scale_depth / √layers`, the logits by
    /// `dim_model_base / hidden`.
    private static Block miniCpm(Config config) {
        int layerCount = config.count("num_hidden_layers");
        long hidden = config.size("hidden_size");
        double factor = config.number("scale_depth", 1) / Math.sqrt(layerCount);
        Block layer = Sequence.of(
                "",
                Residual.scaled(
                        factor,
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        attention(config).build()),
                Residual.scaled(
                        factor,
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        FeedForwards.gated(config, false)));
        var head = Head.of("lm_head", hidden, config.size("vocab_size"))
                .scaled(config.number("dim_model_base", 1) / (double) hidden);
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Embedding.of("embed_tokens", config.size("vocab_size"), hidden)
                                .scaled(config.number("scale_emb", 1)),
                        Repeat.of("layers", layerCount, layer),
                        TextModel.norm(config, Norm.Kind.RMS, "norm")),
                TextModel.head(
                        config.with("tie_word_embeddings", config.flag("tie_word_embeddings", true)),
                        head,
                        "model.embed_tokens"));
    }

    private static Block deepseekMoe(Config config) {
        Block attention = attention(config)
                .bias(config.flag("attention_bias"), config.flag("attention_bias"))
                .build();
        Block experts = FineGrainedExperts.of(config, Routing.softmax(config.flag("norm_topk_prob")))
                .build();
        return TextModel.causal(config, DenseFirst.backbone(config, _ -> attention, experts));
    }
}
