package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// Spectrograms read as images: the audio spectrogram transformer (arXiv:2104.01778), a ViT; and CLAP
/// (arXiv:2211.06687), a
/// Swin transformer (arXiv:2103.14030) beside RoBERTa.
final class SpectrogramFamily {
    private static final int MOST_STAGES = 32;

    private SpectrogramFamily() {}

    static Family family() {
        return Family.named("spectrogram")
                .architecture(SpectrogramFamily::transformer, "ASTModel")
                .backbone(SpectrogramFamily::transformer, "audio-spectrogram-transformer")
                .architecture(SpectrogramFamily::classifier, "ASTForAudioClassification")
                .architecture(SpectrogramFamily::pair, "ClapModel")
                .backbone(SpectrogramFamily::pair, "clap")
                .backbone(SpectrogramFamily::audio, "clap_audio_model")
                .backbone(SpectrogramFamily::text, "clap_text_model")
                .architecture(
                        config -> projected(config, "text", text(config), config.size("projection_dim")),
                        "ClapTextModelWithProjection")
                .architecture(
                        config -> projected(config, "audio", audio(config), config.size("projection_dim")),
                        "ClapAudioModelWithProjection");
    }

    private static Block transformer(Config config) {
        long width = config.size("hidden_size");
        long patch = config.size("patch_size");
        long rows = positions(config, "num_mel_bins", patch, "frequency_stride");
        long columns = positions(config, "max_length", patch, "time_stride");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Sequence.of(
                        "embeddings",
                        EncoderLayer.token("cls_token", width),
                        EncoderLayer.token("distillation_token", width),
                        Convolution.plane("patch_embeddings.projection", 1, width, patch, true)
                                .strided(config.size("frequency_stride")),
                        Table.positions(
                                "position_embeddings", 1, Math.addExact(Math.multiplyExact(rows, columns), 2), width)),
                Sequence.of("encoder", Repeat.of("layer", config.count("num_hidden_layers"), EncoderLayer.vit(config))),
                Norm.layer("layernorm", width, config.number("layer_norm_eps")));
    }

    private static long positions(Config config, String length, long patch, String strideField) {
        long stride = config.size(strideField);
        if (stride == 0 || config.size(length) < patch) {
            throw config.malformed(stride == 0 ? strideField : length, "leaves no room for a patch");
        }
        return (config.size(length) - patch) / stride + 1;
    }

    private static Block classifier(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("audio_spectrogram_transformer", transformer(config)),
                Sequence.of(
                        "classifier",
                        Norm.layer("layernorm", width, config.number("layer_norm_eps")),
                        Classifier.labels(config) > 0
                                ? Classifier.linear(config, "dense", width, true)
                                : Sequence.of("")));
    }

    private static Block pair(Config config) {
        long width = config.size("projection_dim");
        Config text = config.part("text_config");
        Config audio = config.part("audio_config");
        return Sequence.of(
                "",
                Table.of("logit_scale_a"),
                Table.of("logit_scale_t"),
                projected(text, "text", text(text), width),
                projected(audio, "audio", audio(audio), width));
    }

    private static Block projected(Config config, String side, Block model, long width) {
        return Sequence.of(
                "",
                Sequence.of(side + "_model", model),
                Sequence.tower(
                        Tower.PROJECTOR,
                        side + "_projection",
                        Linear.of("linear1", config.size("hidden_size"), width, true)
                                .as(Role.PROJECTION),
                        Linear.of("linear2", width, width, true).as(Role.PROJECTION)));
    }

    private static Block text(Config config) {
        long width = config.size("hidden_size");
        long positions = config.size("max_position_embeddings");
        double epsilon = config.number("layer_norm_eps");
        return Sequence.tower(
                Tower.ENCODER,
                "",
                Sequence.of(
                        "embeddings",
                        Embedding.of("word_embeddings", config.size("vocab_size"), width),
                        Embedding.positions("position_embeddings", positions, width),
                        Embedding.of("token_type_embeddings", config.size("type_vocab_size"), width),
                        BertLayer.norm("LayerNorm", width, epsilon),
                        Table.buffer("position_ids", 1, positions),
                        Table.buffer("token_type_ids", 1, positions)),
                Sequence.of(
                        "encoder",
                        Repeat.of(
                                "layer",
                                config.count("num_hidden_layers"),
                                BertLayer.of(config).build())),
                Linear.of("pooler.dense", width, width, true));
    }

    private static Block audio(Config config) {
        List<Long> depths = config.integers("depths");
        int stages = depths.size();
        if (stages == 0 || stages > MOST_STAGES) {
            throw config.malformed("depths", "must hold 1 to " + MOST_STAGES + " stages");
        }
        List<Long> headCounts = config.integers("num_attention_heads");
        if (headCounts.size() != stages) {
            throw config.malformed("num_attention_heads", "must hold one count for each of " + stages + " stages");
        }
        long width = config.size("patch_embeds_hidden_size");
        return Sequence.tower(
                Tower.AUDIO,
                "audio_encoder",
                Norm.batch("batch_norm", config.size("num_mel_bins")),
                Sequence.of("patch_embed", patches(config, width)),
                Repeat.of(
                        "layers",
                        stages,
                        i -> stage(config, width << i, depths.get(i), headCounts.get(i), i < stages - 1)),
                Norm.layer("norm", width << (stages - 1), 1e-5));
    }

    /// With fusion a long clip is read as a whole and in parts, which attention over channels joins (arXiv:2009.14082).
    private static List<Block> patches(Config config, long width) {
        long[] patch = config.sizes("patch_size", 2);
        long[] stride = config.sizes("patch_stride", 2);
        long channels = config.size("patch_embed_input_channels");
        boolean fused = config.flag("enable_fusion");
        long factor = fused && config.text("fusion_type", "").equals("channel_map") ? 4 : 1;
        List<Block> blocks = new ArrayList<>();
        blocks.add(Convolution.volume("proj", factor * channels, width, List.of(patch[0], patch[1]), true)
                .strided(stride[0]));
        if (config.flag("enable_patch_layer_norm", true)) {
            blocks.add(Norm.layer("norm", width, 1e-5));
        }
        if (fused) {
            long ratio = config.size("aff_block_r");
            if (ratio == 0) {
                throw config.malformed("aff_block_r", "must not be 0");
            }
            blocks.add(Sequence.of(
                    "fusion_model",
                    Sequence.of("local_att", fusion(width, width / ratio, 0)),
                    Sequence.of("global_att", fusion(width, width / ratio, 1))));
            blocks.add(Convolution.volume("mel_conv2d", channels, width, List.of(patch[0], 3 * patch[1]), true)
                    .strided(stride[0]));
        }
        return blocks;
    }

    private static List<Block> fusion(long width, long inner, int first) {
        return List.of(
                Convolution.plane(String.valueOf(first), width, inner, 1, true),
                Norm.batch(String.valueOf(first + 1), inner),
                Convolution.plane(String.valueOf(first + 3), inner, width, 1, true),
                Norm.batch(String.valueOf(first + 4), width));
    }

    private static Block stage(Config config, long width, long depth, long headCount, boolean merges) {
        long window = config.size("window_size");
        long area = Math.multiplyExact(window, window);
        long inner = (long) (config.number("mlp_ratio") * width);
        double epsilon = config.number("layer_norm_eps");
        if (headCount <= 0 || headCount > Config.MAX_COUNT || depth < 0 || depth > Config.MAX_COUNT) {
            throw config.malformed("depths", "and num_attention_heads must hold positive counts");
        }
        boolean bias = config.flag("qkv_bias", true);
        Attention attention = GroupedAttention.of(width, EncoderLayer.heads(config, width, (int) headCount))
                .named("attention")
                .projections("self.query", "self.key", "self.value", "output.dense")
                .bias(bias, true)
                .span(Span.bidirectionalChunk(area))
                .with(
                        Slot.POSITION_BIAS,
                        Table.positions(
                                "self.relative_position_bias_table", (2 * window - 1) * (2 * window - 1), headCount))
                .with(Slot.OTHER, Table.buffer("self.relative_position_index", area, area))
                .build();
        Block layer = EncoderLayer.of(
                Norm.layer("layernorm_before", width, epsilon),
                attention,
                Norm.layer("layernorm_after", width, epsilon),
                FeedForwards.plain(
                        "", width, inner, config.text("hidden_act"), true, "intermediate.dense", "output.dense"));
        Block blocks = Repeat.of("blocks", (int) depth, layer);
        return merges
                ? Sequence.of(
                        "",
                        blocks,
                        Sequence.of(
                                "downsample",
                                Norm.layer("norm", 4 * width, 1e-5),
                                Linear.of("reduction", 4 * width, 2 * width).as(Role.PROJECTION)))
                : blocks;
    }
}
