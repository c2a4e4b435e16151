package dev.weighbridge.model.family.image;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;

/// Transformers over videos: ViViT (arXiv:2103.15691), TimeSformer (arXiv:2102.05095), whose layers attend over time
/// and space in turn, and V-JEPA 2 (arXiv:2506.09985), with its predictor of masked patches.
final class VideoFamily {
    private static final double ROTARY_BASE = 10_000;

    private VideoFamily() {}

    static Family family() {
        return Family.named("video")
                .architecture(
                        config -> Sequence.of(
                                "",
                                tubelets(config),
                                Linear.of(
                                        "pooler.dense",
                                        config.size("hidden_size"),
                                        config.size("pooler_output_size", config.size("hidden_size")),
                                        true)),
                        "VivitModel")
                .architecture(config -> classifier(config, "vivit", tubelets(config)), "VivitForVideoClassification")
                .architecture(VideoFamily::divided, "TimesformerModel")
                .architecture(
                        config -> classifier(config, "timesformer", divided(config)),
                        "TimesformerForVideoClassification")
                .architecture(VideoFamily::joint, "VJEPA2Model")
                .architecture(VideoFamily::jointClassifier, "VJEPA2ForVideoClassification")
                .backbone(VideoFamily::tubelets, "vivit")
                .backbone(VideoFamily::divided, "timesformer")
                .backbone(VideoFamily::joint, "vjepa2");
    }

    private static Block classifier(Config config, String prefix, Block model) {
        return Classifier.image(config, prefix, model, "classifier", config.size("hidden_size"));
    }

    private static Block tubelets(Config config) {
        long width = config.size("hidden_size");
        long[] size = config.sizes("tubelet_size", 3);
        long[] image = config.sizes("image_size", 2);
        if (size[0] == 0 || size[1] == 0 || size[2] == 0) {
            throw config.malformed("tubelet_size", "must not contain 0");
        }
        long count = Math.multiplyExact(
                config.size("num_frames") / size[0], Math.multiplyExact(image[0] / size[1], image[1] / size[2]));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("cls_token", width),
                        Convolution.volume(
                                        "patch_embeddings.projection",
                                        config.size("num_channels", 3),
                                        width,
                                        List.of(size[0], size[1], size[2]),
                                        true)
                                .strided(size[1]),
                        Table.positions("position_embeddings", 1, count + 1, width)),
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), EncoderLayer.vit(config)),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    private static Block divided(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        String kind = config.text("attention_type", "divided_space_time");
        List<Block> embeddings = new ArrayList<>(List.of(
                EncoderLayer.token("cls_token", width),
                patches.embedding("patch_embeddings.projection", width, true),
                Table.positions("position_embeddings", 1, patches.count() + 1, width)));
        if (!kind.equals("space_only")) {
            embeddings.add(Table.positions("time_embeddings", 1, config.size("num_frames"), width));
        }
        List<Block> layer = new ArrayList<>();
        if (kind.equals("divided_space_time")) {
            layer.add(Residual.of(
                    Norm.layer("temporal_layernorm", width, epsilon),
                    fused(config, "temporal_attention"),
                    Linear.of("temporal_dense", width, width, true)));
        }
        layer.add(Residual.of(Norm.layer("layernorm_before", width, epsilon), fused(config, "attention")));
        layer.add(Residual.of(Norm.layer("layernorm_after", width, epsilon), EncoderLayer.vitFeedForward(config)));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("embeddings", embeddings),
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), Sequence.of("", layer)),
                Norm.layer("layernorm", width, epsilon));
    }

    private static Attention fused(Config config, String name) {
        long width = config.size("hidden_size");
        return GroupedAttention.of(width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named(name)
                .projections("", "", "", "output.dense")
                .bias(config.flag("qkv_bias", true), true)
                .span(Span.bidirectional())
                .buildFused("attention.qkv");
    }

    private static Block joint(Config config) {
        long width = config.size("hidden_size");
        long narrow = config.size("pred_hidden_size");
        long patch = config.size("patch_size");
        double epsilon = config.number("layer_norm_eps");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "encoder",
                        Convolution.volume(
                                        "embeddings.patch_embeddings.proj",
                                        config.size("in_chans", 3),
                                        width,
                                        List.of(config.size("tubelet_size"), patch, patch),
                                        true)
                                .strided(patch),
                        Repeat.of(
                                "layer",
                                config.count("num_hidden_layers"),
                                jointLayer(config, width, "num_attention_heads", config.number("mlp_ratio"))),
                        Norm.layer("layernorm", width, epsilon)),
                Sequence.of(
                        "predictor",
                        Sequence.of(
                                "embeddings",
                                Linear.of("predictor_embeddings", width, narrow, true),
                                Table.of("mask_tokens", config.size("pred_num_mask_tokens"), 1, 1, narrow)),
                        Repeat.of(
                                "layer",
                                config.count("pred_num_hidden_layers"),
                                jointLayer(
                                        config, narrow, "pred_num_attention_heads", config.number("pred_mlp_ratio"))),
                        Norm.layer("layernorm", narrow, epsilon),
                        Linear.of("proj", narrow, width, true)));
    }

    private static Block jointLayer(Config config, long width, String headCount, double ratio) {
        double epsilon = config.number("layer_norm_eps");
        var heads = EncoderLayer.heads(config, width, config.count(headCount));
        Attention attention = GroupedAttention.of(width, heads)
                .named("attention")
                .projections("query", "key", "value", "proj")
                .bias(config.flag("qkv_bias", true), true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(ROTARY_BASE, heads.headDim()))
                .build();
        return EncoderLayer.of(
                Norm.layer("norm1", width, epsilon),
                attention,
                Norm.layer("norm2", width, epsilon),
                FeedForwards.plain(
                        "mlp", width, (long) (width * ratio), config.text("hidden_act"), true, "fc1", "fc2"));
    }

    /// The classifier reads one token, gathered from the patches by a few layers.
    private static Block jointClassifier(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("vjepa2", joint(config)),
                Sequence.of(
                        "pooler",
                        Table.of("query_tokens", 1, 1, width),
                        Repeat.of(
                                "self_attention_layers",
                                config.count("num_pooler_layers"),
                                pooling(config, "self_attn", Span.bidirectional())),
                        Sequence.of("cross_attention_layer", pooling(config, "cross_attn", Span.cross()))),
                Classifier.optional(config, "classifier", width));
    }

    private static Block pooling(Config config, String name, Span span) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        Attention attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named(name)
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(span)
                .build();
        return EncoderLayer.of(
                Norm.layer("layer_norm1", width, epsilon),
                span.kind() == Span.Kind.CROSS ? withoutOutput(attention) : attention,
                Norm.layer("layer_norm2", width, epsilon),
                FeedForwards.plain(
                        "mlp",
                        width,
                        (long) (width * config.number("mlp_ratio")),
                        config.text("hidden_act"),
                        true,
                        "fc1",
                        "fc2"));
    }

    private static Attention withoutOutput(Attention attention) {
        return Attention.of(
                attention.name(),
                attention.heads(),
                attention.span(),
                attention.rotary(),
                attention.parts().stream()
                        .filter(part -> !part.block().name().equals("out_proj"))
                        .toList());
    }
}
