package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;

/// Vision transformers near ViT: C-RADIO (arXiv:2312.06709), Pixio (arXiv:2512.15715), and ViLT (arXiv:2102.03334),
/// which reads
/// text and patches as one sequence.
final class VitRelativesFamily {
    private VitRelativesFamily() {}

    static Family family() {
        return Family.named("vit-relatives")
                .architecture(VitRelativesFamily::radio, "RadioModel")
                .architecture(VitRelativesFamily::pixio, "PixioModel")
                .architecture(VitRelativesFamily::vilt, "ViltModel")
                .backbone(VitRelativesFamily::radio, "radio")
                .backbone(VitRelativesFamily::pixio, "pixio");
    }

    private static Block radio(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        long patch = config.size("patch_size");
        long channels = config.size("num_channels");
        long side = config.size("max_img_size") / Math.max(1, patch);
        long summaries =
                config.has("summary_idxs") ? config.items("summary_idxs").size() : 2;
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named("attn")
                .projections("", "", "", "proj")
                .bias(config.flag("qkv_bias"), true)
                .span(Span.bidirectional())
                .buildFused("qkv");
        Block layer = EncoderLayer.scaled(
                Norm.layer("norm1", width, epsilon),
                attention,
                "layer_scale1.lambda1",
                Norm.layer("norm2", width, epsilon),
                DinoFamily.feedForward(config),
                "layer_scale2.lambda1");
        return Sequence.tower(
                Tower.VISION,
                "radio_model",
                Table.buffer("input_conditioner.norm_mean", channels, 1, 1),
                Table.buffer("input_conditioner.norm_std", channels, 1, 1),
                Sequence.of(
                        "model.patch_generator",
                        Linear.of("embedder", channels * patch * patch, width),
                        Table.positions("pos_embed", 1, side * side, width),
                        Table.of(
                                "cls_token.token",
                                config.size("num_cls_tokens") + config.size("num_registers"),
                                width)),
                Repeat.of("model.blocks", config.count("num_hidden_layers"), layer),
                Table.buffer("summary_idxs", summaries));
    }

    private static Block pixio(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        long tokens = config.size("n_cls_tokens");
        var patches = ImagePatches.of(config);
        Config sized = config.with("intermediate_size", (long) (width * config.number("mlp_ratio")));
        Block layer = EncoderLayer.of(
                Norm.layer("norm1", width, epsilon),
                EncoderLayer.vitAttention(config).build(),
                Norm.layer("norm2", width, epsilon),
                EncoderLayer.vitFeedForward(sized));
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        Table.of("cls_token", 1, tokens, width),
                        patches.embedding("patch_embeddings.projection", width, true),
                        Table.positions("position_embeddings", 1, patches.count() + tokens, width)),
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), layer),
                Norm.layer("layernorm", width, epsilon));
    }

    private static Block vilt(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        return Sequence.of(
                "",
                Sequence.of(
                        "embeddings",
                        Sequence.of(
                                "text_embeddings",
                                BertEmbeddings.of(config).build().children()),
                        EncoderLayer.token("cls_token", width),
                        patches.embedding("patch_embeddings.projection", width, true),
                        Table.positions("position_embeddings", 1, patches.count() + 1, width),
                        Embedding.of("token_type_embeddings", config.size("modality_type_vocab_size"), width)),
                VitFamily.layers("encoder.layer", config),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")),
                Linear.of("pooler.dense", width, width, true));
    }
}
