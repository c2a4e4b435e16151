package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import java.util.List;

/// VibeVoice (arXiv:2508.19205): a language model whose next step is a continuous frame that a small diffusion head
/// draws;
/// tokenizers of causal ConvNeXt blocks turn waveforms into such frames and back. Its recognizer reads both tokenizers.
final class VibeVoiceFamily {
    private static final int MOST_STAGES = 32;

    private VibeVoiceFamily() {}

    static Family family() {
        return Family.named("vibevoice")
                .composite(VibeVoiceFamily::speaker, "VibeVoiceForConditionalGeneration")
                .composite(VibeVoiceFamily::recognizer, "VibeVoiceAsrForConditionalGeneration")
                .architecture(VibeVoiceFamily::tokenizer, "VibeVoiceAcousticTokenizerModel")
                .backbone(VibeVoiceFamily::tokenizer, "vibevoice_acoustic_tokenizer")
                .architecture(VibeVoiceFamily::encoder, "VibeVoiceAcousticTokenizerEncoderModel")
                .backbone(VibeVoiceFamily::encoder, "vibevoice_acoustic_tokenizer_encoder")
                .architecture(
                        config -> decoder(config, config.integers("depths")), "VibeVoiceAcousticTokenizerDecoderModel")
                .backbone(config -> decoder(config, config.integers("depths")), "vibevoice_acoustic_tokenizer_decoder");
    }

