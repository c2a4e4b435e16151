package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// Squeezed and efficient wav2vec (arXiv:2109.06870): the transformer runs on a shortened sequence that is widened
/// again
/// behind it. SEW-D has DeBERTa's attention (arXiv:2006.03654) in it.
final class SewFamily {
    private SewFamily() {}

    static Family family() {
        Family family = Family.named("sew");
        SpeechHeads.members(family, "SEW", "sew", config -> model(config, SewFamily::encoder), "sew");
        return SpeechHeads.members(
                family, "SEWD", "sew_d", config -> model(config, SewFamily::disentangledEncoder), "sew-d");
    }

    private interface Encoder {
        List<Block> of(Config config);
    }

    private static Block model(Config config, Encoder encoder) {
        long width = Waveform.width(config);
        long hidden = config.size("hidden_size");
        double epsilon = config.number("feature_layer_norm_eps", config.number("layer_norm_eps"));
        List<Block> blocks = new ArrayList<>();
        blocks.add(Waveform.convolutions(config, "feature_extractor"));
        blocks.add(Norm.layer("layer_norm", width, epsilon));
        if (width != hidden) {
            blocks.add(Linear.of("feature_projection", width, hidden, true).as(Role.PROJECTION));
        }
        blocks.add(Waveform.mask(config));
        List<Block> inner = new ArrayList<>();
        inner.add(Sequence.of(
                "pos_conv_embed",
                Waveform.positionConvolution(config, "num_conv_pos_embeddings")
                        .weightNormed(2)
                        .strided(config.size("squeeze_factor"))));
        inner.addAll(encoder.of(config));
        inner.add(Sequence.of(
                "upsample",
                Linear.of("projection", hidden, Math.multiplyExact(hidden, config.size("squeeze_factor")), true)
                        .as(Role.PROJECTION)));
        blocks.add(Sequence.of("encoder", inner));
        return new Sequence("", Tower.AUDIO, blocks);
    }

    private static List<Block> encoder(Config config) {
        Block layer = Sequence.of(
                "",
                Residual.normAfter(
                        attention(config, "attention")
                                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                                .build(),
                        norm(config, "layer_norm")),
                Residual.normAfter(
                        Wav2Vec2Family.feedForward(config, config.size("intermediate_size")),
                        norm(config, "final_layer_norm")));
        return List.of(norm(config, "layer_norm"), Repeat.of("layers", config.count("num_hidden_layers"), layer));
    }

    private static List<Block> disentangledEncoder(Config config) {
        long hidden = config.size("hidden_size");
        Block layer = Sequence.of(
                "",
                Residual.normAfter(disentangled(config), bertNorm(config, "attention.output.LayerNorm")),
                Residual.normAfter(
                        FeedForwards.plain(
                                "",
                                hidden,
                                config.size("intermediate_size"),
                                config.text("hidden_act"),
                                true,
                                "intermediate.dense",
                                "output.dense"),
                        bertNorm(config, "output.LayerNorm")));
        List<Block> blocks = new ArrayList<>();
        if (config.flag("relative_attention")) {
            long buckets = config.integer("position_buckets", -1);
            long relative = config.integer("max_relative_positions", -1);
            long positions = relative < 1 ? config.size("max_position_embeddings") : relative;
            blocks.add(Embedding.positions("rel_embeddings", 2 * (buckets > 0 ? buckets : positions), hidden));
        }
        if (config.text("norm_rel_ebd", "none").contains("layer_norm")) {
            blocks.add(bertNorm(config, "LayerNorm"));
        }
        blocks.add(Repeat.of("layer", config.count("num_hidden_layers"), layer));
        long kernel = config.size("conv_kernel_size", 0);
        if (kernel > 0) {
            blocks.add(Sequence.of(
                    "conv",
                    Convolution.line("conv", hidden, hidden, kernel, true).grouped(config.size("conv_groups", 1)),
                    bertNorm(config, "LayerNorm")));
        }
        return List.of(Sequence.of("encoder", blocks));
    }

    /// With `share_att_key` the positions pass the projections of the content.
    private static Attention disentangled(Config config) {
        long hidden = config.size("hidden_size");
        var attention = attention(config, "attention")
                .projections("self.query_proj", "self.key_proj", "self.value_proj", "output.dense");
        if (config.flag("relative_attention") && !config.flag("share_att_key")) {
            List<String> kinds = config.texts("pos_att_type");
            if (kinds.contains("c2p")) {
                attention.with(Slot.POSITION_BIAS, Linear.of("self.pos_key_proj", hidden, hidden, true));
            }
            if (kinds.contains("p2c")) {
                attention.with(Slot.POSITION_BIAS, Linear.of("self.pos_query_proj", hidden, hidden, true));
            }
        }
        return attention.build();
    }

    private static GroupedAttention attention(Config config, String name) {
        long hidden = config.size("hidden_size");
        return GroupedAttention.of(hidden, EncoderLayer.heads(config, hidden, config.count("num_attention_heads")))
                .named(name)
                .bias(true, true)
                .span(Span.bidirectional());
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps"));
    }

    private static Norm bertNorm(Config config, String name) {
        return norm(config, name).named(ParameterStyle.GAMMA_BETA);
    }
}
