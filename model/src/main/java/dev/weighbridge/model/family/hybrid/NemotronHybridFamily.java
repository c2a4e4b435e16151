package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import java.util.List;

/// Nemotron-H (arXiv:2504.03624) and Nemotron 3 (arXiv:2512.20848): every layer is one mixer, Mamba 2, attention
/// without
/// positions, a feed-forward or experts, as a pattern of letters or a list says.
final class NemotronHybridFamily {
    private NemotronHybridFamily() {}

    static Family family() {
        return Family.named("nemotron-h")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("backbone", backbone(config)),
                                Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))),
                        "NemotronHForCausalLM")
                .architecture(NemotronHybridFamily::backbone, "NemotronHModel")
                .backbone(NemotronHybridFamily::backbone, "nemotron_h");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_epsilon", 1e-5);
        List<String> kinds = kinds(config);
        Norm norm = Norm.rms("norm", hidden, epsilon);
        return Sequence.of(
                "",
                Embedding.of("embeddings", config.size("vocab_size"), hidden),
                Repeat.of(
                        "layers",
                        kinds.size(),
                        index -> Sequence.of("", Residual.of(norm, mixer(config, kinds.get(index))))),
                norm.renamed("norm_f"));
    }

    private static List<String> kinds(Config config) {
        if (config.has("layers_block_type")) {
            return config.texts("layers_block_type");
        }
        if (config.has("hybrid_override_pattern")) {
            return config.text("hybrid_override_pattern")
                    .chars()
                    .mapToObj(Character::toString)
                    .toList();
        }
        return List.of("mamba", "moe", "attention", "mlp");
    }

    private static Block mixer(Config config, String kind) {
        return switch (kind) {
            case "M", "mamba", "linear_attention" -> mamba(config);
            case "*", "attention", "full_attention" ->
                GroupedAttention.of(config).named("mixer").build();
            case "-", "mlp" -> feedForward(config, "mixer", config.size("intermediate_size"));
            case "E", "moe" -> experts(config);
            default ->
                throw config.malformed(
                        "layers_block_type", "holds " + kind + "; known are mamba, attention, mlp and moe");
        };
    }

    private static StateSpace mamba(Config config) {
        int headCount = config.count("mamba_num_heads");
        long inner = headCount * config.size("mamba_head_dim");
        int groupCount = config.count(config.firstOf("mamba_n_groups", "n_groups"));
        boolean bias = config.flag("use_bias");
        return Mamba.of(
                        "mixer",
                        config.size("hidden_size"),
                        inner,
                        config.size("ssm_state_size"),
                        config.size(config.firstOf("mamba_d_conv", "conv_kernel")))
                .bias(bias, config.flag(config.firstOf("mamba_conv_bias", "use_conv_bias"), true), bias)
                .with(
                        Slot.GATED_NORM,
                        Norm.rms("norm", inner, config.number("layer_norm_epsilon", 1e-5))
                                .grouped(groupCount))
                .second(headCount, groupCount, config.size(config.firstOf("mamba_chunk_size", "chunk_size"), 128));
    }

    private static Block feedForward(Config config, String name, long inner) {
        return FeedForwards.plain(
                name,
                config.size("hidden_size"),
                inner,
                config.text("mlp_hidden_act"),
                config.flag("mlp_bias"),
                "up_proj",
                "down_proj");
    }

    /// Experts that may work in a narrower width than the model's.
    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long latent = config.size("moe_latent_size", hidden);
        int count = config.count("n_routed_experts");
        Block expert = FeedForwards.plain(
                "",
                latent,
                config.size("moe_intermediate_size"),
                config.text("mlp_hidden_act"),
                false,
                "up_proj",
                "down_proj");
        var experts = MixtureOfExperts.of(expert, count, config.count("num_experts_per_tok"))
                .named("mixer", "experts")
                .routed(FineGrainedExperts.sigmoid(config))
                .router("gate", hidden)
                .with(Slot.ROUTER_BIAS, Table.buffer("gate.e_score_correction_bias", count))
                .with(
                        Slot.SHARED_EXPERT,
                        feedForward(config, "shared_experts", config.size("moe_shared_expert_intermediate_size")));
        if (config.has("moe_latent_size")) {
            boolean bias = config.flag("mlp_bias");
            experts.with(Slot.EXPERTS_IN, Linear.of("fc1_latent_proj", hidden, latent, bias))
                    .with(Slot.EXPERTS_OUT, Linear.of("fc2_latent_proj", latent, hidden, bias));
        }
        return experts.build();
    }
}
