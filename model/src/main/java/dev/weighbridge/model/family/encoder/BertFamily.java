package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;

/// BERT (arXiv:1810.04805), and ERNIE (arXiv:2107.02137), which may add a table of tasks.
final class BertFamily {
    private BertFamily() {}

    static Family family() {
        Family family = Family.named("bert");
        new BertHeads("bert", BertFamily::bert).addTo(family, "Bert", "bert");
        new BertHeads("ernie", BertFamily::ernie).addTo(family, "Ernie", "ernie");
        return family;
    }

    private static Block bert(Config config) {
        return of(config, BertEmbeddings.of(config));
    }

    private static Block ernie(Config config) {
        var embeddings = BertEmbeddings.of(config);
        if (config.flag("use_task_id")) {
            long tasks = config.size("task_type_vocab_size");
            embeddings.with(Embedding.of("task_type_embeddings", tasks, config.size("hidden_size")));
        }
        return of(config, embeddings);
    }

    private static Block of(Config config, BertEmbeddings embeddings) {
        return Sequence.of(
                "", embeddings.build(), encoder(config, BertLayer.either(config).build()));
    }

    /// The layers: `encoder.layer`.
    static Block encoder(Config config, Block layer, Block... behind) {
        return Sequence.of(
                "encoder", Repeat.of("layer", config.count("num_hidden_layers"), layer), Sequence.of("", behind));
    }
}
