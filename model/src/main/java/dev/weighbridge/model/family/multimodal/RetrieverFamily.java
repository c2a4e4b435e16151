package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.TextModel;

/// Page retrievers that keep a vector a token (ColPali, arXiv:2407.01449): a vision-language model without its head,
/// and one
/// matrix. With ModernVBERT (arXiv:2510.01149), one of the models they stand on.
final class RetrieverFamily {
    private RetrieverFamily() {}

    static Family family() {
        return Family.named("retriever")
                .composite(RetrieverFamily::modernVbert, "ModernVBertForMaskedLM")
                .composite(RetrieverFamily::vbertModel, "ModernVBertModel")
                .composite(RetrieverFamily::pali, "ColPaliForRetrieval")
                .composite(RetrieverFamily::qwen, "ColQwen2ForRetrieval")
                .composite(RetrieverFamily::vbert, "ColModernVBertForRetrieval");
    }

    private static Block retriever(Config config, Block model) {
        long hidden = config.part("vlm_config").part("text_config").size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("vlm", model),
                Linear.of("embedding_proj_layer", hidden, config.size("embedding_dim"), true)
                        .as(Role.HEAD));
    }

    private static Block pali(Config config, Families families) {
        Config pali = config.part("vlm_config");
        return retriever(
                config,
                Sequence.of(
                        "",
                        GemmaVisionFamily.paliTowers(pali, families),
                        Sequence.tower(
                                Tower.TEXT, "language_model.model", families.backbone(pali.part("text_config")))));
    }

    private static Block qwen(Config config, Families families) {
        Config qwen = config.part("vlm_config");
        return retriever(
                config,
                Sequence.of(
                        "model",
                        Joined.vision(qwen, families, "visual"),
                        Sequence.tower(
                                Tower.TEXT, "language_model", Joined.backbone(Joined.text(qwen), "_text", families))));
    }

    private static Block vbert(Config config, Families families) {
        return retriever(config, vbertModel(config.part("vlm_config"), families));
    }

    private static Block vbertModel(Config config, Families families) {
        Config text = config.part("text_config");
        long side = config.size("pixel_shuffle_factor");
        return Sequence.of(
                "",
                Joined.vision(config, families, "vision_model"),
                Sequence.tower(
                        Tower.PROJECTOR,
                        "connector",
                        Joined.projection(
                                "modality_projection",
                                config.part("vision_config").size("hidden_size") * side * side,
                                text.size("hidden_size"),
                                false)),
                Sequence.tower(Tower.ENCODER, "text_model", families.backbone(text)));
    }

    private static Block modernVbert(Config config, Families families) {
        Config text = config.part("text_config");
        long hidden = text.size("hidden_size");
        Head head = Head.of("lm_head", hidden, text.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of("model", vbertModel(config, families)),
                Sequence.of(
                        "projection_head",
                        Linear.of("dense", hidden, hidden, text.flag("classifier_bias"))
                                .as(Role.HEAD),
                        Norm.layer("norm", hidden, text.number("norm_eps"), text.flag("norm_bias"))),
                TextModel.head(
                        config,
                        text.flag("decoder_bias") ? head.biased() : head,
                        "model.text_model.embeddings.tok_embeddings"));
    }
}
