package dev.weighbridge.model.family.audio;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What stands on a speech encoder: characters by connectionist temporal classification, classes of the whole, of each
/// frame, or a speaker's vector.
final class SpeechHeads {
    private SpeechHeads() {}

    /// Adds the encoder itself, its backbone and the four heads to a family.
    ///
    /// @param prefix of the class names (`Wav2Vec2`)
    /// @param name of the encoder within a model with a head (`wav2vec2`)
    static Family members(
            Family family, String prefix, String name, Function<Config, Block> encoder, String... modelTypes) {
        return family.architecture(encoder, prefix + "Model")
                .architecture(config -> characters(config, name, encoder.apply(config)), prefix + "ForCTC")
                .architecture(
                        config -> classes(config, name, encoder.apply(config)), prefix + "ForSequenceClassification")
                .architecture(
                        config -> frames(config, name, encoder.apply(config)), prefix + "ForAudioFrameClassification")
                .architecture(config -> speaker(config, name, encoder.apply(config)), prefix + "ForXVector")
                .backbone(encoder, modelTypes);
    }

    /// Width of what leaves the encoder: `output_hidden_size` behind an adapter, else `hidden_size`.
    static long outputSize(Config config) {
        long hidden = config.size("hidden_size");
        // 0 stands for the hidden size, as null does
        long output = config.size("output_hidden_size", 0);
        return config.flag("add_adapter") && output != 0 ? output : hidden;
    }

    private static Block characters(Config config, String name, Block encoder) {
        Head head = Head.of("lm_head", outputSize(config), config.size("vocab_size"))
                .biased();
        return Sequence.of("", Sequence.of(name, encoder), head);
    }

    private static Block classes(Config config, String name, Block encoder) {
        long hidden = config.size("hidden_size");
        long inner = config.size("classifier_proj_size");
        List<Block> blocks = weighted(config, name, encoder);
        blocks.add(Linear.of("projector", hidden, inner, true).as(Role.PROJECTION));
        blocks.add(Classifier.linear(config, "classifier", inner, true));
        return Sequence.of("", blocks);
    }

    private static Block frames(Config config, String name, Block encoder) {
        List<Block> blocks = weighted(config, name, encoder);
        blocks.add(Classifier.linear(config, "classifier", config.size("hidden_size"), true));
        return Sequence.of("", blocks);
    }

    /// X-vectors (Snyder et al. 2018): time-delay layers, statistics over time, a vector a speaker.
    private static Block speaker(Config config, String name, Block encoder) {
        List<Long> widths = config.integers("tdnn_dim");
        int count = widths.size();
        if (count == 0) {
            throw config.malformed("tdnn_dim", "must name at least one layer");
        }
        long[] kernels = config.sizes("tdnn_kernel", count);
        long output = config.size("xvector_output_dim");
        List<Block> blocks = weighted(config, name, encoder);
        blocks.add(Linear.of("projector", config.size("hidden_size"), widths.getFirst(), true)
                .as(Role.PROJECTION));
        blocks.add(Repeat.of(
                "tdnn",
                count,
                i -> Linear.of(
                        "kernel",
                        Math.multiplyExact(widths.get(Math.max(i - 1, 0)), kernels[i]),
                        widths.get(i),
                        true)));
        blocks.add(Linear.of("feature_extractor", 2 * widths.getLast(), output, true));
        blocks.add(Linear.of("classifier", output, output, true).as(Role.HEAD));
        blocks.add(Table.of("objective.weight", output, Classifier.labels(config)));
        return Sequence.of("", blocks);
    }

    /// The encoder, and one weight for each of its layers where their weighted sum is read.
    private static List<Block> weighted(Config config, String name, Block encoder) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of(name, encoder));
        if (config.flag("use_weighted_layer_sum")) {
            blocks.add(Table.of("layer_weights", config.count("num_hidden_layers") + 1L));
        }
        return blocks;
    }
}
