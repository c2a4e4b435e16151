package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// DINOv2 (arXiv:2304.07193), the same with registers (arXiv:2309.16588), and DINOv3 (arXiv:2508.10104): ViT with
/// scaled
/// branches; DINOv3 turns positions by rotation instead of learning them.
final class DinoFamily {
    private DinoFamily() {}

    static Family family() {
        return Family.named("dino")
                .architecture(DinoFamily::second, "Dinov2Model", "Dinov2WithRegistersModel")
                .architecture(config -> classifier(config, "dinov2"), "Dinov2ForImageClassification")
                .architecture(
                        config -> classifier(config, "dinov2_with_registers"),
                        "Dinov2WithRegistersForImageClassification")
                .architecture(DinoFamily::third, "DINOv3ViTModel")
                .backbone(DinoFamily::second, "dinov2", "dinov2_with_registers")
                .backbone(DinoFamily::third, "dinov3_vit");
    }

    private static Sequence second(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        List<Block> embeddings = new ArrayList<>();
        embeddings.add(EncoderLayer.token("cls_token", width));
        if (config.flag("use_mask_token", true)) {
            embeddings.add(Table.of("mask_token", 1, width));
        }
        if (config.has("num_register_tokens")) {
            embeddings.add(Table.of("register_tokens", 1, config.size("num_register_tokens"), width));
        }
        embeddings.add(patches.embedding("patch_embeddings.projection", width, true));
        embeddings.add(Table.positions("position_embeddings", 1, patches.count() + 1, width));
        Function<String, Norm> norm = name -> Norm.layer(name, width, config.number("layer_norm_eps"));
        Block layer = EncoderLayer.scaled(
                norm.apply("norm1"),
                EncoderLayer.vitAttention(config).build(),
                "layer_scale1.lambda1",
                norm.apply("norm2"),
                feedForward(config),
                "layer_scale2.lambda1");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("embeddings", embeddings),
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), layer),
                norm.apply("layernorm"));
    }

    /// With `use_swiglu_ffn` the gated form, its width two thirds of the plain one's, rounded up to a multiple of
    /// eight.
    static FeedForward feedForward(Config config) {
        long width = config.size("hidden_size");
        long inner = (long) (width * config.number("mlp_ratio"));
        if (config.flag("use_swiglu_ffn")) {
            long gated = ((long) (inner * 2 / 3.0) + 7) / 8 * 8;
            return FeedForwards.fusedGated("mlp", width, gated, "silu", true, "weights_in", "weights_out");
        }
        return FeedForwards.plain("mlp", width, inner, config.text("hidden_act"), true, "fc1", "fc2");
    }

    private static Block classifier(Config config, String name) {
        return Sequence.of(
                "",
                Sequence.of(name, second(config)),
                Labels.classifier(config, "classifier", 2 * config.size("hidden_size")));
    }

    private static Block third(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        boolean bias = config.flag("mlp_bias");
        String activation = config.text("hidden_act");
        var patches = ImagePatches.of(config);
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        Attention attention = GroupedAttention.of(width, heads)
                .named("attention")
                .bias(
                        config.flag("query_bias"),
                        config.flag("key_bias"),
                        config.flag("value_bias"),
                        config.flag("proj_bias"))
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(config.number("rope_theta"), heads.headDim()))
                .build();
        FeedForward feedForward = config.flag("use_gated_mlp")
                ? FeedForwards.gated("mlp", width, inner, activation, bias)
                : FeedForwards.plain("mlp", width, inner, activation, bias, "up_proj", "down_proj");
        Function<String, Norm> norm = name -> Norm.layer(name, width, config.number("layer_norm_eps"));
        Block layer = EncoderLayer.scaled(
                norm.apply("norm1"),
                attention,
                "layer_scale1.lambda1",
                norm.apply("norm2"),
                feedForward,
                "layer_scale2.lambda1");
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("cls_token", width),
                        EncoderLayer.token("mask_token", width),
                        Table.of("register_tokens", 1, config.size("num_register_tokens"), width),
                        patches.embedding("patch_embeddings", width, true)),
                Repeat.of("layer", config.count("num_hidden_layers"), layer),
                norm.apply("norm"));
    }
}
