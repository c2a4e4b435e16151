package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;

/// VideoMAE (arXiv:2203.12602): ViT over tubes of frames, positions computed rather than learned.
final class VideoMaeFamily {
    private VideoMaeFamily() {}

    static Family family() {
        return Family.named("videomae")
                .architecture(VideoMaeFamily::model, "VideoMAEModel")
                .architecture(VideoMaeFamily::autoencoder, "VideoMAEForPreTraining")
                .architecture(VideoMaeFamily::classifier, "VideoMAEForVideoClassification")
                .backbone(VideoMaeFamily::model, "videomae");
    }

    private static Sequence model(Config config) {
        long width = config.size("hidden_size");
        Block tube = ImagePatches.of(config)
                .embedding("embeddings.patch_embeddings.projection", config.size("tubelet_size"), width, true);
        Block layers = VitFamily.layers("encoder.layer", config);
        return config.flag("use_mean_pooling")
                ? Sequence.tower(Tower.VISION, "", tube, layers)
                : Sequence.tower(
                        Tower.VISION,
                        "",
                        tube,
                        layers,
                        Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    private static Block autoencoder(Config config) {
        Config decoder = VitFamily.decoderOf(config);
        long narrow = decoder.size("hidden_size");
        long pixels = ImagePatches.of(config).pixels() * config.size("tubelet_size");
        return Sequence.of(
                "",
                Sequence.of("videomae", model(config)),
                Linear.of("encoder_to_decoder", config.size("hidden_size"), narrow),
                EncoderLayer.token("mask_token", narrow),
                Sequence.of(
                        "decoder",
                        VitFamily.layers("decoder_layers", decoder),
                        Norm.layer("norm", narrow, 1e-5),
                        Linear.of("head", narrow, pixels, true).as(Role.HEAD)));
    }

    private static Block classifier(Config config) {
        long width = config.size("hidden_size");
        Block norm = config.flag("use_mean_pooling") ? Norm.layer("fc_norm", width, 1e-5) : Sequence.of("");
        return Sequence.of(
                "", Sequence.of("videomae", model(config)), norm, Labels.classifier(config, "classifier", width));
    }
}
