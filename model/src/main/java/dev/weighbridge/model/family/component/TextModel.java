package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// The skeleton of a text model as most families have it: `embed_tokens`, `layers`, `norm`, and a head `lm_head` that
/// may
/// be tied to the embedding.
public final class TextModel {
    private TextModel() {}

    /// Embedding, numbered layers, final norm: a backbone without a name of its own.
    public static Sequence backbone(Config config, IntFunction<? extends Block> layer, Norm.Kind norm) {
        return backbone(config, layer, norm(config, norm, "norm"));
    }

    /// Embedding, numbered layers, final norm: a backbone without a name of its own.
    public static Sequence backbone(Config config, IntFunction<? extends Block> layer, Block norm) {
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size")),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                norm);
    }

    /// A backbone under the name `model`, and the head.
    public static Sequence causal(Config config, Block backbone) {
        return Sequence.of("", Sequence.of("model", backbone), head(config, "lm_head", "model.embed_tokens"));
    }

    /// Adds to a family what transformers offers of a text decoder: `<prefix>ForCausalLM`, `<prefix>Model`,
    /// `<prefix>ForSequenceClassification`, `<prefix>ForTokenClassification`, and the backbone by model type.
    public static Family members(
            Family family, String prefix, Function<Config, ? extends Block> backbone, String... modelTypes) {
        return members(family, prefix, backbone, config -> head(config, "lm_head", "model.embed_tokens"), modelTypes);
    }

    /// The same with a head of another form, whose tie looks for `model.embed_tokens`.
    public static Family members(
            Family family,
            String prefix,
            Function<Config, ? extends Block> backbone,
            Function<Config, ? extends Block> head,
            String... modelTypes) {
        return family.architecture(
                        config -> Sequence.of("", Sequence.of("model", backbone.apply(config)), head.apply(config)),
                        prefix + "ForCausalLM")
                .architecture(
                        config -> classifier(config, backbone.apply(config), false),
                        prefix + "ForSequenceClassification")
                .architecture(
                        config -> classifier(config, backbone.apply(config), true), prefix + "ForTokenClassification")
                .architecture(backbone::apply, prefix + "Model")
                .backbone(backbone::apply, modelTypes);
    }

    /// A backbone under the name `model`, and `score` over the labels: reward models, rerankers, taggers.
    public static Sequence classifier(Config config, Block backbone, boolean bias) {
        return Sequence.of(
                "",
                Sequence.of("model", backbone),
                Classifier.linear(config, "score", config.size("hidden_size"), bias));
    }

    /// The head `[vocab_size, hidden_size]` without bias, tied to `embedding` where `tie_word_embeddings` says so.
    public static Block head(Config config, String name, String embedding) {
        return head(config, Head.of(name, config.size("hidden_size"), config.size("vocab_size")), embedding);
    }

    /// This head, its weight tied to `embedding` where `tie_word_embeddings` says so.
    public static Block head(Config config, Head head, String embedding) {
        if (!config.flag("tie_word_embeddings")) {
            return head;
        }
        var tied = new Tied(head.withoutBias(), embedding);
        return head.bias()
                ? Sequence.of("", tied, new Table(head.name() + ".bias", Shape.of(head.out()), Role.HEAD))
                : tied;
    }

    /// A norm of the hidden size with the epsilon that the configuration gives under one of its usual names.
    public static Norm norm(Config config, Norm.Kind kind, String name) {
        long width = config.size("hidden_size");
        double epsilon = epsilon(config);
        return switch (kind) {
            case RMS -> Norm.rms(name, width, epsilon);
            case RMS_OFFSET -> Norm.rmsOffset(name, width, epsilon);
            case LAYER -> Norm.layer(name, width, epsilon);
            case LAYER_OFFSET -> Norm.layerOffset(name, width, epsilon);
            case AFFINE -> Norm.layer(name, width, epsilon).by(Norm.Kind.AFFINE);
            case BATCH -> Norm.batch(name, width);
            case GROUP -> Norm.group(name, width);
        };
    }

    /// The epsilon that the configuration gives under one of its usual names.
    public static double epsilon(Config config) {
        return config.number(
                config.firstOf("rms_norm_eps", "norm_eps", "norm_epsilon", "layer_norm_epsilon", "layer_norm_eps"),
                1e-6);
    }

    /// The pre-norm layer: `input_layernorm`, a mixer, `post_attention_layernorm`, a feed-forward.
    public static Sequence layer(Config config, Norm.Kind norm, Block mixer, Block feedForward) {
        return Sequence.of(
                "",
                Residual.of(norm(config, norm, "input_layernorm"), mixer),
                Residual.of(norm(config, norm, "post_attention_layernorm"), feedForward));
    }

    /// The layer whose norms come after the branches: a mixer, `post_attention_layernorm`, a feed-forward,
    /// `post_feedforward_layernorm`.
    public static Sequence postNormLayer(Config config, Norm.Kind norm, Block mixer, Block feedForward) {
        return Sequence.of(
                "",
                Residual.of(mixer, norm(config, norm, "post_attention_layernorm")),
                Residual.of(feedForward, norm(config, norm, "post_feedforward_layernorm")));
    }

    /// The layer with norms before and after both branches: `input_layernorm`, a mixer, `post_attention_layernorm`,
    /// `pre_feedforward_layernorm`, a feed-forward, `post_feedforward_layernorm`.
    public static Sequence sandwichLayer(Config config, Norm.Kind norm, Block mixer, Block feedForward) {
        return Sequence.of(
                "",
                Residual.of(
                        norm(config, norm, "input_layernorm"), mixer, norm(config, norm, "post_attention_layernorm")),
                Residual.of(
                        norm(config, norm, "pre_feedforward_layernorm"),
                        feedForward,
                        norm(config, norm, "post_feedforward_layernorm")));
    }

    /// The span of layer `index`: `layer_types` where given, else the whole past.
    public static Span span(Config config, int index) {
        return span(config, layerType(config, index));
    }

    /// The span of a layer of this type: a window where it is `sliding_attention` and `sliding_window` is given.
    public static Span span(Config config, String layerType) {
        return layerType.equals("sliding_attention") ? window(config) : Span.causal();
    }

    /// A window where `sliding_window` is given, else the whole past.
    public static Span window(Config config) {
        return config.has("sliding_window") ? Span.window(config.size("sliding_window")) : Span.causal();
    }

    /// The type of layer `index` in `layer_types`, `full_attention` where there is no such list.
    public static String layerType(Config config, int index) {
        List<String> types = config.texts("layer_types");
        if (types.isEmpty()) {
            return "full_attention";
        }
        if (index >= types.size()) {
            throw config.malformed("layer_types", "names " + types.size() + " layers; layer " + index + " has no type");
        }
        return types.get(index);
    }
}