    private static Block speaker(Config config, Families families) {
        Config text = config.part("text_config");
        Config audio = config.part("audio_config");
        Config semantic = config.part("semantic_model_config");
        long width = text.size("hidden_size");
        Head head = Head.of("lm_head", width, text.size("vocab_size"));
        boolean tied = config.flag("tie_word_embeddings", text.flag("tie_word_embeddings"));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Table.of("latent_scaling_factor"),
                        Table.of("latent_bias_factor"),
                        Sequence.tower(Tower.CODEC, "audio_tower", families.backbone(audio)),
                        Sequence.of("language_model", families.backbone(text)),
                        projector("multi_modal_projector", "", "act", audio.size("hidden_size"), width),
                        Sequence.tower(Tower.AUDIO, "semantic_tokenizer_encoder", families.backbone(semantic)),
                        projector("semantic_connector", "", "act", semantic.size("hidden_size"), width),
                        Sequence.tower(
                                Tower.DENOISER, "diffusion_head", diffusionHead(config.part("diffusion_head_config")))),
                tied ? new Tied(head, "model.language_model.embed_tokens") : head);
    }

    private static Block recognizer(Config config, Families families) {
        Config text = config.part("text_config");
        Config acoustic = config.part("acoustic_tokenizer_encoder_config");
        Config semantic = config.part("semantic_tokenizer_encoder_config");
        long width = text.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.tower(Tower.AUDIO, "acoustic_tokenizer_encoder", families.backbone(acoustic)),
                Sequence.tower(Tower.AUDIO, "semantic_tokenizer_encoder", families.backbone(semantic)),
                projector("multi_modal_projector", "acoustic_", "acoustic_norm", acoustic.size("hidden_size"), width),
                projector("multi_modal_projector", "semantic_", "semantic_norm", semantic.size("hidden_size"), width),
                Sequence.of(
                        "language_model",
                        Sequence.of("model.model", families.backbone(text)),
                        Head.of("lm_head", width, text.size("vocab_size"))));
    }

    private static Block projector(String name, String prefix, String norm, long in, long out) {
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Linear.of(prefix + "linear_1", in, out, true).as(Role.PROJECTION),
                Norm.rms(norm, out, 1e-6),
                Linear.of(prefix + "linear_2", out, out, true).as(Role.PROJECTION));
    }

    /// Feed-forwards whose norm, shift and gate the condition sets (arXiv:2212.09748).
    private static Block diffusionHead(Config config) {
        long width = config.size("hidden_size");
        long latent = config.size("latent_size");
        double epsilon = config.number("rms_norm_eps");
        Block layer = Residual.of(
                Norm.rms("norm", width, epsilon),
                Linear.of("linear", width, 3 * width),
                FeedForwards.gated(
                        "ffn",
                        width,
                        config.size("intermediate_size"),
                        config.text("hidden_act"),
                        config.flag("mlp_bias")));
        return Sequence.of(
                "",
                Linear.of("noisy_images_proj", latent, width),
                Linear.of("cond_proj", width, width),
                Linear.of("timestep_proj.fc1", config.size("frequency_embedding_size"), width),
                Linear.of("timestep_proj.fc2", width, width),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                Sequence.of(
                        "final_layer",
                        Norm.rms("norm", width, epsilon).untrained(),
                        Linear.of("linear_1", width, 2 * width),
                        Linear.of("linear_2", width, latent)));
    }

    private static Block tokenizer(Config config) {
        return Sequence.tower(
                Tower.CODEC,
                "",
                Sequence.of("encoder", encoder(config)),
                Sequence.of("decoder", decoder(config, config.integers("depths").reversed())));
    }

    private static Block encoder(Config config) {
        List<Long> ratios = ratios(config);
        List<Long> depths = depths(config, config.integers("depths"));
        long filters = config.size("num_filters");
        return Sequence.of(
                "",
                Sequence.of(
                        "stem",
                        convolution("conv.conv", config.size("channels"), filters, config.size("kernel_size"), 1),
                        stage(config, filters, depths.getFirst())),
                Repeat.of(
                        "conv_layers",
                        ratios.size(),
                        i -> Sequence.of(
                                "",
                                convolution(
                                        "conv.conv",
                                        filters << i,
                                        filters << (i + 1),
                                        2 * ratios.get(i),
                                        ratios.get(i)),
                                stage(config, filters << (i + 1), depths.get(i + 1)))),
                convolution(
                        "head.conv",
                        filters << ratios.size(),
                        config.size("hidden_size"),
                        config.size("kernel_size"),
                        1));
    }

    private static Block decoder(Config config, List<Long> stageDepths) {
        List<Long> ratios = ratios(config).reversed();
        List<Long> depths = depths(config, stageDepths);
        int count = ratios.size();
        long filters = config.size("num_filters");
        return Sequence.of(
                "",
                Sequence.of(
                        "stem",
                        convolution(
                                "conv.conv",
                                config.size("hidden_size"),
                                filters << count,
                                config.size("kernel_size"),
                                1),
                        stage(config, filters << count, depths.getFirst())),
                Repeat.of(
                        "conv_layers",
                        count,
                        i -> Sequence.of(
                                "",
                                Convolution.line(
                                                "convtr.convtr",
                                                filters << (count - i),
                                                filters << (count - i - 1),
                                                2 * ratios.get(i),
                                                true)
                                        .widening()
                                        .strided(ratios.get(i)),
                                stage(config, filters << (count - i - 1), depths.get(i + 1)))),
                convolution("head.conv", filters, config.size("channels"), config.size("kernel_size"), 1));
    }

    private static List<Long> ratios(Config config) {
        List<Long> ratios = config.integers("downsampling_ratios");
        if (ratios.isEmpty() || ratios.size() > MOST_STAGES) {
            throw config.malformed("downsampling_ratios", "must hold 1 to " + MOST_STAGES + " ratios");
        }
        return ratios;
    }

    private static List<Long> depths(Config config, List<Long> depths) {
        if (depths.size() != ratios(config).size() + 1) {
            throw config.malformed("depths", "must hold one depth more than downsampling_ratios holds ratios");
        }
        for (long depth : depths) {
            if (depth < 0 || depth > Config.MAX_COUNT) {
                throw config.malformed("depths", "must hold counts up to " + Config.MAX_COUNT + ", found " + depth);
            }
        }
        return depths;
    }

    private static Convolution convolution(String name, long in, long out, long kernel, long stride) {
        return Convolution.line(name, in, out, kernel, true).strided(stride).pastOnly();
    }

    /// ConvNeXt blocks over time (arXiv:2201.03545), each branch scaled by a learned vector.
    private static Block stage(Config config, long width, long depth) {
        double epsilon = config.number("rms_norm_eps");
        Block layer = Sequence.of(
                "",
                Residual.of(
                        Norm.rms("norm", width, epsilon),
                        convolution("mixer.conv", width, width, config.size("kernel_size"), 1)
                                .grouped(width),
                        Table.of("gamma", width)),
                Residual.of(
                        Norm.rms("ffn_norm", width, epsilon),
                        FeedForwards.plain(
                                "ffn",
                                width,
                                Math.multiplyExact(config.size("ffn_expansion"), width),
                                config.text("hidden_act"),
                                true,
                                "linear1",
                                "linear2"),
                        Table.of("ffn_gamma", width)));
        return Repeat.of("stage", (int) depth, layer);
    }
}
