package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// fairseq S2T (arXiv:2010.05171): gated convolutions shorten a filter bank, then BART's layers with their norms first.
/// Positions are sinusoids.
final class SpeechToTextFamily {
    private SpeechToTextFamily() {}

    static Family family() {
        return Family.named("speech_to_text")
                .architecture(SpeechToTextFamily::recognition, "Speech2TextForConditionalGeneration")
                .architecture(SpeechToTextFamily::model, "Speech2TextModel")
                .backbone(SpeechToTextFamily::model, "speech_to_text");
    }

    private static Block recognition(Config config) {
        Head head = Head.of("lm_head", config.size("d_model"), config.size("vocab_size"));
        return Sequence.of(
                "", Sequence.of("model", model(config)), TextModel.head(config, head, "model.decoder.embed_tokens"));
    }

    private static Block model(Config config) {
        long width = config.size("d_model");
        var encoder = layer(config, "encoder_");
        var decoder = layer(config, "decoder_");
        double scale = config.flag("scale_embedding") ? Math.sqrt((double) width) : 1;
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.AUDIO,
                        "encoder",
                        convolutions(config),
                        Repeat.of("layers", config.count("encoder_layers"), encoder.encoder()),
                        encoder.norm("layer_norm")),
                Sequence.of(
                        "decoder",
                        Embedding.of("embed_tokens", config.size("vocab_size"), width)
                                .scaled(scale),
                        Repeat.of("layers", config.count("decoder_layers"), decoder.decoder()),
                        decoder.norm("layer_norm")));
    }

    /// Half of what each convolution yields gates the other half.
    private static Block convolutions(Config config) {
        long input = Math.multiplyExact(config.size("input_feat_per_channel"), config.size("input_channels"));
        long middle = config.size("conv_channels");
        List<Long> kernels = config.integers("conv_kernel_sizes");
        int last = config.count("num_conv_layers") - 1;
        Block layers = Repeat.of("conv_layers", kernels.size(), i -> {
            long out = i < last ? middle : 2 * config.size("d_model");
            return Convolution.line("", i == 0 ? input : middle / 2, out, kernels.get(i), true)
                    .strided(2);
        });
        return Sequence.of("conv", layers);
    }

    private static BartLayer layer(Config config, String prefix) {
        long width = config.size("d_model");
        int headCount = EncoderLayer.heads(config, width, config.count(prefix + "attention_heads"))
                .headCount();
        return BartLayer.of(
                width, headCount, config.size(prefix + "ffn_dim"), config.text("activation_function"), true);
    }
}
