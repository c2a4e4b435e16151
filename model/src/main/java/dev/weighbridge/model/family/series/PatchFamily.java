package dev.weighbridge.model.family.series;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Series cut into patches: PatchTST (arXiv:2211.14730), a transformer, and PatchTSMixer (arXiv:2306.09364), which
/// mixes
/// patches, channels and features by turns.
final class PatchFamily {
    private PatchFamily() {}

    static Family family() {
        return Family.named("patch")
                .architecture(PatchFamily::transformer, "PatchTSTModel")
                .architecture(PatchFamily::transformerPrediction, "PatchTSTForPrediction")
                .backbone(PatchFamily::transformer, "patchtst")
                .architecture(PatchFamily::mixer, "PatchTSMixerModel")
                .architecture(PatchFamily::mixerPrediction, "PatchTSMixerForPrediction")
                .backbone(PatchFamily::mixer, "patchtsmixer");
    }

    private static long patches(Config config) {
        long patch = config.size("patch_length");
        long stride = config.size("patch_stride");
        if (stride == 0) {
            throw config.malformed("patch_stride", "must not be 0");
        }
        return (Math.max(config.size("context_length"), patch) - patch) / stride + 1;
    }

    // PatchTST

    private static Block transformer(Config config) {
        long width = config.size("d_model");
        long patch = config.size("patch_length");
        boolean summary = config.flag("use_cls_token");
        Linear embedding = Linear.of("", patch, width, true).as(Role.EMBEDDING);
        return Sequence.of(
                "encoder",
                config.flag("share_embedding", true)
                        ? Sequence.of("embedder.input_embedding", embedding)
                        : Repeat.of("embedder.input_embedding", config.count("num_input_channels"), embedding),
                summary ? Table.of("positional_encoder.cls_token", 1, 1, 1, width) : Sequence.of(""),
                Table.positions("positional_encoder.position_enc", patches(config) + (summary ? 1 : 0), width),
                Repeat.of("layers", config.count("num_hidden_layers"), layer(config)));
    }

    /// With attention over channels the same matrices attend twice.
    private static Block layer(Config config) {
        long width = config.size("d_model");
        boolean bias = config.flag("bias", true);
        boolean first = config.flag("pre_norm", true);
        Attention attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(bias, bias)
                .span(Span.bidirectional())
                .build();
        Block feedForward = FeedForwards.plain(
                "", width, config.size("ffn_dim"), config.text("activation_function"), bias, "ff.0", "ff.3");
        List<Block> blocks = new ArrayList<>();
        blocks.add(around(first, norm(config, "norm_sublayer1"), attention));
        if (config.flag("channel_attention")) {
            blocks.add(norm(config, "norm_sublayer2"));
        }
        blocks.add(around(first, norm(config, "norm_sublayer3"), feedForward));
        return Sequence.of("", blocks);
    }

    private static Residual around(boolean first, Norm norm, Block block) {
        return first ? Residual.of(norm, block) : Residual.normAfter(block, norm);
    }

    private static Norm norm(Config config, String name) {
        long width = config.size("d_model");
        return config.text("norm_type").equals("batchnorm")
                ? Norm.batch(name + ".batchnorm", width)
                : Norm.layer(name, width, config.number("norm_eps"));
    }

    private static Block transformerPrediction(Config config) {
        long width = config.size("d_model");
        boolean pooled = config.has("pooling_type") || config.flag("use_cls_token");
        long in = pooled ? width : Math.multiplyExact(width, patches(config));
        long out = config.size("prediction_length");
        return Sequence.of(
                "",
                Sequence.of("model", transformer(config)),
                Sequence.of(
                        "head",
                        config.flag("share_projection", true)
                                ? Distribution.head(config, "projection", in, out)
                                : Repeat.of(
                                        "projections",
                                        config.count("num_input_channels"),
                                        Distribution.head(config, "", in, out))));
    }

    // PatchTSMixer

    private static Block mixer(Config config) {
        long width = config.size("d_model");
        long patches = patches(config);
        List<Block> blocks = new ArrayList<>();
        if (config.text("mode", "").equals("mix_channel")) {
            blocks.add(mixing(config, "channel_feature_mixer", config.size("num_input_channels"), Sequence.of("")));
        }
        blocks.add(
                mixing(config, "patch_mixer", patches, config.flag("self_attn") ? attention(config) : Sequence.of("")));
        blocks.add(mixing(config, "feature_mixer", width, Sequence.of("")));
        return Sequence.of(
                "encoder",
                Linear.of("patcher", config.size("patch_length"), width, true).as(Role.EMBEDDING),
                config.flag("use_positional_encoding")
                        ? Table.positions("positional_encoder.position_enc", patches, width)
                        : Sequence.of(""),
                Repeat.of("mlp_mixer_encoder.mixers", config.count("num_layers"), Sequence.of("", blocks)));
    }

    /// A feed-forward along one of the three dimensions, and a gate on its output.
    private static Block mixing(Config config, String name, long size, Block between) {
        long inner = Math.multiplyExact(size, config.size("expansion_factor"));
        return Residual.of(Sequence.of(
                name,
                mixerNorm(config, "norm"),
                FeedForwards.plain("mlp", size, inner, "gelu", true, "fc1", "fc2"),
                config.flag("gated_attn", true)
                        ? Linear.of("gating_block.attn_layer", size, size, true).as(Role.FEED_FORWARD)
                        : Sequence.of(""),
                between));
    }

    private static Block attention(Config config) {
        long width = config.size("d_model");
        return Sequence.of(
                "",
                GroupedAttention.of(width, EncoderLayer.heads(config, width, config.count("self_attn_heads")))
                        .named("self_attn_layer")
                        .projections("q_proj", "k_proj", "v_proj", "out_proj")
                        .bias(true, true)
                        .span(Span.bidirectional())
                        .build(),
                mixerNorm(config, "norm_attn"));
    }

    private static Norm mixerNorm(Config config, String name) {
        long width = config.size("d_model");
        return config.text("norm_mlp").toLowerCase(Locale.ROOT).contains("batch")
                ? Norm.batch(name + ".norm.batchnorm", width)
                : Norm.layer(name + ".norm", width, config.number("norm_eps"));
    }

    private static Block mixerPrediction(Config config) {
        long in = Math.multiplyExact(patches(config), config.size("d_model"));
        return Sequence.of(
                "",
                Sequence.of("model", mixer(config)),
                Sequence.of(
                        "head",
                        Distribution.head(config, "base_forecast_block", in, config.size("prediction_length"))));
    }
}
