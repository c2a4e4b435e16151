package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Temperature;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/// Llama 4's language model (Meta, 2025): chunked attention with rotary positions in three of four layers, attention to
/// everything without positions in the fourth; stacked experts beside a shared one, in all or every second layer.
final class Llama4Family {
    private Llama4Family() {}

    static Family family() {
        return Family.named("llama4")
                .architecture(config -> TextModel.causal(config, backbone(config)), "Llama4ForCausalLM")
                .architecture(Llama4Family::backbone, "Llama4TextModel")
                .backbone(Llama4Family::backbone, "llama4_text");
    }

    private static Block backbone(Config config) {
        List<Long> rotated = config.integers("no_rope_layers");
        int interval = Math.max(1, config.count("no_rope_layer_interval", 4));
        int layerCount = config.count("num_hidden_layers");
        if (!rotated.isEmpty() && rotated.size() < layerCount) {
            throw config.malformed("no_rope_layers", "is shorter than there are layers");
        }
        IntPredicate isRotated = index -> rotated.isEmpty() ? (index + 1) % interval != 0 : rotated.get(index) != 0;
        LayerTypes types =
                LayerTypes.mixers(config, index -> isRotated.test(index) ? "chunked_attention" : "full_attention");
        IntPredicate isSparse = sparse(config);
        Block dense = feedForward(config, "feed_forward", config.size("intermediate_size_mlp"));
        Block experts = experts(config);
        return TextModel.backbone(
                config,
                index -> TextModel.layer(
                        config,
                        Norm.Kind.RMS,
                        attention(config, types.at(index), isRotated.test(index)),
                        isSparse.test(index) ? experts : dense),
                Norm.Kind.RMS);
    }

    private static IntPredicate sparse(Config config) {
        if (config.has("moe_layers")) {
            Set<Long> listed = Set.copyOf(config.integers("moe_layers"));
            return index -> listed.contains((long) index);
        }
        int step = Math.max(1, config.count("interleave_moe_layer_step", 1));
        return index -> (index + 1) % step == 0;
    }

    private static Block attention(Config config, String type, boolean rotated) {
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        boolean chunked = type.equals("chunked_attention") && config.has("attention_chunk_size");
        var attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(chunked ? Span.chunk(config.size("attention_chunk_size")) : Span.causal())
                .rotary(rotated ? Rotaries.of(config, headDim, "", 500_000, 1).inPairs() : Rotary.NONE);
        if (rotated && config.flag("use_qk_norm", true)) {
            Norm norm = Norm.rms("", headDim, TextModel.epsilon(config)).untrained();
            attention.normedRotated(norm, norm);
        }
        boolean isTempered = !rotated && config.flag("attn_temperature_tuning", true);
        return isTempered
                ? attention
                        .build()
                        .tempered(new Temperature(
                                config.number("attn_scale", 0.1), config.number("floor_scale", 8192), 1))
                : attention.build();
    }

    private static Block feedForward(Config config, String name, long inner) {
        return FeedForwards.gated(name, config.size("hidden_size"), inner, config.text("hidden_act"), false);
    }

    private static Block experts(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        var expert = new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(config.text("hidden_act")),
                true,
                List.of(
                        new Part(Slot.GATE_UP, stored("gate_up_proj", hidden, 2 * inner)),
                        new Part(Slot.DOWN, stored("down_proj", inner, hidden))));
        return MixtureOfExperts.of(expert, config.count("num_local_experts"), config.count("num_experts_per_tok"))
                .named("feed_forward", "experts")
                .stacked()
                // the weight of an expert is multiplied into its input
                .routed(new Routing("sigmoid_input", false, 1, 1, 1))
                .router("router", hidden)
                .with(Slot.SHARED_EXPERT, feedForward(config, "shared_expert", inner))
                .build();
    }

    private static Linear stored(String name, long in, long out) {
        return Linear.of(name, in, out).storedInputFirst().named(ParameterStyle.BARE);
    }
}
