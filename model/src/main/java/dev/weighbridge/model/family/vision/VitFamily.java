package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;

/// ViT (arXiv:2010.11929), DeiT (arXiv:2012.12877), masked autoencoders (ViT-MAE, arXiv:2111.06377), MSN
/// (arXiv:2204.07141) and I-JEPA (arXiv:2301.08243): one transformer, different tokens before it and heads after it.
final class VitFamily {
    private VitFamily() {}

    static Family family() {
        return Family.named("vit")
                .architecture(config -> pooled(config, "cls_token"), "ViTModel")
                .architecture(config -> classifier(config, "vit", "cls_token"), "ViTForImageClassification")
                .architecture(config -> masked(config, "vit", "cls_token"), "ViTForMaskedImageModeling")
                .architecture(config -> pooled(config, "cls_token", "distillation_token"), "DeiTModel")
                .architecture(
                        config -> classifier(config, "deit", "cls_token", "distillation_token"),
                        "DeiTForImageClassification")
                .architecture(
                        config -> masked(config, "deit", "cls_token", "distillation_token"),
                        "DeiTForMaskedImageModeling")
                .architecture(VitFamily::distilled, "DeiTForImageClassificationWithTeacher")
                .architecture(config -> model(config, false, List.of("cls_token")), "ViTMAEModel", "ViTMSNModel")
                .architecture(VitFamily::autoencoder, "ViTMAEForPreTraining")
                .architecture(VitFamily::msnClassifier, "ViTMSNForImageClassification")
                .architecture(config -> pooledBy(config, false, List.of()), "IJepaModel")
                .architecture(config -> classifier(config, "ijepa"), "IJepaForImageClassification")
                .backbone(config -> pooled(config, "cls_token"), "vit")
                .backbone(config -> pooled(config, "cls_token", "distillation_token"), "deit")
                .backbone(config -> model(config, false, List.of("cls_token")), "vit_mae", "vit_msn")
                .backbone(config -> pooledBy(config, false, List.of()), "ijepa");
    }

    private static Block pooled(Config config, String... tokens) {
        return pooledBy(config, false, List.of(tokens));
    }

    private static Block pooledBy(Config config, boolean maskToken, List<String> tokens) {
        long width = config.size("hidden_size");
        long pooled = config.size("pooler_output_size", width);
        return Sequence.tower(
                Tower.VISION,
                "",
                model(config, maskToken, tokens),
                Linear.of("pooler.dense", width, pooled == 0 ? width : pooled, true));
    }

    /// Embeddings, layers and the last norm, without a name of its own.
    private static Sequence model(Config config, boolean maskToken, List<String> tokens) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        List<Block> embeddings = new ArrayList<>();
        tokens.forEach(token -> embeddings.add(EncoderLayer.token(token, width)));
        if (maskToken) {
            embeddings.add(EncoderLayer.token("mask_token", width));
        }
        embeddings.add(patches.embedding("patch_embeddings.projection", width, true));
        embeddings.add(Table.positions("position_embeddings", 1, patches.count() + tokens.size(), width));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of("embeddings", embeddings),
                layers("encoder.layer", config),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    /// The layers under a name.
    static Repeat layers(String name, Config config) {
        return Repeat.of(name, config.count("num_hidden_layers"), EncoderLayer.vit(config));
    }

    private static Block classifier(Config config, String name, String... tokens) {
        return Sequence.of(
                "",
                Sequence.of(name, model(config, false, List.of(tokens))),
                Labels.classifier(config, "classifier", config.size("hidden_size")));
    }

    private static Block distilled(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("deit", model(config, false, List.of("cls_token", "distillation_token"))),
                Labels.classifier(config, "cls_classifier", width),
                Labels.classifier(config, "distillation_classifier", width));
    }

    private static Block masked(Config config, String name, String... tokens) {
        long stride = config.size("encoder_stride");
        long out = stride * stride * config.size("num_channels");
        return Sequence.of(
                "",
                Sequence.of(name, model(config, true, List.of(tokens))),
                Convolution.plane("decoder.0", config.size("hidden_size"), out, 1, true)
                        .as(Role.HEAD));
    }

    /// MSN's published classifier keeps its layers outside the `vit` that holds the rest.
    private static Block msnClassifier(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "vit.embeddings",
                        EncoderLayer.token("cls_token", width),
                        patches.embedding("patch_embeddings.projection", width, true),
                        Table.positions("position_embeddings", 1, patches.count() + 1, width)),
                layers("encoder.layer", config),
                Norm.layer("vit.layernorm", width, config.number("layer_norm_eps")),
                Labels.classifier(config, "classifier", width));
    }

    private static Block autoencoder(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        Config decoder = decoderOf(config);
        long narrow = decoder.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("vit", model(config, false, List.of("cls_token"))),
                Sequence.of(
                        "decoder",
                        Linear.of("decoder_embed", width, narrow, true),
                        EncoderLayer.token("mask_token", narrow),
                        Table.positions("decoder_pos_embed", 1, patches.count() + 1, narrow),
                        layers("decoder_encoder.layer", decoder),
                        Norm.layer("decoder_norm", narrow, config.number("layer_norm_eps")),
                        Linear.of("decoder_pred", narrow, patches.pixels(), true)
                                .as(Role.HEAD)));
    }

    /// The settings of an autoencoder's decoder, which stand beside those of its encoder with the prefix `decoder_`.
    static Config decoderOf(Config config) {
        return config.with("hidden_size", config.size("decoder_hidden_size"))
                .with("num_hidden_layers", (long) config.count("decoder_num_hidden_layers"))
                .with("num_attention_heads", (long) config.count("decoder_num_attention_heads"))
                .with("intermediate_size", config.size("decoder_intermediate_size"));
    }
}
