package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/// PaliGemma (arXiv:2407.07726) and Gemma 3 (arXiv:2503.19786): SigLIP and Gemma, joined by one matrix. Gemma 3n and
/// Gemma 4,
/// which hear as well, and Gemma 4 Unified, which has no towers but embeds patches and frames as they are.
final class GemmaVisionFamily {
    private GemmaVisionFamily() {}

    static Family family() {
        return Family.named("gemma-vision")
                .composite(GemmaVisionFamily::pali, "PaliGemmaForConditionalGeneration")
                .composite(GemmaVisionFamily::third, "Gemma3ForConditionalGeneration")
                .composite(GemmaVisionFamily::nano, "Gemma3nForConditionalGeneration")
                .composite(GemmaVisionFamily::fourth, "Gemma4ForConditionalGeneration")
                .composite(GemmaVisionFamily::unified, "Gemma4UnifiedForConditionalGeneration");
    }

    private static Block pali(Config config, Families families) {
        return Joined.whole(config, families, config.flag("tie_word_embeddings"), paliTowers(config, families));
    }

    /// PaliGemma's tower and projector.
    static Block paliTowers(Config config, Families families) {
        long seen = config.part("vision_config").size("hidden_size");
        return Sequence.of(
                "",
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

    /// Gemma 3n: each tower beside a small vocabulary of its own.
    private static Block nano(Config config, Families families) {
        Config vision = config.part("vision_config");
        Config audio = config.part("audio_config");
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.of("vision_tower", families.backbone(vision)),
                Sequence.of("audio_tower", families.backbone(audio)),
                nanoEmbedder("embed_vision", vision, hidden),
                nanoEmbedder("embed_audio", audio, hidden));
    }

    private static Block nanoEmbedder(String name, Config config, long hidden) {
        long seen = config.size("hidden_size");
        double epsilon = config.number("rms_norm_eps");
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Embedding.of("embedding", config.size("vocab_size"), seen),
                Norm.rms("hard_embedding_norm", seen, epsilon),
                Norm.rms("soft_embedding_norm", seen, epsilon),
                Joined.projection("embedding_projection", seen, hidden, false),
                Norm.rms("embedding_post_projection_norm", hidden, epsilon).untrained());
    }

    /// Gemma 4; either tower may be missing.
    private static Block fourth(Config config, Families families) {
        List<Block> towers = new ArrayList<>();
        long hidden = config.part("text_config").size("hidden_size");
        config.optionalPart("vision_config").ifPresent(vision -> {
            towers.add(Sequence.of("vision_tower", families.backbone(vision)));
            towers.add(embedder("embed_vision", vision, vision.size("hidden_size"), hidden));
        });
        config.optionalPart("audio_config").ifPresent(audio -> {
            towers.add(Sequence.of("audio_tower", families.backbone(audio)));
            towers.add(embedder("embed_audio", audio, audio.size("output_proj_dims"), hidden));
        });
        return Joined.nested(config, families, config.flag("tie_word_embeddings"), towers.toArray(Block[]::new));
    }

    private static Block embedder(String name, Config config, long seen, long hidden) {
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Norm.rms("embedding_pre_projection_norm", seen, config.number("rms_norm_eps"))
                        .untrained(),
                Joined.projection("embedding_projection", seen, hidden, false));
    }

    /// Gemma 4 Unified: patches become tokens by one matrix between norms, frames of sound by one matrix alone.
    private static Block unified(Config config, Families families) {
        List<Block> embedders = new ArrayList<>();
        long hidden = config.part("text_config").size("hidden_size");
        config.optionalPart("vision_config").ifPresent(vision -> {
            long side = vision.size("patch_size") * vision.size("pooling_kernel_size");
            long width = vision.size("mm_embed_dim");
            embedders.add(Sequence.tower(
                    Tower.VISION,
                    "vision_embedder",
                    Norm.layer("patch_ln1", 3 * side * side, 1e-5),
                    Linear.of("patch_dense", 3 * side * side, width, true),
                    Norm.layer("patch_ln2", width, 1e-5),
                    Table.positions("pos_embedding", vision.size("mm_posemb_size"), 2, width),
                    Norm.layer("pos_norm", width, 1e-5)));
            embedders.add(embedder("embed_vision", vision, vision.size("output_proj_dims"), hidden));
        });
        config.optionalPart("audio_config")
                .ifPresent(
                        audio -> embedders.add(embedder("embed_audio", audio, audio.size("audio_embed_dim"), hidden)));
        return Joined.nested(config, families, config.flag("tie_word_embeddings"), embedders.toArray(Block[]::new));
    }
}
