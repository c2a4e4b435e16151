package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.List;

/// The flow-matching transformer of Qwen2.5-Omni (arXiv:2503.20215, section 2.4): codec tokens and a voice to a
/// spectrogram,
/// block by block.
final class TokenDenoiser {
    private TokenDenoiser() {}

    /// The denoiser without a name of its own.
    static Sequence of(Config config) {
        long width = config.size("hidden_size");
        long bins = config.size("mel_dim");
        long token = config.size("emb_dim");
        long voice = config.size("enc_dim");
        return Sequence.of(
                "",
                Sequence.of(
                        "time_embed",
                        Linear.of("time_mlp.0", 256, width, true),
                        Linear.of("time_mlp.2", width, width, true)),
                Embedding.of("text_embed.codec_embed", config.size("num_embeds") + 1, token),
                Sequence.of(
                        "input_embed",
                        Linear.of("proj", bins + voice + config.size("enc_emb_dim") + token, width, true),
                        Sequence.tower(Tower.AUDIO, "spk_encoder", voice(config, bins, voice))),
                Repeat.of("transformer_blocks", config.count("num_hidden_layers"), layer(config, width)),
                Sequence.of(
                        "norm_out",
                        Norm.layer("norm", width, 1e-6).untrained(),
                        Linear.of("linear", width, 2 * width, true)),
                Linear.of("proj_out", width, bins, true));
    }

    /// The time step sets scale, shift and gate of both branches (arXiv:2212.09748); attention reaches neighbouring
    /// blocks.
    private static Block layer(Config config, long width) {
        int headCount = config.count("num_attention_heads");
        Heads heads = Heads.of(headCount, headCount, config.size("head_dim"));
        long inner = Math.multiplyExact(width, config.size("ff_mult"));
        Attention attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("to_q", "to_k", "to_v", "to_out.0")
                .bias(true, true)
                .span(Span.bidirectionalChunk(config.size("block_size")))
                .rotary(Rotaries.of(config, heads.headDim()).inPairs())
                .build();
        return Sequence.of(
                "",
                Residual.of(
                        Sequence.of(
                                "attn_norm",
                                Norm.layer("norm", width, 1e-6).untrained(),
                                Linear.of("linear", width, 6 * width, true)),
                        attention),
                Residual.of(
                        Norm.layer("ff_norm", width, 1e-6).untrained(),
                        FeedForwards.plain("ff", width, inner, "gelu_pytorch_tanh", true, "ff.0", "ff.3")));
    }

    /// A voice as one vector: ECAPA-TDNN (arXiv:2005.07143).
    private static Block voice(Config config, long bins, long out) {
        List<Long> channels = config.integers("enc_channels");
        int count = channels.size();
        if (count < 2) {
            throw config.malformed("enc_channels", "must name at least two layers");
        }
        long[] kernels = config.sizes("enc_kernel_sizes", count);
        long[] dilations = config.sizes("enc_dilations", count);
        long last = channels.getLast();
        long attended = config.size("enc_attention_channels");
        return Sequence.of(
                "",
                Repeat.of(
                        "blocks",
                        count - 1,
                        i -> i == 0
                                ? delay("", bins, channels.getFirst(), kernels[0], dilations[0])
                                : squeezed(config, channels.get(i - 1), channels.get(i), kernels[i], dilations[i])),
                delay("mfa", last, last, kernels[count - 1], dilations[count - 1]),
                Sequence.of(
                        "asp",
                        delay("tdnn", 3 * last, attended, 1, 1),
                        Convolution.line("conv", attended, last, 1, true)),
                Convolution.line("fc", 2 * last, out, 1, true));
    }

    private static Block delay(String name, long in, long out, long kernel, long dilation) {
        return Sequence.of(name, Convolution.line("conv", in, out, kernel, true).dilated(dilation));
    }

    /// Convolutions over parts of the channels, each reading the last one's output too, and a gate for each channel.
    private static Block squeezed(Config config, long in, long out, long kernel, long dilation) {
        int scale = config.count("enc_res2net_scale");
        if (scale == 0) {
            throw config.malformed("enc_res2net_scale", "must not be 0");
        }
        long gate = config.size("enc_se_channels");
        return Residual.of(
                delay("tdnn1", in, out, 1, 1),
                Sequence.of(
                        "res2net_block",
                        Repeat.of("blocks", scale - 1, delay("", out / scale, out / scale, kernel, dilation))),
                delay("tdnn2", out, out, 1, 1),
                Sequence.of(
                        "se_block",
                        Convolution.line("conv1", out, gate, 1, true),
                        Convolution.line("conv2", gate, out, 1, true)));
    }
}
