package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Encoders of words beside regions of an image: VisualBERT (arXiv:1908.03557) in one stream, LXMERT (arXiv:1908.07490)
/// in
/// two that read each other.
final class VisualBertFamily {
    private VisualBertFamily() {}

    static Family family() {
        Family family = Family.named("visual-bert");
        BertHeads visual = BertHeads.of("visual_bert", VisualBertFamily::visualBert);
        visual.addTo(family, "VisualBert", "visual_bert");
        return family.architecture(
                        config -> visual.pooled(config, visualHead(config, Classifier.labels(config))),
                        "VisualBertForQuestionAnswering")
                .architecture(config -> visual.pooled(config, visualHead(config, 1)), "VisualBertForMultipleChoice")
                .architecture(VisualBertFamily::lxmert, "LxmertModel")
                .backbone(VisualBertFamily::lxmert, "lxmert")
                .architecture(VisualBertFamily::lxmertPreTraining, "LxmertForPreTraining")
                .architecture(
                        config -> Sequence.of("", Sequence.of("lxmert", lxmert(config)), answers(config)),
                        "LxmertForQuestionAnswering");
    }

    private static Block visualBert(Config config) {
        long hidden = config.size("hidden_size");
        Sequence embeddings = BertEmbeddings.of(config)
                .with(Embedding.of("visual_token_type_embeddings", config.size("type_vocab_size"), hidden))
                .with(Embedding.positions("visual_position_embeddings", config.size("max_position_embeddings"), hidden))
                .with(Linear.of("visual_projection", config.size("visual_embedding_dim"), hidden, true)
                        .as(Role.PROJECTION))
                .build();
        Block layer = BertLayer.of(config).build();
        Block encoder = BertFamily.encoder(config, layer);
        return config.flag("bypass_transformer")
                ? Sequence.of("", embeddings, encoder, Sequence.of("additional_layer", layer))
                : Sequence.of("", embeddings, encoder);
    }

    private static Linear visualHead(Config config, long labels) {
        return Linear.of("cls", config.size("hidden_size"), labels, true).as(Role.HEAD);
    }

    private static Block lxmert(Config config) {
        long hidden = config.size("hidden_size");
        Block layer = BertLayer.of(config).build();
        return Sequence.of(
                "",
                BertEmbeddings.of(config).build(),
                Sequence.of(
                        "encoder",
                        Sequence.tower(
                                Tower.VISION,
                                "visn_fc",
                                Linear.of("visn_fc", config.size("visual_feat_dim"), hidden, true),
                                Norm.layer("visn_layer_norm", hidden, 1e-12),
                                Linear.of("box_fc", config.size("visual_pos_dim"), hidden, true),
                                Norm.layer("box_layer_norm", hidden, 1e-12)),
                        Repeat.of("layer", config.count("l_layers"), layer),
                        Sequence.tower(Tower.VISION, "", Repeat.of("r_layers", config.count("r_layers"), layer)),
                        Repeat.of("x_layers", config.count("x_layers"), crossLayer(config))),
                BertHeads.pooler(config));
    }

    /// One attention serves both directions; behind it each stream has a layer of its own.
    private static Block crossLayer(Config config) {
        return Sequence.of(
                "",
                attention(config, "visual_attention", "att", Span.cross()),
                attention(config, "lang_self_att", "self", Span.bidirectional()),
                attention(config, "visn_self_att", "self", Span.bidirectional()),
                feedForward(config, "lang"),
                feedForward(config, "visn"));
    }

    private static Block attention(Config config, String name, String inside, Span span) {
        Block attention = GroupedAttention.of(config)
                .named(name)
                .projections(inside + ".query", inside + ".key", inside + ".value", "output.dense")
                .bias(true, true)
                .span(span)
                .build();
        return Residual.normAfter(
                attention, BertLayer.norm(name + ".output.LayerNorm", config.size("hidden_size"), 1e-12));
    }

    private static Block feedForward(Config config, String stream) {
        long hidden = config.size("hidden_size");
        return Residual.normAfter(
                FeedForwards.plain(
                        "",
                        hidden,
                        config.size("intermediate_size"),
                        config.text("hidden_act"),
                        true,
                        stream + "_inter.dense",
                        stream + "_output.dense"),
                BertLayer.norm(stream + "_output.LayerNorm", hidden, 1e-12));
    }

    private static Block lxmertPreTraining(Config config) {
        long hidden = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of("lxmert", lxmert(config)));
        blocks.add(Sequence.of(
                "cls",
                Linear.of("predictions.transform.dense", hidden, hidden, true).as(Role.HEAD),
                BertLayer.norm("predictions.transform.LayerNorm", hidden, 1e-12),
                TextModel.head(config, "predictions.decoder", "lxmert.embeddings.word_embeddings"),
                new Table("predictions.bias", Shape.of(config.size("vocab_size")), Role.HEAD),
                Linear.of("seq_relationship", hidden, 2, true).as(Role.HEAD)));
        if (config.flag("task_obj_predict", true)) {
            blocks.add(Sequence.of("obj_predict_head", objects(config)));
        }
        if (config.flag("task_qa", true)) {
            blocks.add(answers(config));
        }
        return Sequence.of("", blocks);
    }

    private static List<Block> objects(Config config) {
        long hidden = config.size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Linear.of("transform.dense", hidden, hidden, true).as(Role.HEAD));
        blocks.add(BertLayer.norm("transform.LayerNorm", hidden, 1e-12));
        if (config.flag("visual_obj_loss", true)) {
            blocks.add(object(config, "obj", "num_object_labels"));
        }
        if (config.flag("visual_attr_loss", true)) {
            blocks.add(object(config, "attr", "num_attr_labels"));
        }
        if (config.flag("visual_feat_loss", true)) {
            blocks.add(object(config, "feat", "visual_feat_dim"));
        }
        return blocks;
    }

    private static Linear object(Config config, String name, String labels) {
        return Linear.of("decoder_dict." + name, config.size("hidden_size"), config.size(labels), true)
                .as(Role.HEAD);
    }

    private static Block answers(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "answer_head.logit_fc",
                Linear.of("0", hidden, 2 * hidden, true).as(Role.HEAD),
                Norm.layer("2", 2 * hidden, 1e-12),
                Linear.of("3", 2 * hidden, config.size("num_qa_labels"), true).as(Role.HEAD));
    }
}
