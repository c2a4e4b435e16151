package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// Gemma 3n (Google 2025): several residual streams of which each layer computes one and corrects the others (AltUp,
/// arXiv:2301.13310), a low-rank branch beside attention (LAuReL, arXiv:2411.07501), an embedding of the token for
/// every
/// layer, and last layers that read the keys and values of earlier ones.
///
/// With `x` the stream computed and `h` its norm, a layer is `y = (x + attention(h) + h + laurel(h)) / √2`,
/// `z = y + mlp(y)`.
final class Gemma3nFamily {
    private Gemma3nFamily() {}

    static Family family() {
        return Family.named("gemma3n")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model.language_model", backbone(config)),
                                GemmaFamily.head(config, "model.language_model.embed_tokens")),
                        "Gemma3nForCausalLM")
                .architecture(Gemma3nFamily::backbone, "Gemma3nTextModel")
                .backbone(Gemma3nFamily::backbone, "gemma3n_text");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        int layerCount = config.count("num_hidden_layers");
        int furtherStreams = Math.max(0, config.count("altup_num_inputs") - 1);
        long[] inner = config.sizes("intermediate_size", layerCount);
        LayerTypes types = LayerTypes.mixers(config, 5);
        Linear stream = Linear.of("", hidden, hidden).as(Role.PROJECTION);
        return Sequence.of(
                "",
                GemmaFamily.embedding(config),
                perLayerInputs(config),
                Repeat.of("altup_projections", furtherStreams, stream),
                Repeat.of("layers", layerCount, index -> layer(config, types.at(index), index, inner[index])),
                Repeat.of("altup_unembed_projections", furtherStreams, stream),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    /// One vector a layer for each token: a row of a table of its own plus a projection of the token's embedding.
    static Block perLayerInputs(Config config) {
        long width = config.size("hidden_size_per_layer_input");
        long all = Math.multiplyExact(width, config.count("num_hidden_layers"));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens_per_layer", config.size("vocab_size_per_layer_input"), all)
                        .scaled(Math.sqrt((double) width)),
                Linear.of("per_layer_model_projection", config.size("hidden_size"), all)
                        .as(Role.PROJECTION),
                Norm.rms("per_layer_projection_norm", width, TextModel.epsilon(config)));
    }

    /// `per_layer_projection(act(per_layer_input_gate(x)) · input)`: a gated feed-forward whose up branch is the vector
    /// that
    /// the token has for this layer.
    static Block perLayerBranch(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("hidden_size_per_layer_input");
        var gate = new Part(Slot.GATE, Linear.of("per_layer_input_gate", hidden, width));
        var down = new Part(Slot.DOWN, Linear.of("per_layer_projection", width, hidden));
        Activation activation = Activation.of(config.text("hidden_activation"));
        return Residual.of(
                new FeedForward("", hidden, width, activation, true, List.of(gate, down)),
                TextModel.norm(config, Norm.Kind.RMS, "post_per_layer_input_norm"));
    }

    private static Block layer(Config config, String type, int index, long inner) {
        long hidden = config.size("hidden_size");
        Block laurel = Sequence.of(
                "laurel",
                Linear.of("linear_left", hidden, config.size("laurel_rank")),
                Linear.of("linear_right", config.size("laurel_rank"), hidden),
                TextModel.norm(config, Norm.Kind.RMS, "post_laurel_norm"));
        Block feedForward = FeedForwards.gated(
                "mlp", hidden, inner, activation(config, index), false, "gate_proj", "up_proj", "down_proj");
        return Sequence.of(
                "",
                alternatingUpdates(config),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        Parallel.of(
                                Residual.of(laurel),
                                Sequence.of(
                                        "",
                                        attention(config, type, index),
                                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm")))),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "pre_feedforward_layernorm"),
                        feedForward,
                        TextModel.norm(config, Norm.Kind.RMS, "post_feedforward_layernorm")),
                perLayerBranch(config));
    }

    /// The prediction of the streams before the layer and their correction after it.
    private static Block alternatingUpdates(Config config) {
        long hidden = config.size("hidden_size");
        long streams = config.size("altup_num_inputs");
        return Sequence.of(
                "altup",
                TextModel.norm(config, Norm.Kind.RMS, "router_norm"),
                Linear.of("modality_router", hidden, streams),
                Linear.of("prediction_coefs", streams, Math.multiplyExact(streams, streams)),
                Linear.of("correction_coefs", streams, streams),
                Table.of("correct_output_scale", hidden));
    }

    /// The first ten layers keep only the largest twentieth of the gate's outputs unless `activation_sparsity_pattern`
    /// says
    /// otherwise.
    private static Activation activation(Config config, int index) {
        Activation activation = Activation.of(config.text("hidden_activation"));
        if (!config.has("activation_sparsity_pattern")) {
            return activation.sparse(index < 10 && config.count("num_hidden_layers") > 10 ? 0.95 : 0);
        }
        List<Double> pattern = config.numbers("activation_sparsity_pattern");
        if (index >= pattern.size()) {
            throw config.malformed(
                    "activation_sparsity_pattern", "holds " + pattern.size() + " values; layer " + index + " has none");
        }
        return activation.sparse(pattern.get(index));
    }

    private static Block attention(Config config, String type, int index) {
        double epsilon = TextModel.epsilon(config);
        long headDim = config.size("head_dim");
        boolean bias = config.flag("attention_bias");
        var attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.span(config, type))
                .rotary(GemmaFamily.rotary(config, headDim, type))
                .scored(1, 0)
                .with(Slot.QUERY_NORM, Norm.rms("q_norm", headDim, epsilon));
        int sharedFrom = config.count("num_hidden_layers") - config.count("num_kv_shared_layers", 0);
        if (sharedFrom > 0 && index >= sharedFrom) {
            return attention.sharingCache().build();
        }
        return attention
                .with(Slot.KEY_NORM, Norm.rms("k_norm", headDim, epsilon))
                .with(Slot.VALUE_NORM, Norm.rms("v_norm", headDim, epsilon).untrained())
                .build();
    }
}
