package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;

/// Readers of documents: GOT-OCR 2.0 (arXiv:2409.01704), PP-Chart2Table, LightOnOCR (arXiv:2601.14251) and PaddleOCR-VL
/// (arXiv:2510.14528).
final class OcrFamily {
    private OcrFamily() {}

    static Family family() {
        return Family.named("ocr")
                .composite(OcrFamily::got, "GotOcr2ForConditionalGeneration")
                .composite(OcrFamily::lightOn, "LightOnOcrForConditionalGeneration")
                .composite(OcrFamily::paddle, "PaddleOCRVLForConditionalGeneration")
                .composite(OcrFamily::formula, "PPFormulaNetForConditionalGeneration")
                .compositeBackbone(OcrFamily::paddleText, "paddleocr_vl_text")
                .backbone(OcrFamily::paddleVision, "paddleocr_vl_vision");
    }

    /// SAM's encoder, two strided convolutions, one matrix.
    private static Block got(Config config, Families families) {
        Config vision = config.part("vision_config");
        long channels = vision.size("output_channels");
        long hidden = config.part("text_config").size("hidden_size");
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.of("vision_tower", families.backbone(vision.with("model_type", "got_ocr2_vision"))),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "multi_modal_projector",
                        Convolution.plane("conv_upsampler1", channels, 2 * channels, 3, false)
                                .strided(2),
                        Convolution.plane("conv_upsampler2", 2 * channels, hidden, 3, false)
                                .strided(2),
                        Joined.projection("multimodal_projector", hidden, hidden, true)));
    }

    private static Block lightOn(Config config, Families families) {
        return Joined.nested(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Joined.vision(config, families, "vision_encoder"),
                Joined.mergingProjector(config, "vision_projection", 1, false));
    }

    private static Block paddle(Config config, Families families) {
        Config text = Joined.text(config);
        Config vision = config.part("vision_config");
        long width = vision.size("hidden_size");
        long side = vision.size("spatial_merge_size");
        long merged = width * side * side;
        boolean tied = config.flag("tie_word_embeddings") || text.flag("tie_word_embeddings");
        return Sequence.of(
                "",
                Joined.vision(config, families, "visual"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "mlp_AR",
                        Norm.layer("pre_norm", width, 1e-5),
                        Joined.projection("linear_1", merged, merged, true),
                        Joined.projection("linear_2", merged, text.size("hidden_size"), true)),
                Sequence.of("model", Joined.backbone(text, "_text", families)),
                Joined.head(text, tied, "model.embed_tokens"));
    }

    /// ERNIE 4.5's layers.
    private static Block paddleText(Config config, Families families) {
        return families.backbone(config.with("model_type", "ernie4_5"));
    }

    /// SigLIP's layers with rotary positions besides the learned ones.
    private static Block paddleVision(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        long headDim = EncoderLayer.heads(config, width, config.count("num_attention_heads"))
                .headDim();
        return Sequence.tower(
                Tower.VISION,
                "vision_model",
                patches.embedding("embeddings.patch_embedding", width, true),
                Embedding.positions("embeddings.position_embedding", patches.count(), width),
                Repeat.of(
                        "encoder.layers",
                        config.count("num_hidden_layers"),
                        EncoderLayer.clip(config, Span.bidirectional(), Rotaries.axial(10_000, headDim))),
                Norm.layer("post_layernorm", width, config.number("layer_norm_eps")));
    }

    /// PP-FormulaNet (arXiv:2503.18382): SAM's encoder, two strided convolutions, a decoder of mBART's kind.
    private static Block formula(Config config, Families families) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        long middle = vision.size("post_conv_mid_channels");
        long out = vision.size("post_conv_out_channels");
        long width = text.size("d_model");
        Block layer = BartLayer.of(
                        width,
                        text.count("decoder_attention_heads"),
                        text.size("decoder_ffn_dim"),
                        text.text("activation_function"),
                        true)
                .decoder();
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.of(
                                "encoder",
                                families.backbone(vision.with("model_type", "pp_formulanet_vision")),
                                Sequence.tower(
                                        Tower.PROJECTOR,
                                        "multi_modal_projector",
                                        Convolution.plane(
                                                        "conv1", vision.size("post_conv_in_channels"), middle, 3, false)
                                                .strided(2),
                                        Convolution.plane("conv2", middle, out, 3, false)
                                                .strided(2),
                                        Joined.projection("linear_1", out, out, true),
                                        Joined.projection("linear_2", out, vision.size("decoder_hidden_size"), true))),
                        Sequence.tower(
                                Tower.TEXT,
                                "decoder",
                                Embedding.of("embed_tokens", text.size("vocab_size"), width)
                                        .scaled(text.flag("scale_embedding") ? Math.sqrt((double) width) : 1),
                                Embedding.positions("embed_positions", text.size("max_position_embeddings") + 2, width),
                                Norm.layer("layernorm_embedding", width, 1e-5),
                                Repeat.of("layers", text.count("decoder_layers"), layer),
                                Norm.layer("layer_norm", width, 1e-5))),
                Head.of("lm_head", width, text.size("vocab_size")));
    }
}
