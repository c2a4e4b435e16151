package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// T5 (arXiv:1910.10683), mT5 (arXiv:2010.11934), umT5 (arXiv:2304.09151), LongT5 (arXiv:2112.07916), Pop2Piano
/// (arXiv:2211.00895) and UDOP (arXiv:2212.02623).
///
/// The head is a matrix of its own where `tie_word_embeddings` is false, as version 1.1 of T5 and its descendants have
/// it, whatever a library forces; the tables of both towers are one in any case.
final class T5Family {
    private T5Family() {}

    static Family family() {
        Family family = Family.named("t5");
        add(family, "T5", "t5", T5Stack::of);
        add(family, "MT5", "mt5", T5Stack::of);
        add(family, "UMT5", "umt5", config -> T5Stack.of(config).biasInEveryLayer());
        add(family, "LongT5", "longt5", T5Family::longT5);
        return family.architecture(T5Family::pop2Piano, "Pop2PianoForConditionalGeneration")
                .architecture(T5Family::udop, "UdopForConditionalGeneration");
    }

    private static void add(Family family, String className, String modelType, Function<Config, T5Stack> stack) {
        family.architecture(config -> generating(config, stack.apply(config)), className + "ForConditionalGeneration")
                .architecture(config -> model(stack.apply(config)), className + "Model")
                .architecture(config -> encoder(stack.apply(config)), className + "EncoderModel")
                .architecture(
                        config -> Classifier.tokens(config, "transformer", encoder(stack.apply(config))),
                        className + "ForTokenClassification")
                .architecture(
                        config -> Sequence.of(
                                "", Sequence.of("transformer", model(stack.apply(config))), classification(config)),
                        className + "ForSequenceClassification")
                .backbone(config -> model(stack.apply(config)), modelType);
    }

    /// Both towers, without a name of their own.
    static Sequence model(T5Stack stack) {
        return Sequence.of("", stack.shared(), stack.encoder(), stack.decoder());
    }

    private static Sequence encoder(T5Stack stack) {
        return Sequence.of("", stack.shared(), stack.encoder());
    }

    /// Both towers with a head. The first T5 scales what its tied head reads.
    static Sequence generating(Config config, T5Stack stack) {
        return Sequence.of("", model(stack), head(config));
    }

    private static Block head(Config config) {
        long hidden = config.size("hidden_size");
        Head head = Head.of("lm_head", hidden, config.size("vocab_size"));
        return config.flag("tie_word_embeddings", true)
                ? new Tied(head.scaled(1 / Math.sqrt((double) hidden)), "shared")
                : head;
    }

    private static Sequence classification(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "classification_head",
                Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                Classifier.linear(config, "out_proj", hidden, true));
    }

    /// Encoder layers see a neighbourhood, and in the transient-global kind a summary of each block beside it.
    private static T5Stack longT5(Config config) {
        Span near = new Span(Span.Kind.BIDIRECTIONAL_WINDOW, 2 * config.size("local_radius"));
        String kind = config.text("encoder_attention_type", "local");
        T5Stack stack = T5Stack.of(config);
        return switch (kind) {
            case "local" ->
                stack.encoderAttention((usual, _) ->
                        usual.named("layer.0.LocalSelfAttention").span(near).build());
            case "transient-global" ->
                stack.encoderAttention((usual, index) -> transientGlobal(config, stack, usual.span(near), index));
            default ->
                throw config.malformed("encoder_attention_type", "is \"" + kind + "\"; known: local, transient-global");
        };
    }

    private static Block transientGlobal(Config config, T5Stack stack, GroupedAttention usual, int index) {
        usual.named("layer.0.TransientGlobalSelfAttention");
        if (index == 0) {
            usual.with(Slot.POSITION_BIAS, stack.positionBias("global_relative_attention_bias"));
        }
        double epsilon = config.number("layer_norm_epsilon", 1e-6);
        return usual.with(Slot.OTHER, Norm.rms("global_input_layer_norm", config.size("hidden_size"), epsilon))
                .build();
    }

    private static Block pop2Piano(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.AUDIO,
                        "mel_conditioner",
                        Embedding.of("embedding", config.size("composer_vocab_size"), hidden)),
                model(T5Stack.of(config)),
                Head.of("lm_head", hidden, config.size("vocab_size")));
    }

    /// UDOP reads patches and boxes beside words; biases of 1d, horizontal and vertical distance are summed, and those
    /// of
    /// 1d are the encoder's own.
    private static Block udop(Config config) {
        long hidden = config.size("hidden_size");
        long cells = config.size("max_2d_position_embeddings");
        T5Stack stack = T5Stack.of(config);
        Block boxes = Sequence.of(
                "cell_2d_embedding",
                Embedding.positions("x_position_embeddings", cells, hidden),
                Embedding.positions("y_position_embeddings", cells, hidden));
        Block biases = Sequence.of("relative_bias.biases", biases(config, stack));
        return Sequence.of(
                "",
                stack.shared(),
                Sequence.tower(Tower.VISION, "patch_embed", patches(config, "proj")),
                stack.encoder(
                        Sequence.of("embed_patches", new Tied(patches(config, "proj"), "patch_embed.proj")),
                        boxes,
                        biases),
                stack.decoder(Sequence.of("embed_patches", patches(config, "proj")), biases),
                head(config));
    }

    private static Convolution patches(Config config, String name) {
        return Convolution.plane(
                        name, config.size("num_channels"), config.size("hidden_size"), config.size("patch_size"), true)
                .strided(config.size("patch_size"));
    }

    private static List<Block> biases(Config config, T5Stack stack) {
        List<Block> biases = new ArrayList<>();
        int count = config.has("relative_bias_args")
                ? config.items("relative_bias_args").size()
                : 3;
        for (int i = 0; i < count; i++) {
            Embedding bias = stack.positionBias(i + ".relative_attention_bias");
            biases.add(i == 0 ? new Tied(bias, "encoder.block.0.layer.0.SelfAttention.relative_attention_bias") : bias);
        }
        return biases;
    }
}
