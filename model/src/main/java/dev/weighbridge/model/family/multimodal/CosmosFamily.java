package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.TextModel;

/// Cosmos 3, the reasoners of NVIDIA's world models: Edge, with a plain feed-forward, and Omni, which is Qwen3-VL.
/// Their files
/// name projections `to_q` and so on, and put the language model at the top.
final class CosmosFamily {
    private CosmosFamily() {}

    static Family family() {
        return Family.named("cosmos")
                .composite(CosmosFamily::edge, "Cosmos3EdgeForConditionalGeneration")
                .composite(CosmosFamily::omni, "Cosmos3OmniForConditionalGeneration")
                .architecture(CosmosFamily::edgeVision, "Cosmos3EdgeVisionModel")
                .backbone(CosmosFamily::edgeVision, "cosmos3_edge_vision");
    }

    private static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config)
                .projections("to_q", "to_k", "to_v", "to_out")
                .bias(bias, bias)
                .rotary(config);
    }

    private static Block edge(Config config, Families families) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        long width = vision.size("hidden_size");
        long side = vision.size("spatial_merge_size");
        long projected = config.size("projector_hidden_size");
        Block layer = TextModel.layer(
                text,
                Norm.Kind.RMS,
                attention(text).build(),
                FeedForwards.plain(
                        "mlp",
                        text.size("hidden_size"),
                        text.size("intermediate_size"),
                        text.text("hidden_act"),
                        text.flag("mlp_bias"),
                        "up_proj",
                        "down_proj"));
        return Sequence.of(
                "",
                Sequence.tower(Tower.VISION, "model.visual", saved(vision)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "model.projector",
                        Norm.layer("norm", width, 1e-6),
                        Joined.projection("linear_fc1", width * side * side, projected, true),
                        Joined.projection("linear_fc2", projected, text.size("hidden_size"), true)),
                TextModel.backbone(text, _ -> layer, Norm.Kind.RMS),
                Joined.head(text, false, "embed_tokens"));
    }

    /// The tower alone, in its own names.
    private static Block edgeVision(Config config) {
        return tower(config, EncoderLayer.clip(config, Span.bidirectional()));
    }

    /// The tower within the whole, where projections are renamed as those of the language model are.
    private static Block saved(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .projections("to_q", "to_k", "to_v", "out_proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .build();
        var feedForward = FeedForwards.plain(
                "mlp",
                width,
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "up_proj",
                "down_proj");
        return tower(
                config,
                EncoderLayer.of(
                        Norm.layer("layer_norm1", width, epsilon),
                        attention,
                        Norm.layer("layer_norm2", width, epsilon),
                        feedForward));
    }

    private static Block tower(Config config, Block layer) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config.with("image_size", 0L));
        return Sequence.tower(
                Tower.VISION,
                "",
                Linear.of("embeddings.patch_embedding", patches.pixels(), width, true),
                Embedding.positions("embeddings.position_embedding", config.size("num_patches"), width),
                Repeat.of("encoder.layers", config.count("num_hidden_layers"), layer),
                Norm.layer("post_layernorm", width, config.number("layer_norm_eps")));
    }

    private static Block omni(Config config, Families families) {
        Config text = config.part("text_config");
        long headDim = GroupedAttention.heads(text).headDim();
        double epsilon = TextModel.epsilon(text);
        Block layer = TextModel.layer(
                text,
                Norm.Kind.RMS,
                attention(text)
                        .normed(Norm.rms("norm_q", headDim, epsilon), Norm.rms("norm_k", headDim, epsilon))
                        .build(),
                FeedForwards.gated(text, false));
        return Sequence.of(
                "",
                Joined.vision(config, families, ""),
                TextModel.backbone(text, _ -> layer, Norm.Kind.RMS),
                Joined.head(text, config.flag("tie_word_embeddings"), "embed_tokens"));
    }
}
