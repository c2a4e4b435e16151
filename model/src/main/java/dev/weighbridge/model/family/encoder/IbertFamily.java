package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;

/// I-BERT (arXiv:2101.01321): a RoBERTa that computes in integers; scales, ranges and integer copies of the matrices
/// are
/// stored beside it as buffers.
final class IbertFamily {
    private IbertFamily() {}

    static Family family() {
        Family family = Family.named("i-bert");
        new RobertaHeads("ibert", IbertFamily::model, false).addTo(family, "IBert", "ibert");
        return family;
    }

    private static Block model(Config config, Block words) {
        long hidden = config.size("hidden_size");
        Sequence embeddings = BertEmbeddings.of(config)
                .words(words)
                .with(quantizedTable("word_embeddings", config.size("vocab_size"), hidden))
                .with(quantizedTable("token_type_embeddings", config.size("type_vocab_size"), hidden))
                .with(quantizedTable("position_embeddings", config.size("max_position_embeddings"), hidden))
                .with(range("embeddings_act1"))
                .with(range("embeddings_act2"))
                .with(quantizedNorm("LayerNorm"))
                .with(range("output_activation"))
                .build();
        return Sequence.of("", embeddings, BertFamily.encoder(config, layer(config)));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        return Sequence.of(
                "",
                BertLayer.of(config).build(),
                Sequence.of(
                        "attention.self",
                        quantized("query", hidden, hidden),
                        quantized("key", hidden, hidden),
                        quantized("value", hidden, hidden),
                        range("query_activation"),
                        range("key_activation"),
                        range("value_activation"),
                        range("softmax.act"),
                        range("output_activation")),
                output("attention.output", hidden, hidden),
                range("pre_intermediate_act"),
                quantized("intermediate.dense", hidden, inner),
                range("intermediate.output_activation"),
                range("pre_output_act"),
                output("output", inner, hidden));
    }

    private static Block output(String name, long in, long out) {
        return Sequence.of(
                name,
                quantized("dense", in, out),
                range("ln_input_act"),
                quantizedNorm("LayerNorm"),
                range("output_activation"));
    }

    /// The range of an activation and the scale that follows from it.
    private static Block range(String name) {
        return Sequence.of(
                name, Table.buffer("x_min", 1), Table.buffer("x_max", 1), Table.buffer("act_scaling_factor", 1));
    }

    private static Block quantized(String name, long in, long out) {
        return Sequence.of(
                name,
                Table.buffer("weight_integer", out, in),
                Table.buffer("bias_integer", out),
                Table.buffer("fc_scaling_factor", out));
    }

    private static Block quantizedTable(String name, long rows, long width) {
        return Sequence.of(name, Table.buffer("weight_integer", rows, width), Table.buffer("weight_scaling_factor", 1));
    }

    private static Block quantizedNorm(String name) {
        return Sequence.of(name, Table.buffer("shift", 1), range("activation"));
    }
}
