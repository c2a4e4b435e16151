package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Llama-Nemotron (arXiv:2505.00949), Llama whose layers an architecture search chose one by one (Puzzle,
/// arXiv:2411.19146): attention and feed-forward may be narrower, one matrix, or absent with their norm. DeciLM before
/// it
/// chose only the key and value heads.
final class DeciLmFamily {
    private DeciLmFamily() {}

    static Family family() {
        return Family.named("decilm").architecture(DeciLmFamily::causal, "DeciLMForCausalLM");
    }

    private static Block causal(Config config) {
        List<Config> choices = config.parts("block_configs");
        List<Long> kvHeadCounts = config.integers("num_key_value_heads_per_layer");
        int layerCount = config.count("num_hidden_layers");
        String field = choices.isEmpty() ? "num_key_value_heads_per_layer" : "block_configs";
        int described = choices.isEmpty() ? kvHeadCounts.size() : choices.size();
        if (described != layerCount) {
            throw config.malformed(field, "describes " + described + " layers of " + layerCount);
        }
        Map<Object, Block> layers = new HashMap<>();
        return TextModel.causal(
                config,
                TextModel.backbone(
                        config,
                        index -> choices.isEmpty()
                                ? layers.computeIfAbsent(
                                        kvHeadCounts.get(index), _ -> plainLayer(config, kvHeadCounts.get(index)))
                                : layers.computeIfAbsent(choices.get(index), _ -> layer(config, choices.get(index))),
                        Norm.Kind.RMS));
    }

    private static Block plainLayer(Config config, long kvHeadCount) {
        Config sized = config.with("num_key_value_heads", kvHeadCount);
        return TextModel.layer(
                config,
                Norm.Kind.RMS,
                GroupedAttention.of(sized).rotary(config).build(),
                FeedForwards.gated(sized, false));
    }

    private static Block layer(Config config, Config choice) {
        Config attention = choice.part("attention");
        Config feedForward = choice.part("ffn");
        List<Block> branches = new ArrayList<>();
        if (!attention.flag("no_op")) {
            branches.add(Residual.of(
                    TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), attention(config, attention)));
        }
        if (!feedForward.flag("no_op")) {
            branches.add(Residual.of(
                    TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                    feedForward(config, feedForward)));
        }
        return Sequence.of("", branches);
    }

    private static Block attention(Config config, Config choice) {
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("attention_bias");
        if (choice.flag("replace_with_linear")) {
            return Linear.of("self_attn.linear_attn", hidden, hidden, bias);
        }
        int headCount = config.count("num_attention_heads");
        int groupSize = choice.count("n_heads_in_group");
        if (headCount == 0 || groupSize == 0) {
            throw choice.malformed("n_heads_in_group", "divides " + headCount + " heads into groups of " + groupSize);
        }
        long headDim = config.size("head_dim", hidden / headCount);
        return GroupedAttention.of(hidden, Heads.of(headCount, headCount / groupSize, headDim))
                .bias(bias, bias)
                .span(choice.has("window_length") ? Span.window(choice.size("window_length")) : Span.causal())
                .rotary(config)
                .build();
    }

    private static Block feedForward(Config config, Config choice) {
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("mlp_bias");
        if (choice.flag("replace_with_linear")) {
            return Linear.of("mlp.linear_mlp", hidden, hidden, bias);
        }
        return FeedForwards.gated(
                "mlp", hidden, inner(hidden, choice.number("ffn_mult")), config.text("hidden_act", "silu"), bias);
    }

    /// Two thirds of the multiple, rounded up to 256, as in Llama's own code.
    private static long inner(long hidden, double multiple) {
        long exact = (long) (2 * multiple * (double) hidden / 3);
        return Math.ceilDiv(exact, 256) * 256;
    }
}
