package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.List;

/// Idefics 2 (arXiv:2405.02246), Idefics 3 (arXiv:2408.12637) and SmolVLM (arXiv:2504.05299): SigLIP's tower, a
/// connector, any
/// language model as `text_model`. The second resamples patches by attention, the others shuffle them into channels.
final class IdeficsFamily {
    private IdeficsFamily() {}

    static Family family() {
        return Family.named("idefics")
                .composite(IdeficsFamily::second, "Idefics2ForConditionalGeneration")
                .composite(IdeficsFamily::third, "Idefics3ForConditionalGeneration", "SmolVLMForConditionalGeneration");
    }

    private static Block second(Config config, Families families) {
        return joined(config, families, Sequence.of("", modality(config), resampler(config.part("perceiver_config"))));
    }

    private static Block third(Config config, Families families) {
        long side = config.size("scale_factor");
        long seen = config.part("vision_config").size("hidden_size") * side * side;
        return joined(
                config,
                families,
                Joined.projection(
                        "modality_projection.proj",
                        seen,
                        config.part("text_config").size("hidden_size"),
                        false));
    }

    private static Block joined(Config config, Families families, Block connector) {
        Config text = config.part("text_config");
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Joined.vision(config, families, "vision_model"),
                        Sequence.tower(Tower.PROJECTOR, "connector", connector),
                        Sequence.tower(Tower.TEXT, "text_model", families.backbone(text))),
                Joined.head(text, config.flag("tie_word_embeddings"), "model.text_model.embed_tokens"));
    }

    private static Block modality(Config config) {
        Config text = config.part("text_config");
        long seen = config.part("vision_config").size("hidden_size");
        long inner = text.size("intermediate_size");
        return new FeedForward(
                "modality_projection",
                seen,
                inner,
                Activation.of(text.text("hidden_act")),
                true,
                List.of(
                        new Part(Slot.GATE, Linear.of("gate_proj", seen, inner)),
                        new Part(Slot.UP, Linear.of("up_proj", seen, inner)),
                        new Part(Slot.DOWN, Linear.of("down_proj", inner, text.size("hidden_size")))));
    }

    /// Learned latents attend to the patches and themselves (Flamingo, arXiv:2204.14198).
    private static Block resampler(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("rms_norm_eps");
        Heads heads = Heads.of(
                config.count("resampler_n_heads"),
                config.count("num_key_value_heads"),
                config.size("resampler_head_dim"));
        Block layer = Sequence.of(
                "",
                Residual.of(
                        Norm.rms("input_latents_norm", width, epsilon),
                        Norm.rms("input_context_norm", width, epsilon),
                        GroupedAttention.of(width, heads).span(Span.cross()).build()),
                Residual.of(
                        Norm.rms("post_attention_layernorm", width, epsilon),
                        FeedForwards.gated("mlp", width, 4 * width, config.text("hidden_act"), false)));
        return Sequence.of(
                "perceiver_resampler",
                Table.of("latents", config.size("resampler_n_latents"), width),
                Repeat.of("layers", config.count("resampler_depth"), layer),
                Norm.rms("norm", width, epsilon));
    }
}
