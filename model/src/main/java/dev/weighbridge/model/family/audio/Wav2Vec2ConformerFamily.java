package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import java.util.ArrayList;
import java.util.List;

/// wav2vec 2.0 with Conformer layers (fairseq S2T, arXiv:2010.05171) and w2v-BERT 2.0 (arXiv:2312.05187), which starts
/// from
/// a filter bank in place of the waveform.
final class Wav2Vec2ConformerFamily {
    private Wav2Vec2ConformerFamily() {}

    static Family family() {
        Family family = Family.named("wav2vec2_conformer");
        SpeechHeads.members(
                family,
                "Wav2Vec2Conformer",
                "wav2vec2_conformer",
                Wav2Vec2ConformerFamily::conformer,
                "wav2vec2-conformer");
        SpeechHeads.members(family, "Wav2Vec2Bert", "wav2vec2_bert", Wav2Vec2ConformerFamily::bert, "wav2vec2-bert");
        return family.architecture(
                config -> Wav2Vec2Family.pretraining(config, "wav2vec2_conformer", conformer(config)),
                "Wav2Vec2ConformerForPreTraining");
    }

    private static Block conformer(Config config) {
        // the layers' norms have PyTorch's epsilon whatever the configuration says
        ConformerLayer layer = layer(config, config.size("hidden_size"), 1e-5, false);
        boolean rotary = layer.positions().equals("rotary");
        return Sequence.tower(
                Tower.AUDIO,
                "",
                Waveform.convolutions(config, "feature_extractor"),
                Waveform.projection(config, Waveform.width(config)),
                Waveform.mask(config),
                Sequence.of(
                        "encoder",
                        rotary
                                ? Table.buffer("embed_positions.inv_freq", (layer.width() / layer.headCount() + 1) / 2)
                                : Sequence.of(""),
                        Waveform.positions(config),
                        Repeat.of("layers", config.count("num_hidden_layers"), layer.block()),
                        Norm.layer("layer_norm", layer.width(), config.number("layer_norm_eps"))),
                Wav2Vec2Family.adapter(config));
    }

    private static Block bert(Config config) {
        double epsilon = config.number("layer_norm_eps");
        ConformerLayer layer = layer(config, config.size("hidden_size"), epsilon, true);
        List<Block> blocks = new ArrayList<>();
        blocks.add(Waveform.projection(config, config.size("feature_projection_input_dim")));
        blocks.add(Waveform.mask(config));
        blocks.add(Sequence.of("encoder", Repeat.of("layers", config.count("num_hidden_layers"), layer.block())));
        if (config.flag("use_intermediate_ffn_before_adapter")) {
            blocks.add(layer.feedForward("intermediate_ffn", "relu"));
        }
        if (config.flag("add_adapter")) {
            ConformerLayer adapter = layer(config, SpeechHeads.outputSize(config), epsilon, true);
            blocks.add(Sequence.tower(
                    Tower.PROJECTOR,
                    "adapter",
                    Wav2Vec2Family.widening(config, epsilon),
                    Repeat.of(
                            "layers",
                            config.count("num_adapter_layers"),
                            adapter.adapter(
                                    config.size("adapter_kernel_size"),
                                    config.size("adapter_stride"),
                                    config.text("adapter_act")))));
        }
        return new Sequence("", Tower.AUDIO, blocks);
    }

    private static ConformerLayer layer(Config config, long width, double epsilon, boolean causal) {
        return new ConformerLayer(
                width,
                EncoderLayer.heads(config, width, config.count("num_attention_heads"))
                        .headCount(),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                epsilon,
                config.text("position_embeddings_type", "none"),
                config.size("left_max_position_embeddings", 0) + config.size("right_max_position_embeddings", 0) + 1,
                config.number("rotary_embedding_base", 10_000),
                config.size("conv_depthwise_kernel_size"),
                causal);
    }
}
