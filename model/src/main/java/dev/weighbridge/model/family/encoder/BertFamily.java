package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.MaskedHead;

/// BERT (arXiv:1810.04805) and what is built of the same layers: ERNIE (arXiv:2107.02137) with tasks, Megatron-BERT
/// (arXiv:1909.08053) with norms first, RoCBert (Su et al. 2022) with sounds and shapes of characters, BERT for
/// generation
/// (arXiv:1907.12461) and the encoders of dense passage retrieval (arXiv:2004.04906).
final class BertFamily {
    private BertFamily() {}

    static Family family() {
        Family family = Family.named("bert");
        BertHeads.of("bert", BertFamily::bert).addTo(family, "Bert", "bert");
        BertHeads.of("ernie", BertFamily::ernie).addTo(family, "Ernie", "ernie");
        BertHeads.of("bert", BertFamily::megatron).addTo(family, "MegatronBert", "megatron-bert");
        BertHeads roc = BertHeads.of("roc_bert", BertFamily::rocBert);
        roc.addTo(family, "RoCBert", "roc_bert")
                .architecture(config -> roc.pooled(config, roc.predictions(config)), "RoCBertForPreTraining");
        family.architecture(BertFamily::generation, "BertGenerationEncoder")
                .backbone(BertFamily::generation, "bert-generation")
                .architecture(BertFamily::generating, "BertGenerationDecoder")
                .architecture(config -> retriever(config, "question_encoder"), "DPRQuestionEncoder")
                .architecture(config -> retriever(config, "ctx_encoder"), "DPRContextEncoder")
                .architecture(BertFamily::reader, "DPRReader");
        return family;
    }

    static Block bert(Config config) {
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

    private static Block megatron(Config config) {
        Block layer = BertLayer.either(config).normFirst("attention.ln", "ln").build();
        Norm last = BertLayer.norm("ln", config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
        return Sequence.of("", BertEmbeddings.of(config).withoutNorm().build(), encoder(config, layer, last));
    }

    /// Both further tables are stored whether they are used or not; used, they are joined to the words and projected.
    private static Block rocBert(Config config) {
        long hidden = config.size("hidden_size");
        long sound = config.size("pronunciation_embed_dim");
        long shape = config.size("shape_embed_dim");
        var embeddings = BertEmbeddings.of(config)
                .with(Embedding.of("pronunciation_embed", config.size("pronunciation_vocab_size"), sound))
                .with(Embedding.of("shape_embed", config.size("shape_vocab_size"), shape));
        if (config.flag("concat_input", true)) {
            long joined = hidden
                    + (config.flag("enable_pronunciation", true) ? sound : 0)
                    + (config.flag("enable_shape", true) ? shape : 0);
            embeddings.with(Linear.of("map_inputs_layer", joined, hidden, true).as(Role.PROJECTION));
        }
        return of(config, embeddings);
    }

    private static Block generation(Config config) {
        return of(config, BertEmbeddings.of(config).withoutSegments());
    }

    private static Block generating(Config config) {
        return Sequence.of(
                "",
                Sequence.of("bert", generation(config)),
                MaskedHead.of(config, "lm_head", config.size("hidden_size"), "bert.embeddings.word_embeddings"));
    }

    private static Block retriever(Config config, String name) {
        long projected = config.size("projection_dim", 0);
        Block model = Sequence.of("bert_model", bert(config));
        return projected == 0
                ? Sequence.of(name, model)
                : Sequence.of(
                        name,
                        model,
                        Linear.of("encode_proj", config.size("hidden_size"), projected, true)
                                .as(Role.HEAD));
    }

    private static Block reader(Config config) {
        long projected = config.size("projection_dim", 0);
        long width = projected == 0 ? config.size("hidden_size") : projected;
        return Sequence.of(
                "span_predictor",
                retriever(config, "encoder"),
                Linear.of("qa_outputs", width, 2, true).as(Role.HEAD),
                Linear.of("qa_classifier", width, 1, true).as(Role.HEAD));
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
