package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// FLAVA (arXiv:2112.04482): ViT over the image, the same over text, and over both; trained against the code book of
/// DALL·E
/// (arXiv:2102.12092).
final class FlavaFamily {
    private FlavaFamily() {}

    static Family family() {
        return Family.named("flava")
                .architecture(FlavaFamily::model, "FlavaModel")
                .architecture(FlavaFamily::training, "FlavaForPreTraining");
    }

    private static Block model(Config config) {
        Config image = config.part("image_config");
        Config text = config.part("text_config");
        Config both = config.part("multimodal_config");
        long shared = config.size("projection_dim");
        long hidden = both.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.tower(Tower.VISION, "image_model", imageEmbeddings(image), layers(image)),
                Sequence.of("text_model", BertEmbeddings.of(text).build(), layers(text)),
                Joined.projection("image_to_mm_projection", image.size("hidden_size"), hidden, true),
                Joined.projection("text_to_mm_projection", text.size("hidden_size"), hidden, true),
                both.flag("use_cls_token", true)
                        ? Sequence.of("multimodal_model", EncoderLayer.token("cls_token", hidden), layers(both))
                        : Sequence.of("multimodal_model", layers(both)),
                Joined.projection("image_projection", image.size("hidden_size"), shared, true),
                Joined.projection("text_projection", text.size("hidden_size"), shared, true),
                Table.of("logit_scale"));
    }

    private static Block imageEmbeddings(Config config) {
        long width = config.size("hidden_size");
        var patches = ImagePatches.of(config);
        List<Block> blocks = new ArrayList<>();
        blocks.add(EncoderLayer.token("cls_token", width));
        if (config.flag("mask_token", true)) {
            blocks.add(EncoderLayer.token("mask_token", width));
        }
        blocks.add(patches.embedding("patch_embeddings.projection", width, true));
        blocks.add(Table.positions("position_embeddings", 1, patches.count() + 1, width));
        return Sequence.of("embeddings", blocks);
    }

    private static Block layers(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Repeat.of("encoder.layer", config.count("num_hidden_layers"), EncoderLayer.vit(config)),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")),
                Linear.of("pooler.dense", width, width, true));
    }

    private static Block training(Config config) {
        long hidden = config.size("hidden_size");
        Config image = config.part("image_config");
        Config text = config.part("text_config");
        boolean tied = config.flag("tie_word_embeddings");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("flava", model(config)));
        if (config.flag("init_codebook", true)) {
            blocks.add(codeBook(config.partOrEmpty("image_codebook_config")));
        }
        blocks.add(masked("mim_head", image, tied));
        blocks.add(masked("mlm_head", text, tied));
        blocks.add(Sequence.of(
                "itm_head",
                Linear.of("pooler.dense", hidden, hidden, true).as(Role.HEAD),
                Linear.of("seq_relationship", hidden, 2, true).as(Role.HEAD)));
        blocks.add(masked("mmm_image_head", image, tied));
        blocks.add(masked("mmm_text_head", text, tied));
        return Sequence.of("", blocks);
    }

    /// The decoder's bias has two names; its weight is its own.
    private static Block masked(String name, Config config, boolean tied) {
        long hidden = config.size("hidden_size");
        long vocabulary = config.size("vocab_size");
        Table second = new Table("decoder.bias", Shape.of(vocabulary), Role.HEAD);
        return Sequence.of(
                name,
                Linear.of("transform.dense", hidden, hidden, true).as(Role.HEAD),
                BertLayer.norm("transform.LayerNorm", hidden, config.number("layer_norm_eps")),
                Head.of("decoder", hidden, vocabulary),
                tied ? new Tied(second, name + ".bias") : second,
                new Table("bias", Shape.of(vocabulary), Role.HEAD));
    }

    private static Block codeBook(Config config) {
        long width = config.size("hidden_size", 256);
        int blocks = config.count("num_blocks_per_group", 2);
        List<Block> groups = new ArrayList<>();
        groups.add(Convolution.plane("input", config.size("input_channels", 3), width, 7, true));
        for (int group = 1; group <= 4; group++) {
            long out = width << (group - 1);
            long in = group == 1 ? width : out / 2;
            String path = "group_" + group + ".group.block_";
            for (int block = 1; block <= blocks; block++) {
                groups.add(codeBlock(path + block, block == 1 ? in : out, out));
            }
        }
        groups.add(Convolution.plane("output.conv", 8 * width, config.size("vocab_size", 8192), 1, true));
        return new Sequence("image_codebook.blocks", Tower.CODEC, groups);
    }

    private static Block codeBlock(String name, long in, long out) {
        long narrow = out / 4;
        Block path = Sequence.of(
                "res_path.path",
                Convolution.plane("conv_1", in, narrow, 3, true),
                Convolution.plane("conv_2", narrow, narrow, 3, true),
                Convolution.plane("conv_3", narrow, narrow, 3, true),
                Convolution.plane("conv_4", narrow, out, 1, true));
        return in == out
                ? Sequence.of(name, Residual.of(path))
                : Sequence.of(name, Parallel.of(path, Convolution.plane("id_path", in, out, 1, true)));
    }
}
