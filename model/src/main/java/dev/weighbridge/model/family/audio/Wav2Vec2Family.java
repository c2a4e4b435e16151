package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// wav2vec 2.0 (arXiv:2006.11477) and its relatives: HuBERT (arXiv:2106.07447), WavLM (arXiv:2110.13900: gated relative
/// positions), UniSpeech (arXiv:2101.07597), UniSpeech-SAT (arXiv:2110.05752), data2vec (arXiv:2202.03555: a stack of
/// position convolutions).
final class Wav2Vec2Family {
    private Wav2Vec2Family() {}

    static Family family() {
        Family family = Family.named("wav2vec2");
        SpeechHeads.members(family, "Wav2Vec2", "wav2vec2", Wav2Vec2Family::model, "wav2vec2");
        SpeechHeads.members(family, "Hubert", "hubert", Wav2Vec2Family::model, "hubert");
        SpeechHeads.members(family, "WavLM", "wavlm", Wav2Vec2Family::model, "wavlm");
        SpeechHeads.members(family, "UniSpeech", "unispeech", Wav2Vec2Family::model, "unispeech");
        SpeechHeads.members(family, "UniSpeechSat", "unispeech_sat", Wav2Vec2Family::model, "unispeech-sat");
        SpeechHeads.members(family, "Data2VecAudio", "data2vec_audio", Wav2Vec2Family::model, "data2vec-audio");
        return family.architecture(config -> pretraining(config, "wav2vec2", model(config)), "Wav2Vec2ForPreTraining")
                .architecture(Wav2Vec2Family::uniSpeechPretraining, "UniSpeechForPreTraining")
                .architecture(Wav2Vec2Family::uniSpeechSatPretraining, "UniSpeechSatForPreTraining");
    }

