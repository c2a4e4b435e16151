package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.MaskedHead;

/// BLIP (arXiv:2201.12086): a vision transformer, and BERT that reads it by cross-attention in every layer.
final class BlipFamily {
    private BlipFamily() {}

    static Family family() {
        return Family.named("blip")
                .architecture(BlipFamily::pair, "BlipModel")
                .architecture(BlipFamily::captioner, "BlipForConditionalGeneration")
                .architecture(BlipFamily::answerer, "BlipForQuestionAnswering")
                .architecture(BlipFamily::retriever, "BlipForImageTextRetrieval")
                .architecture(config -> vision(config, true), "BlipVisionModel")
                .architecture(config -> text(config, config.size("encoder_hidden_size"), true), "BlipTextModel")
                .backbone(config -> vision(config, true), "blip_vision_model")
                .backbone(
                        config -> vision(config, config.flag("qkv_bias", true)),
                        "blip_2_vision_model",
                        "instructblip_vision_model",
                        "instructblipvideo_vision_model");
    }

    private static Block tower(Config config) {
        return Sequence.of("vision_model", vision(config.part("vision_config"), true));
    }

    private static Block vision(Config config, boolean bias) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config.with("num_channels", 3L));
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .projections("", "", "", "projection")
                .bias(bias, true)
                .span(Span.bidirectional())
                .buildFused("qkv");
        var feedForward = FeedForwards.plain(
                "mlp", width, config.size("intermediate_size"), config.text("hidden_act"), true, "fc1", "fc2");
        Block layer = EncoderLayer.of(
                Norm.layer("layer_norm1", width, epsilon),
                attention,
                Norm.layer("layer_norm2", width, epsilon),
                feedForward);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("class_embedding", width),
                        patches.embedding("patch_embedding", width, true),
                        Table.positions("position_embedding", 1, patches.count() + 1, width)),
                Repeat.of("encoder.layers", config.count("num_hidden_layers"), layer),
                Norm.layer("post_layernorm", width, epsilon));
    }

    /// BERT without segments; a layer reads the tower where `is_decoder` is set, which it is unless denied.
    private static Sequence text(Config config, long seen, boolean pooled) {
        long hidden = config.size("hidden_size");
        boolean decoder = config.flag("is_decoder", true);
        Block layer = BertLayer.of(config)
                .span(decoder ? Span.causal() : Span.bidirectional())
                .cross(decoder)
                .attention(attention -> attention.crossing(seen))
                .build();
        Block embeddings = BertEmbeddings.of(config).withoutSegments().build();
        Block layers = Repeat.of("encoder.layer", config.count("num_hidden_layers"), layer);
        return pooled
                ? Sequence.of("", embeddings, layers, Linear.of("pooler.dense", hidden, hidden, true))
                : Sequence.of("", embeddings, layers);
    }

    private static Sequence text(Config config, boolean pooled) {
        return text(config.part("text_config"), config.part("vision_config").size("hidden_size"), pooled);
    }

    private static Block pair(Config config) {
        long shared = config.size("projection_dim");
        return Sequence.of(
                "",
                Sequence.of("text_model", text(config, true)),
                tower(config),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Joined.projection(
                                "visual_projection",
                                config.part("vision_config").size("hidden_size"),
                                shared,
                                false),
                        Joined.projection(
                                "text_projection", config.part("text_config").size("hidden_size"), shared, false),
                        Table.of("logit_scale")));
    }

    private static Block decoder(Config config) {
        Config text = config.part("text_config");
        boolean tied = config.flag("tie_word_embeddings") || text.flag("tie_word_embeddings", true);
        return Sequence.of(
                "text_decoder",
                Sequence.of("bert", text(config, false)),
                MaskedHead.bert(
                        text.with("tie_word_embeddings", tied),
                        text.size("hidden_size"),
                        "bert.embeddings.word_embeddings"));
    }

    private static Block captioner(Config config) {
        return Sequence.of("", tower(config), decoder(config));
    }

    private static Block answerer(Config config) {
        return Sequence.of("", tower(config), Sequence.of("text_encoder", text(config, false)), decoder(config));
    }

    private static Block retriever(Config config) {
        long shared = config.size("image_text_hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        return Sequence.of(
                "",
                tower(config),
                Sequence.of("text_encoder", text(config, false)),
                Joined.projection("vision_proj", config.part("vision_config").size("hidden_size"), shared, true),
                Joined.projection("text_proj", hidden, shared, true),
                Linear.of("itm_head", hidden, 2, true).as(Role.HEAD));
    }
}
