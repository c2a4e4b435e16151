package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.function.IntFunction;

/// Gemma 1 (arXiv:2403.08295), Gemma 2 (arXiv:2408.00118: windows in turn, norms before and after, capped scores and
/// logits), Gemma 3 (arXiv:2503.19786: norms of query and key heads in place of the caps, five windows to one full
/// layer)
/// and VaultGemma (arXiv:2510.15001: Gemma 2 with norms before only).
final class GemmaFamily {
    private static final Norm.Kind NORM = Norm.Kind.RMS_OFFSET;

    private GemmaFamily() {}

    static Family family() {
        Family family = Family.named("gemma");
        TextModel.members(family, "Gemma", GemmaFamily::gemma, "gemma");
        TextModel.members(family, "Gemma2", GemmaFamily::gemma2, GemmaFamily::head, "gemma2");
        TextModel.members(family, "VaultGemma", GemmaFamily::vaultGemma, GemmaFamily::head, "vaultgemma");
        return family.architecture(
                        config -> Sequence.of("", Sequence.of("model", gemma3(config)), head(config)),
                        "Gemma3ForCausalLM")
                .architecture(
                        config -> TextModel.classifier(config, gemma3(config), false),
                        "Gemma3TextForSequenceClassification")
                .architecture(GemmaFamily::gemma3, "Gemma3TextModel")
                .backbone(GemmaFamily::gemma3, "gemma3_text");
    }

    /// The head with the cap of `final_logit_softcapping`.
    static Block head(Config config) {
        return head(config, "model.embed_tokens");
    }

    /// The head with the cap of `final_logit_softcapping`, tied to the embedding at this path.
    static Block head(Config config, String embedding) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .capped(config.number("final_logit_softcapping", 0));
        return TextModel.head(config, head, embedding);
    }

    /// An embedding that is scaled by √hidden.
    static Embedding embedding(Config config) {
        long hidden = config.size("hidden_size");
        return Embedding.of("embed_tokens", config.size("vocab_size"), hidden).scaled(Math.sqrt((double) hidden));
    }

    private static Block backbone(Config config, IntFunction<? extends Block> layer) {
        return Sequence.of(
                "",
                embedding(config),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, NORM, "norm"));
    }

    private static Block gemma(Config config) {
        boolean bias = config.flag("attention_bias");
        // hidden_activation came later and wins over hidden_act, which names another function in the first releases
        String activation = config.text("hidden_activation", config.text("hidden_act"));
        var attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(config.flag("use_bidirectional_attention") ? Span.bidirectional() : Span.causal())
                .rotary(config)
                .build();
        var feedForward = FeedForwards.gated(
                "mlp", config.size("hidden_size"), config.size("intermediate_size"), activation, false);
        return backbone(config, _ -> TextModel.layer(config, NORM, attention, feedForward));
    }

    private static Block gemma2(Config config) {
        LayerTypes types = LayerTypes.mixers(config, 2);
        return backbone(config, types.layers(type -> {
            var attention = attention(config, type).rotary(config).build();
            return TextModel.sandwichLayer(config, NORM, attention, FeedForwards.gated(config, false));
        }));
    }

    private static Block vaultGemma(Config config) {
        LayerTypes types = LayerTypes.mixers(config, 2);
        return backbone(config, types.layers(type -> {
            var attention = attention(config, type).rotary(config).build();
            return Sequence.of(
                    "",
                    Residual.of(TextModel.norm(config, NORM, "input_layernorm"), attention),
                    Residual.of(
                            TextModel.norm(config, NORM, "pre_feedforward_layernorm"),
                            FeedForwards.gated(config, false)));
        }));
    }

    private static Block gemma3(Config config) {
        double epsilon = TextModel.epsilon(config);
        LayerTypes types = LayerTypes.mixers(config, config.integer("sliding_window_pattern", 6));
        return backbone(config, types.layers(type -> {
            long headDim = config.size("head_dim");
            Attention attention = attention(config, type)
                    .rotary(rotary(config, headDim, type))
                    .normed(Norm.rmsOffset("q_norm", headDim, epsilon), Norm.rmsOffset("k_norm", headDim, epsilon))
                    .build();
            return TextModel.sandwichLayer(config, NORM, attention, FeedForwards.gated(config, false));
        }));
    }

    /// The scores are scaled by `1 / √query_pre_attn_scalar` and capped by `attn_logit_softcapping`.
    private static GroupedAttention attention(Config config, String layerType) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .span(span(config, layerType))
                .scored(
                        1 / Math.sqrt(config.number("query_pre_attn_scalar")),
                        config.number("attn_logit_softcapping", 0));
    }

    /// An encoder made of a Gemma (embedding models) sees both sides.
    static Span span(Config config, String layerType) {
        Span span = TextModel.span(config, layerType);
        if (!bidirectional(config)) {
            return span;
        }
        return span.kind() == Span.Kind.WINDOW
                ? new Span(Span.Kind.BIDIRECTIONAL_WINDOW, span.size())
                : Span.bidirectional();
    }

    private static boolean bidirectional(Config config) {
        return switch (config.values().get("use_bidirectional_attention")) {
            case Boolean flag -> flag;
            case String which -> which.equals("all");
            case null, default -> false;
        };
    }

    /// Layers with a window have a base of their own, `rope_local_base_freq` in the older form, and no scaling.
    static Rotary rotary(Config config, long headDim, String layerType) {
        if (!layerType.equals("sliding_attention")) {
            return Rotaries.of(config, headDim, layerType, 1_000_000, 1);
        }
        Config local = config.with("rope_theta", config.number("rope_local_base_freq", 10_000))
                .with("rope_scaling", null);
        return Rotaries.of(local, headDim, layerType);
    }
}
