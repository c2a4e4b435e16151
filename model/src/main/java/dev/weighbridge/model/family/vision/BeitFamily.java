package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// BEiT (arXiv:2106.08254) and data2vec-vision (arXiv:2202.03555): ViT without a key bias, positions as a bias of the
/// scores, branches scaled.
final class BeitFamily {
    private BeitFamily() {}

    static Family family() {
        return Family.named("beit")
                .architecture(config -> model(config, true), "BeitModel", "Data2VecVisionModel")
                .architecture(config -> classifier(config, "beit"), "BeitForImageClassification")
                .architecture(config -> classifier(config, "data2vec_vision"), "Data2VecVisionForImageClassification")
                .architecture(BeitFamily::masked, "BeitForMaskedImageModeling")
                .backbone(config -> model(config, true), "beit", "data2vec-vision");
    }

    private static Sequence model(Config config, boolean pooled) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        Function<String, Norm> norm = name -> Norm.layer(name, width, config.number("layer_norm_eps"));
        List<Block> blocks = new ArrayList<>();
        blocks.add(embeddings(config, width, patches));
        if (config.flag("use_shared_relative_position_bias")) {
            blocks.add(scoreBias(config, patches, "encoder."));
        }
        blocks.add(Repeat.of("encoder.layer", config.count("num_hidden_layers"), layer(config, patches, norm)));
        if (!config.flag("use_mean_pooling")) {
            blocks.add(norm.apply("layernorm"));
        } else if (pooled) {
            blocks.add(norm.apply("pooler.layernorm"));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Block embeddings(Config config, long width, ImagePatches patches) {
        List<Block> embeddings = new ArrayList<>();
        embeddings.add(EncoderLayer.token("cls_token", width));
        if (config.flag("use_mask_token")) {
            embeddings.add(EncoderLayer.token("mask_token", width));
        }
        embeddings.add(patches.embedding("patch_embeddings.projection", width, true));
        if (config.flag("use_absolute_position_embeddings")) {
            embeddings.add(Table.positions("position_embeddings", 1, patches.count() + 1, width));
        }
        return Sequence.of("embeddings", embeddings);
    }

    private static Block layer(Config config, ImagePatches patches, Function<String, Norm> norm) {
        var attention = EncoderLayer.vitAttention(config).bias(true, false, true, true);
        if (config.flag("use_relative_position_bias")) {
            attention.with(Slot.POSITION_BIAS, scoreBias(config, patches, "attention."));
        }
        var feedForward = EncoderLayer.vitFeedForward(config);
        Norm before = norm.apply("layernorm_before");
        Norm after = norm.apply("layernorm_after");
        return config.number("layer_scale_init_value", 0) > 0
                ? EncoderLayer.scaled(before, attention.build(), "lambda_1", after, feedForward, "lambda_2")
                : EncoderLayer.of(before, attention.build(), after, feedForward);
    }

    /// One bias a head for every offset within the window, and three for the class token.
    private static Table scoreBias(Config config, ImagePatches patches, String prefix) {
        long offsets = (2 * patches.rows() - 1) * (2 * patches.columns() - 1) + 3;
        return Table.positions(
                prefix + "relative_position_bias.relative_position_bias_table",
                offsets,
                config.count("num_attention_heads"));
    }

    private static Block classifier(Config config, String name) {
        return Sequence.of(
                "",
                Sequence.of(name, model(config, true)),
                Labels.classifier(config, "classifier", config.size("hidden_size")));
    }

    private static Block masked(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("beit", model(config, false)),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")),
                Linear.of("lm_head", width, config.size("vocab_size"), true).as(Role.HEAD));
    }
}
