package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// RWKV-4 (arXiv:2305.13048): time mixing by a decaying weighted mean, channel mixing with a gate, both reading the
/// position before beside the present one.
final class RwkvFamily {
    private RwkvFamily() {}

    static Family family() {
        return Family.named("rwkv")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("rwkv", backbone(config)),
                                TextModel.head(config, "head", "rwkv.embeddings")),
                        "RwkvForCausalLM")
                .architecture(RwkvFamily::backbone, "RwkvModel")
                .backbone(RwkvFamily::backbone, "rwkv");
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        Norm norm = Norm.layer("ln1", hidden, config.number("layer_norm_epsilon", 1e-5));
        Block mixing = Sequence.of(
                "", Residual.of(norm, timeMixing(config)), Residual.of(norm.renamed("ln2"), channelMixing(config)));
        Block first = Sequence.of("", norm.renamed("pre_ln"), mixing);
        return Sequence.of(
                "",
                Embedding.of("embeddings", config.size("vocab_size"), hidden),
                Repeat.of("blocks", config.count("num_hidden_layers"), index -> index == 0 ? first : mixing),
                Norm.layer("ln_out", hidden, 1e-5));
    }

    /// The state is three vectors: numerator, denominator and their greatest exponent.
    private static Block timeMixing(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("attention_hidden_size", hidden);
        return new LinearAttention(
                "attention",
                LinearAttention.Kind.RWKV,
                1,
                1,
                3,
                width,
                0,
                List.of(
                        new Part(Slot.DYNAMICS, Table.of("time_decay", width)),
                        new Part(Slot.DYNAMICS, Table.of("time_first", width)),
                        new Part(Slot.DYNAMICS, Table.of("time_mix_key", 1, 1, hidden)),
                        new Part(Slot.DYNAMICS, Table.of("time_mix_value", 1, 1, hidden)),
                        new Part(Slot.DYNAMICS, Table.of("time_mix_receptance", 1, 1, hidden)),
                        new Part(Slot.KEY, Linear.of("key", hidden, width)),
                        new Part(Slot.VALUE, Linear.of("value", hidden, width)),
                        new Part(Slot.OUTPUT_GATE, Linear.of("receptance", hidden, width)),
                        new Part(Slot.OUTPUT, Linear.of("output", width, hidden))));
    }

    private static Block channelMixing(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size", 4 * hidden);
        return new FeedForward(
                "feed_forward",
                hidden,
                inner,
                Activation.of("relu2"),
                false,
                List.of(
                        new Part(Slot.OTHER, Table.of("time_mix_key", 1, 1, hidden)),
                        new Part(Slot.OTHER, Table.of("time_mix_receptance", 1, 1, hidden)),
                        new Part(Slot.UP, Linear.of("key", hidden, inner)),
                        new Part(Slot.OUTPUT_GATE, Linear.of("receptance", hidden, hidden)),
                        new Part(Slot.DOWN, Linear.of("value", inner, hidden))));
    }
}
