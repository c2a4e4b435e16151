package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// MiniCPM 3 (OpenBMB 2024, arXiv:2404.06395) and Youtu-LLM (Tencent 2025): latent attention with a dense feed-forward.
/// MiniCPM scales the embedding by `scale_emb`, every branch by `scale_depth / √layers` and the logits by
/// `dim_model_base / hidden`.
final class MiniCpmFamily {
    private MiniCpmFamily() {}

    static List<Family> families() {
        return List.of(
                TextModel.members(
                        Family.named("minicpm3"), "MiniCPM3", MiniCpmFamily::miniCpm, MiniCpmFamily::head, "minicpm3"),
                TextModel.members(Family.named("youtu"), "Youtu", MiniCpmFamily::youtu, "youtu"));
    }

    private static Block head(Config config) {
        long hidden = config.size("hidden_size");
        Head head = Head.of("lm_head", hidden, config.size("vocab_size"))
                .scaled(config.number("dim_model_base", (double) hidden) / (double) hidden);
        return TextModel.head(config, head, "model.embed_tokens");
    }

    private static Block miniCpm(Config config) {
        int headCount = config.count("num_attention_heads");
        int layerCount = config.count("num_hidden_layers");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        long hidden = config.size("hidden_size");
        Config widths = config.with("v_head_dim", config.size("v_head_dim", hidden / headCount))
                .with("rope_interleave", false);
        double factor = config.number("scale_depth", Math.sqrt(layerCount)) / Math.sqrt(layerCount);
        Block layer = Sequence.of(
                "",
                Residual.scaled(
                        factor,
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        LatentAttention.of(widths).build()),
                Residual.scaled(
                        factor,
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        FeedForwards.gated(config, config.flag("mlp_bias"))));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden).scaled(config.number("scale_emb", 1)),
                Repeat.of("layers", layerCount, layer),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    private static Block youtu(Config config) {
        Block layer = TextModel.layer(
                config, Norm.Kind.RMS, LatentAttention.of(config).build(), FeedForwards.gated(config, false));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }
}
