package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
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
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;

/// Models that differ from LLaVA in little but names: Command A Vision, LFM2-VL (arXiv:2511.23404), VideoLLaMA 3
/// (arXiv:2501.13106), DeepSeek-VL (arXiv:2403.05525), EXAONE 4.5, Fuyu, Aria (arXiv:2410.05993), Ovis 2
/// (arXiv:2405.20797).
final class ProjectedFamily {
    private ProjectedFamily() {}

    static Family family() {
        return Family.named("projected")
                .composite(ProjectedFamily::cohere, "Cohere2VisionForConditionalGeneration")
                .composite(ProjectedFamily::liquid, "Lfm2VlForConditionalGeneration")
                .composite(ProjectedFamily::videoLlama, "VideoLlama3ForConditionalGeneration")
                .composite(ProjectedFamily::deepseek, "DeepseekVLForConditionalGeneration")
                .composite(ProjectedFamily::deepseekHybrid, "DeepseekVLHybridForConditionalGeneration")
                .composite(ProjectedFamily::fuyu, "FuyuForCausalLM")
                .composite(ProjectedFamily::ovis, "Ovis2ForConditionalGeneration")
                .architecture(ProjectedFamily::videoLlamaVision, "VideoLlama3VisionModel")
                .backbone(ProjectedFamily::videoLlamaVision, "video_llama_3_vision");
    }

    /// Patches shuffled into channels, a gated projector.
    private static Block cohere(Config config, Families families) {
        long factor = config.size("downsample_factor");
        long seen = config.part("vision_config").size("hidden_size") * factor * factor;
        long inner = config.size("alignment_intermediate_size");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_tower"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Joined.projection("linear_1", seen, inner, true),
                        Joined.projection(
                                "linear_2",
                                inner / 2,
                                config.part("text_config").size("hidden_size"),
                                true)));
    }

    private static Block liquid(Config config, Families families) {
        long factor = config.size("downsample_factor");
        long seen = config.part("vision_config").size("hidden_size") * factor * factor;
        Block projector = Joined.projector(
                "",
                seen,
                config.size("projector_hidden_size"),
                config.part("text_config").size("hidden_size"),
                config.flag("projector_bias"));
        return Joined.nested(
                config,
                families,
                config.flag("tie_embedding", config.flag("tie_word_embeddings")),
                Joined.vision(config, families, "vision_tower"),
                config.flag("projector_use_layernorm")
                        ? Sequence.tower(
                                Tower.PROJECTOR,
                                "multi_modal_projector",
                                Norm.layer("layer_norm", seen, 1e-5),
                                projector)
                        : Sequence.tower(Tower.PROJECTOR, "multi_modal_projector", projector));
    }

    private static Block videoLlama(Config config, Families families) {
        long hidden = config.part("text_config").size("hidden_size");
        long seen = config.part("vision_config").size("hidden_size");
        return Joined.nested(
                config,
                families,
                Joined.tiedAnywhere(config),
                Joined.vision(config, families, "vision_model"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "projector.readout",
                        Joined.projection("0", seen, hidden, true),
                        Joined.projection("2", hidden, hidden, true)));
    }

    /// SigLIP's layers, positions by rotation alone.
    private static Block videoLlamaVision(Config config) {
        long width = config.size("hidden_size");
        long headDim = EncoderLayer.heads(config, width, config.count("num_attention_heads"))
                .headDim();
        return Sequence.tower(
                Tower.VISION,
                "",
                ImagePatches.of(config.with("image_size", 0L)).embedding("embeddings.patch_embedding", width, true),
                Repeat.of(
                        "encoder.layers",
                        config.count("num_hidden_layers"),
                        EncoderLayer.clip(config, Span.bidirectional(), Rotaries.axial(10_000, headDim))),
                Norm.layer("post_layernorm", width, config.number("layer_norm_eps")));
    }

    private static Block deepseek(Config config, Families families) {
        long seen = config.part("vision_config").size("hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_model"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "aligner",
                        Joined.projection("linear1", seen, hidden, true),
                        Joined.projection("linear2", hidden, hidden, true)));
    }

    /// SigLIP for the whole at low resolution, SAM for detail at high, side by side; SAM's early layers pass a second
    /// neck
    /// and are added in.
    private static Block deepseekHybrid(Config config, Families families) {
        Config fine = config.part("high_res_vision_config");
        long width = fine.size("hidden_size");
        long channels = fine.size("output_channels");
        long seen = config.part("vision_config").size("hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.tower(Tower.VISION, "high_res_vision_model", families.backbone(fine)),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Sequence.of(
                                "high_res_vision_neck",
                                Convolution.plane("conv1", width, channels, 1, false),
                                Norm.layer("layer_norm1", channels, 1e-6),
                                Convolution.plane("conv2", channels, channels, 3, false),
                                Norm.layer("layer_norm2", channels, 1e-6)),
                        Sequence.of(
                                "high_res_vision_proj",
                                Convolution.plane("conv1", channels, 2 * channels, 3, false)
                                        .strided(2),
                                Convolution.plane("conv2", 2 * channels, 4 * channels, 3, false)
                                        .strided(2)),
                        Table.of("high_res_vision_alpha", 1)),
                Joined.vision(config, families, "vision_model"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "aligner",
                        Joined.projection("vision_proj", seen, hidden / 2, true),
                        Joined.projection("high_res_vision_proj", 4 * channels, hidden / 2, true),
                        Joined.projection("proj", hidden, hidden, true)));
    }

    /// No tower at all: a patch becomes a token by one matrix.
    private static Block fuyu(Config config, Families families) {
        long patch = config.size("patch_size");
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "",
                        Joined.projection(
                                "vision_embed_tokens",
                                patch * patch * config.size("num_channels"),
                                config.size("hidden_size"),
                                true)));
    }

    /// Scores over a visual vocabulary weigh the rows of a table of visual tokens.
    private static Block ovis(Config config, Families families) {
        Config vision = config.part("vision_config");
        Config text = config.part("text_config");
        boolean tied = config.flag("tie_word_embeddings");
        Head head = tied
                ? Head.of("lm_head", text.size("hidden_size"), text.size("vocab_size"))
                : Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.of("vision_tower", families.backbone(vision.with("model_type", "ovis2_vision"))),
                        Sequence.tower(
                                Tower.PROJECTOR,
                                "",
                                Embedding.of(
                                        "visual_embeddings_table",
                                        vision.size("vocab_size"),
                                        config.size("hidden_size"))),
                        Sequence.tower(Tower.TEXT, "language_model", families.backbone(text))),
                TextModel.head(config, head, "model.language_model.embed_tokens"));
    }
}
