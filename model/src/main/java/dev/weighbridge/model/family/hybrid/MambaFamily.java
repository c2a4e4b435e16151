package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.TextModel;
import java.util.function.Function;

/// Mamba (arXiv:2312.00752), Falcon Mamba (arXiv:2410.05355), which norms step size, B and C, and Mamba 2
/// (arXiv:2405.21060): one recurrent mixer a layer and nothing else.
final class MambaFamily {
    private MambaFamily() {}

    static Family family() {
        var family = Family.named("mamba");
        add(
                family,
                "Mamba",
                "mamba",
                config -> backbone(config, first(config).first(stepRank(config, "time_step_rank"))));
        add(family, "FalconMamba", "falcon_mamba", config -> backbone(config, normed(config)));
        add(family, "Mamba2", "mamba2", config -> backbone(config, second(config)));
        return family;
    }

    private static void add(Family family, String prefix, String modelType, Function<Config, Block> backbone) {
        family.architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("backbone", backbone.apply(config)),
                                TextModel.head(config, "lm_head", "backbone.embeddings")),
                        prefix + "ForCausalLM")
                .architecture(backbone, prefix + "Model")
                .backbone(backbone, modelType);
    }

    /// The rank of the step-size projection: as given, or a sixteenth of the hidden size where it says `auto`.
    static long stepRank(Config config, String field) {
        return config.values().get(field) instanceof Number
                ? config.size(field)
                : Math.ceilDiv(config.size("hidden_size"), 16);
    }

    private static Block backbone(Config config, Block mixer) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_epsilon", 1e-5);
        return Sequence.of(
                "",
                Embedding.of("embeddings", config.size("vocab_size"), hidden),
                Repeat.of(
                        "layers",
                        config.count("num_hidden_layers"),
                        Sequence.of("", Residual.of(Norm.rms("norm", hidden, epsilon), mixer))),
                Norm.rms("norm_f", hidden, epsilon));
    }

    private static long innerSize(Config config) {
        return (long) (config.number("expand", 2) * config.size("hidden_size"));
    }

    private static Mamba mamba(Config config, long inner) {
        boolean bias = config.flag("use_bias");
        return Mamba.of(
                        "mixer",
                        config.size("hidden_size"),
                        inner,
                        config.size("state_size"),
                        config.size("conv_kernel"))
                .bias(bias, config.flag("use_conv_bias", true), bias);
    }

    private static Mamba first(Config config) {
        return mamba(config, config.size("intermediate_size", innerSize(config)));
    }

    private static Block normed(Config config) {
        long rank = stepRank(config, "time_step_rank");
        double epsilon = config.number("mixer_rms_eps", 1e-6);
        Norm state = Norm.rms("", config.size("state_size"), epsilon).untrained();
        return first(config)
                .with(Slot.DYNAMICS, Norm.rms("", rank, epsilon).untrained())
                .with(Slot.DYNAMICS, state)
                .with(Slot.DYNAMICS, state)
                .first(rank);
    }

    private static Block second(Config config) {
        long inner = innerSize(config);
        return mamba(config, inner)
                .with(Slot.GATED_NORM, Norm.rms("norm", inner, config.number("layer_norm_epsilon", 1e-5)))
                .second(config.count("num_heads"), config.count("n_groups"), config.size("chunk_size"));
    }
}
