package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;

/// PaliGemma (arXiv:2407.07726) and Gemma 3 (arXiv:2503.19786): SigLIP and Gemma, joined by one matrix.
final class GemmaVisionFamily {
    private GemmaVisionFamily() {}

    static Family family() {
        return Family.named("gemma-vision")
                .composite(GemmaVisionFamily::pali, "PaliGemmaForConditionalGeneration")
                .composite(GemmaVisionFamily::third, "Gemma3ForConditionalGeneration");
    }

    private static Block pali(Config config, Families families) {
        long seen = config.part("vision_config").size("hidden_size");
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Joined.projection("linear", seen, config.size("projection_dim"), true)));
    }

    private static Block third(Config config, Families families) {
        Config vision = config.part("vision_config");
        long seen = vision.size("hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        Block tower = Joined.vision(config, families, "vision_tower");
        Block projector = Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Norm.rmsOffset("mm_soft_emb_norm", seen, vision.number("layer_norm_eps")),
                Joined.projection("mm_input_projection_weight", seen, hidden, false)
                        .storedInputFirst()
                        .named(ParameterStyle.BARE));
        boolean tied = config.flag("tie_word_embeddings");
        return config.text("model_type", "").equals("shieldgemma2")
                ? shield(config, families, tied, tower, projector)
                : Joined.whole(config, families, tied, tower, projector);
    }

    /// ShieldGemma 2 (arXiv:2504.01081) puts all but the head under `model` and keeps the inner `model` as well.
    private static Block shield(Config config, Families families, boolean tied, Block vision, Block projector) {
        Config text = config.part("text_config");
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        vision,
                        projector,
                        Sequence.tower(Tower.TEXT, "language_model.model", families.backbone(text))),
                Joined.head(text, tied, "model.language_model.model.embed_tokens"));
    }
}
