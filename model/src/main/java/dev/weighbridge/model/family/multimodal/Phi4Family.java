package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Phi-4-multimodal (arXiv:2503.01743): Phi-4-mini, SigLIP and a Conformer (arXiv:2005.08100), each joined by two
/// matrices.
final class Phi4Family {
    private static final double EPSILON = 1e-5;

    private Phi4Family() {}

    static Family family() {
        return Family.named("phi4-multimodal").composite(Phi4Family::joined, "Phi4MultimodalForCausalLM");
    }

    private static Block joined(Config config, Families families) {
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.of("embed_tokens_extend", image(config, families), sound(config)),
                        Sequence.tower(Tower.TEXT, "", families.backbone(config.with("model_type", "phi3")))),
                TextModel.head(config, "lm_head", "model.embed_tokens"));
    }

    private static Block image(Config config, Families families) {
        long seen = config.part("vision_config").size("hidden_size");
        return Sequence.tower(
                Tower.VISION,
                "image_embed",
                Sequence.of("img_processor", families.backbone(config.part("vision_config"))),
                Table.of("global_img_feature_extensor", 1, 1, seen),
                Table.of("sub_img_feature_extensor", 1, 1, 1, seen),
                projector("img_projection_up", "img_projection_down", seen, config.size("hidden_size")));
    }

    private static Block projector(String up, String down, long in, long out) {
        return Sequence.tower(
                Tower.PROJECTOR, "", Joined.projection(up, in, out, true), Joined.projection(down, out, out, true));
    }

    private static Block sound(Config config) {
        Config audio = config.part("audio_config");
        long heard = audio.size("hidden_size") * audio.size("downsample_rate");
        long hidden = config.size("hidden_size");
        return Sequence.tower(
                Tower.AUDIO,
                "audio_embed",
                Sequence.of("encoder", encoder(audio)),
                projector("up_proj_for_speech", "down_proj_for_speech", heard, hidden),
                projector("up_proj_for_vision_speech", "down_proj_for_vision_speech", heard, hidden));
    }

    private static Block encoder(Config config) {
        long width = config.size("hidden_size");
        long buckets = config.size("bias_max_distance") * (config.flag("bias_symmetric") ? 1 : 2);
        return Sequence.of(
                "",
                Table.buffer("encoder_embedding.global_mean", config.size("input_size")),
                Table.buffer("encoder_embedding.global_invstd", config.size("input_size")),
                subsampling(config, width),
                Embedding.positions(
                        "relative_attention_bias_layer.bias_values", buckets, config.count("num_attention_heads")),
                Repeat.of("encoders", config.count("num_blocks"), layer(config, width)));
    }

    /// Each step halves time and frequency; all but the first are separable.
    private static Block subsampling(Config config, long width) {
        long channels = config.size("nemo_conv_channels");
        int steps = 63 - Long.numberOfLeadingZeros(Math.max(1, config.size("time_reduction")));
        long bins = config.size("input_size");
        List<Block> blocks = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            if (step == 0) {
                blocks.add(Convolution.plane("conv.0", 1, channels, 3, true).strided(2));
            } else {
                int index = 3 * step - 1;
                blocks.add(Convolution.plane("conv." + index, channels, channels, 3, true)
                        .strided(2)
                        .grouped(channels));
                blocks.add(Convolution.plane("conv." + (index + 1), channels, channels, 1, true));
            }
            bins = (bins - 1) / 2 + 1;
        }
        blocks.add(Linear.of("out", channels * bins, width, true));
        return Sequence.of("embed", blocks);
    }

    private static Block layer(Config config, long width) {
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .bias(true, true)
                .span(Span.bidirectional())
                .build();
        return Sequence.of(
                "",
                halfStep(config, "feed_forward_in", width),
                Residual.of(Norm.layer("layer_norm_att", width, EPSILON), attention),
                convolution(config, width),
                halfStep(config, "feed_forward_out", width),
                Norm.layer("layer_norm", width, EPSILON));
    }

    private static Block halfStep(Config config, String name, long width) {
        FeedForward feedForward = FeedForwards.fusedGated(
                name,
                width,
                config.size("intermediate_size"),
                config.text("activation"),
                true,
                "gate_up_proj",
                "down_proj");
        return new Residual(List.of(Norm.layer(name + ".layer_norm", width, EPSILON), feedForward), false, 0.5);
    }

    private static Block convolution(Config config, long width) {
        long out = config.size("ext_pw_out_channel");
        long middle = width * config.size("depthwise_multiplier");
        long separable = config.size("depthwise_separable_out_channel");
        return Residual.of(Sequence.of(
                "conv",
                Norm.layer("layer_norm", width, EPSILON),
                Convolution.line("glu.ext_pw_conv_1d", width, 2 * out, 1, true),
                Table.of("glu.b1", 1, out, 1),
                Table.of("glu.b2", 1, out, 1),
                Convolution.line("dw_sep_conv_1d.dw_conv", width, middle, config.size("kernel_size"), true)
                        .grouped(width),
                Convolution.line("dw_sep_conv_1d.pw_conv", middle, separable, 1, true),
                Convolution.line("ext_pw_conv_1d", width, out, 1, true)));
    }
}
