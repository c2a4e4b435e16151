package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// GIT (arXiv:2205.14100): CLIP's tower before BERT's layers, which read image and text as one sequence.
final class GitFamily {
    private GitFamily() {}

    static Family family() {
        return Family.named("git")
                .composite(GitFamily::causal, "GitForCausalLM")
                .composite(GitFamily::model, "GitModel");
    }

    private static Block causal(Config config, Families families) {
        Head head = Head.of("output", config.size("hidden_size"), config.size("vocab_size"))
                .biased();
        return Sequence.of(
                "",
                Sequence.of("git", model(config, families)),
                TextModel.head(config, head, "git.embeddings.word_embeddings"));
    }

    private static Block model(Config config, Families families) {
        Config vision = config.part("vision_config");
        long hidden = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Joined.vision(config, families, "image_encoder"));
        if (config.has("num_image_with_embedding")) {
            blocks.add(Repeat.of(
                    "img_temporal_embedding",
                    config.count("num_image_with_embedding"),
                    EncoderLayer.token("", vision.size("hidden_size"))));
        }
        blocks.add(Sequence.tower(
                Tower.PROJECTOR,
                "visual_projection.visual_projection",
                Joined.projection("0", vision.size("hidden_size"), hidden, true),
                Norm.layer("1", hidden, vision.number("layer_norm_eps"))));
        blocks.add(BertEmbeddings.of(config).withoutSegments().build());
        blocks.add(Repeat.of(
                "encoder.layer",
                config.count("num_hidden_layers"),
                BertLayer.of(config).span(Span.causal()).build()));
        return Sequence.of("", blocks);
    }
}
