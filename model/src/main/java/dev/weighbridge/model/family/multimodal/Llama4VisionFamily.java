package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;

/// Llama 4 with its vision tower, whose patches are shuffled into channels by an adapter.
final class Llama4VisionFamily {
    private static final double EPSILON = 1e-5;

    private Llama4VisionFamily() {}

    static Family family() {
        return Family.named("llama4-vision")
                .composite(Llama4VisionFamily::joined, "Llama4ForConditionalGeneration")
                .architecture(Llama4VisionFamily::vision, "Llama4VisionModel")
                .backbone(Llama4VisionFamily::vision, "llama4_vision_model");
    }

    private static Block joined(Config config, Families families) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Joined.whole(
                config,
                families,
                text.flag("tie_word_embeddings"),
                Sequence.of("vision_model", vision(vision)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Joined.projection(
                                "linear_1", vision.size("vision_output_dim"), text.size("hidden_size"), false)));
    }

    private static Sequence vision(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        var heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(width, heads)
                .bias(true, true)
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(Rotaries.of(config, heads.headDim()).theta(), heads.headDim()))
                .build();
        var feedForward =
                FeedForwards.plain("mlp", width, config.size("intermediate_size"), "gelu", true, "fc1", "fc2");
        Block layer = EncoderLayer.of(
                Norm.layer("input_layernorm", width, EPSILON),
                attention,
                Norm.layer("post_attention_layernorm", width, EPSILON),
                feedForward);
        long projected = config.size("projector_output_dim");
        return Sequence.tower(
                Tower.VISION,
                "",
                Linear.of("patch_embedding.linear", patches.pixels(), width),
                Table.of("class_embedding", width),
                Table.positions("positional_embedding_vlm", patches.count() + 1, width),
                Norm.layer("layernorm_pre", width, EPSILON),
                Repeat.of("model.layers", config.count("num_hidden_layers"), layer),
                Norm.layer("layernorm_post", width, EPSILON),
                Sequence.of(
                        "vision_adapter.mlp",
                        Linear.of("fc1", config.size("intermediate_size"), config.size("projector_input_dim")),
                        Linear.of("fc2", projected, projected)));
    }
}
