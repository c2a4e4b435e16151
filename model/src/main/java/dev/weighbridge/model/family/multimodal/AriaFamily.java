package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Aria (arXiv:2410.05993): a mixture of experts that sees through learned queries.
final class AriaFamily {
    private AriaFamily() {}

    static Family family() {
        return Family.named("aria")
                .composite(AriaFamily::joined, "AriaForConditionalGeneration")
                .architecture(config -> TextModel.causal(config, text(config)), "AriaTextForCausalLM")
                .architecture(AriaFamily::text, "AriaTextModel")
                .backbone(AriaFamily::text, "aria_text");
    }

    private static Block joined(Config config, Families families) {
        Config vision = config.part("vision_config").with("model_type", "idefics3_vision");
        return Joined.whole(
                config,
                families,
                config.flag("tie_word_embeddings"),
                Sequence.of("vision_tower", families.backbone(vision)),
                projector(config, vision));
    }

    private static Block projector(Config config, Config vision) {
        long seen = vision.size("hidden_size");
        long hidden = config.part("text_config").size("hidden_size");
        Heads heads = EncoderLayer.heads(vision, seen, vision.count("num_attention_heads"));
        Attention attention = Attention.of(
                "",
                heads,
                Span.cross(),
                Rotary.NONE,
                List.of(
                        new Part(Slot.OTHER, Norm.layer("layer_norm_kv", seen, 1e-5)),
                        new Part(Slot.OTHER, Norm.layer("layer_norm", seen, 1e-5)),
                        new Part(Slot.QUERY, Linear.of("q_proj", seen, seen)),
                        new Part(Slot.KEY, Linear.of("k_proj", seen, seen)),
                        new Part(Slot.VALUE, Linear.of("v_proj", seen, seen)),
                        new Part(
                                Slot.QUERY_KEY_VALUE,
                                Linear.of("multihead_attn.in_proj", seen, 3 * seen, true)
                                        .named(ParameterStyle.UNDERSCORE)),
                        new Part(Slot.OUTPUT, Linear.of("multihead_attn.out_proj", seen, seen, true)),
                        new Part(Slot.OTHER, Linear.of("linear", seen, seen, true))));
        return Sequence.tower(
                Tower.PROJECTOR,
                "multi_modal_projector",
                Table.of("query", queryCount(config), seen),
                Sequence.of("cross_attn", attention),
                Norm.layer("layer_norm", seen, 1e-5),
                Joined.projection("feed_forward.linear_in", seen, hidden, false),
                Joined.projection("feed_forward.linear_out", hidden, hidden, false));
    }

    /// As many as the largest image needs: 256 for 4,900 patches where the configuration does not say.
    private static long queryCount(Config config) {
        Config queries = config.partOrEmpty("projector_patch_to_query_dict");
        long most = queries.names().isEmpty() ? 256 : 0;
        for (String patches : queries.names()) {
            most = Math.max(most, queries.size(patches));
        }
        return most;
    }

    private static Sequence text(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        String activation = config.text("hidden_act");
        boolean bias = config.flag("attention_bias");
        var attention =
                GroupedAttention.of(config).bias(bias, bias).rotary(config).build();
        FeedForward expert = new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(activation),
                true,
                List.of(
                        new Part(
                                Slot.GATE_UP,
                                Linear.of("fc1", hidden, 2 * inner).storedInputFirst()),
                        new Part(Slot.DOWN, Linear.of("fc2", inner, hidden).storedInputFirst())));
        long shared = inner * config.size("moe_num_shared_experts");
        Block experts = MixtureOfExperts.of(expert, config.count("moe_num_experts"), config.count("moe_topk", 0))
                .stacked()
                .router("router", hidden)
                .with(
                        Slot.SHARED_EXPERT,
                        FeedForwards.gated("shared_experts", hidden, shared, activation, config.flag("mlp_bias")))
                .build();
        return TextModel.backbone(
                config, _ -> TextModel.layer(config, Norm.Kind.RMS, attention, experts), Norm.Kind.RMS);
    }
}