    private static Block model(Config config) {
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Waveform.convolutions(config, "feature_extractor"),
                Waveform.projection(config, Waveform.width(config)),
                Waveform.mask(config),
                Sequence.of("encoder", encoder(config)),
                adapter(config));
    }

    private static List<Block> encoder(Config config) {
        boolean normFirst = config.flag("do_stable_layer_norm");
        Norm norm = norm(config, "layer_norm");
        Block layers = Repeat.of("layers", config.count("num_hidden_layers"), index -> layer(config, index, normFirst));
        Block positions = positions(config);
        return normFirst ? List.of(positions, layers, norm) : List.of(positions, norm, layers);
    }

    private static Block positions(Config config) {
        if (config.text("model_type", "").equals("data2vec-audio")) {
            Block layer = Sequence.of(
                    "",
                    Waveform.positionConvolution(config, "conv_pos_kernel_size"),
                    norm(config, "layer_norm").untrained());
            return Residual.of(
                    Sequence.of("pos_conv_embed", Repeat.of("layers", config.count("num_conv_pos_embeddings"), layer)));
        }
        if (config.flag("conv_pos_batch_norm")) {
            return Residual.of(Sequence.of(
                    "pos_conv_embed",
                    Norm.batch("batch_norm", config.size("hidden_size")),
                    Waveform.positionConvolution(config, "num_conv_pos_embeddings")));
        }
        return Waveform.positions(config);
    }

    private static Block layer(Config config, int index, boolean normFirst) {
        Attention attention = attention(config, index);
        FeedForward feedForward = feedForward(config, config.size("intermediate_size"));
        Norm first = norm(config, "layer_norm");
        Norm second = norm(config, "final_layer_norm");
        if (!normFirst) {
            return Sequence.of("", Residual.normAfter(attention, first), Residual.normAfter(feedForward, second));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(Residual.of(first, attention));
        blocks.add(Residual.of(second, feedForward));
        if (config.has("adapter_attn_dim")) {
            blocks.add(Residual.of(languageAdapter(config)));
        }
        return Sequence.of("", blocks);
    }

    /// `intermediate_dense` and `output_dense`.
    static FeedForward feedForward(Config config, long inner) {
        return FeedForwards.plain(
                "feed_forward",
                config.size("hidden_size"),
                inner,
                config.text("hidden_act"),
                true,
                "intermediate_dense",
                "output_dense");
    }

    /// In WavLM every layer gates the relative positions, which the first one holds.
    private static Attention attention(Config config, int index) {
        long hidden = config.size("hidden_size");
        var heads = EncoderLayer.heads(config, hidden, config.count("num_attention_heads"));
        var attention = GroupedAttention.of(hidden, heads)
                .named("attention")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(Span.bidirectional());
        if (config.text("model_type", "").equals("wavlm")) {
            attention
                    .with(Slot.POSITION_BIAS, Table.of("gru_rel_pos_const", 1, heads.headCount(), 1, 1))
                    .with(Slot.POSITION_BIAS, Linear.of("gru_rel_pos_linear", heads.headDim(), 8, true));
            if (index == 0) {
                attention.with(
                        Slot.POSITION_BIAS,
                        Embedding.positions("rel_attn_embed", config.size("num_buckets"), heads.headCount()));
            }
        }
        return attention.build();
    }

    /// The small layer that MMS (arXiv:2305.13516) trains for each language.
    private static Block languageAdapter(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("adapter_attn_dim");
        return Sequence.of(
                "adapter_layer",
                Norm.layer("norm", hidden, 1e-5),
                FeedForwards.plain("", hidden, inner, "relu", true, "linear_1", "linear_2"));
    }

    /// Strided convolutions that shorten the output; nothing without `add_adapter`.
    static Block adapter(Config config) {
        if (!config.flag("add_adapter")) {
            return Sequence.of("");
        }
        long output = SpeechHeads.outputSize(config);
        Block layers = Repeat.of(
                "layers",
                config.count("num_adapter_layers"),
                Convolution.line("conv", output, 2 * output, config.size("adapter_kernel_size"), true)
                        .strided(config.size("adapter_stride")));
        return Sequence.tower(Tower.PROJECTOR, "adapter", widening(config, 1e-5), layers);
    }

    /// `proj` and its norm where the adapter is wider or narrower than the encoder; else nothing.
    static Block widening(Config config, double epsilon) {
        long hidden = config.size("hidden_size");
        long output = SpeechHeads.outputSize(config);
        return hidden == output
                ? Sequence.of("")
                : Sequence.of(
                        "",
                        Linear.of("proj", hidden, output, true).as(Role.PROJECTION),
                        Norm.layer("proj_layer_norm", output, epsilon));
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps"));
    }

    /// The encoder, the quantizer of its features and the projections that are compared in training.
    static Block pretraining(Config config, String name, Block model) {
        return Sequence.of(
                "",
                Sequence.of(name, model),
                quantizer(config),
                projection("project_hid", config.size("hidden_size"), config.size("proj_codevector_dim")),
                projection("project_q", config.size("codevector_dim"), config.size("proj_codevector_dim")));
    }

    private static Block uniSpeechPretraining(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("unispeech", model(config)),
                quantizer(config),
                projection("project_q", config.size("codevector_dim"), config.size("proj_codevector_dim")),
                projection("project_hid", config.size("proj_codevector_dim"), hidden),
                Linear.of("ctc_proj", hidden, config.size("num_ctc_classes"), true)
                        .as(Role.HEAD));
    }

    private static Block uniSpeechSatPretraining(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.of("unispeech_sat", model(config)),
                quantizer(config),
                projection("project_q", config.size("codevector_dim"), config.size("proj_codevector_dim")),
                projection("project_hid", hidden, config.size("proj_codevector_dim")),
                projection("speaker_proj", hidden, config.size("codevector_dim")),
                Table.of("label_embeddings_concat", config.size("num_clusters"), config.size("codevector_dim")),
                norm(config, "layer_norm_for_extract"));
    }

    private static Linear projection(String name, long in, long out) {
        return Linear.of(name, in, out, true).as(Role.PROJECTION);
    }

    /// Groups of code vectors, chosen by a Gumbel softmax (arXiv:2006.11477, section 2).
    private static Block quantizer(Config config) {
        long groups = config.size("num_codevector_groups");
        if (groups == 0) {
            throw config.malformed("num_codevector_groups", "must not be 0");
        }
        long vectors = Math.multiplyExact(groups, config.size("num_codevectors_per_group"));
        return Sequence.of(
                "quantizer",
                Table.of("codevectors", 1, vectors, config.size("codevector_dim") / groups),
                Linear.of("weight_proj", Waveform.width(config), vectors, true));
    }
}
