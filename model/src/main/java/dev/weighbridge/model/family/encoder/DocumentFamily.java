package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
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
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Encoders of documents, whose words have places on a page or in a tree: LayoutLM (arXiv:1912.13318) and its version 3
/// (arXiv:2204.08387), BROS (arXiv:2108.04539), LiLT (arXiv:2202.13669), MarkupLM (arXiv:2110.08518), TAPAS
/// (arXiv:2004.02349).
final class DocumentFamily {
    private DocumentFamily() {}

    static Family family() {
        Family family = Family.named("layoutlm");
        BertHeads.of("layoutlm", DocumentFamily::layoutLm).keepingPooler().addTo(family, "LayoutLM", "layoutlm");
        BertHeads tapas = BertHeads.of("tapas", DocumentFamily::tapas);
        tapas.addTo(family, "Tapas", "tapas")
                .architecture(config -> tapas.pooled(config, cells(config)), "TapasForQuestionAnswering");
        BertHeads bros = BertHeads.of("bros", DocumentFamily::bros);
        BertHeads markup = BertHeads.of("markuplm", DocumentFamily::markup);
        BertHeads lilt = BertHeads.of("lilt", DocumentFamily::lilt);
        family.architecture(DocumentFamily::layoutLm3, "LayoutLMv3Model")
                .backbone(DocumentFamily::layoutLm3, "layoutlmv3");
        addModel(family, bros, "Bros", "bros")
                .architecture(config -> bros.pooled(config, classifier(config)), "BrosForTokenClassification");
        addModel(family, markup, "MarkupLM", "markuplm")
                .architecture(config -> markup.plain(config, classifier(config)), "MarkupLMForTokenClassification");
        addModel(family, lilt, "Lilt", "lilt")
                .architecture(config -> lilt.plain(config, classifier(config)), "LiltForTokenClassification");
        return family;
    }

    private static Family addModel(Family family, BertHeads heads, String className, String modelType) {
        return family.architecture(heads::model, className + "Model").backbone(heads::model, modelType);
    }

    private static Linear classifier(Config config) {
        return Classifier.linear(config, "classifier", config.size("hidden_size"), true);
    }

    /// TAPAS selects cells and columns, and may choose how to aggregate them.
    private static Block cells(Config config) {
        long hidden = config.size("hidden_size");
        List<Block> head = new ArrayList<>();
        head.add(new Table("output_weights", Shape.of(hidden), Role.HEAD));
        head.add(new Table("output_bias", Shape.of(), Role.HEAD));
        head.add(new Table("column_output_weights", Shape.of(hidden), Role.HEAD));
        head.add(new Table("column_output_bias", Shape.of(), Role.HEAD));
        long aggregations = config.size("num_aggregation_labels", 0);
        if (aggregations > 0) {
            head.add(Linear.of("aggregation_classifier", hidden, aggregations, true)
                    .as(Role.HEAD));
        }
        return Sequence.of("", head);
    }

    private static Block layoutLm(Config config) {
        long hidden = config.size("hidden_size");
        long cells = config.size("max_2d_position_embeddings");
        var embeddings = BertEmbeddings.of(config);
        for (String axis : List.of("x", "y", "h", "w")) {
            embeddings.with(Embedding.positions(axis + "_position_embeddings", cells, hidden));
        }
        return bert(config, embeddings);
    }

    private static Block tapas(Config config) {
        long hidden = config.size("hidden_size");
        var embeddings = BertEmbeddings.of(config).withoutSegments();
        List<Long> sizes = config.integers("type_vocab_sizes");
        for (int i = 0; i < sizes.size(); i++) {
            embeddings.with(Embedding.of("token_type_embeddings_" + i, sizes.get(i), hidden));
        }
        return bert(config, embeddings);
    }

    /// Distances between boxes give each pair of words a bias that every layer reads.
    private static Block bros(Config config) {
        long hidden = config.size("hidden_size");
        long plane = config.size("dim_bbox_sinusoid_emb_2d", hidden / 4);
        long line = config.size("dim_bbox_sinusoid_emb_1d", plane / Math.max(1, config.size("dim_bbox", 8)));
        long projected = config.size(
                "dim_bbox_projection", GroupedAttention.heads(config).headDim());
        Table ids = Table.buffer("position_ids", 1, config.size("max_position_embeddings"));
        return Sequence.of(
                "",
                BertEmbeddings.of(config).with(ids).build(),
                Sequence.of(
                        "bbox_embeddings",
                        Table.buffer("bbox_sinusoid_emb.x_pos_emb.inv_freq", line / 2),
                        Table.buffer("bbox_sinusoid_emb.y_pos_emb.inv_freq", line / 2),
                        Linear.of("bbox_projection", plane, projected).as(Role.POSITION)),
                BertFamily.encoder(config, BertLayer.either(config).build()));
    }

    private static Block markup(Config config) {
        long hidden = config.size("hidden_size");
        long unit = config.size("xpath_unit_hidden_size");
        int depth = config.count("max_depth");
        Block tags = Embedding.positions("", config.size("max_xpath_tag_unit_embeddings"), unit);
        Block indices = Embedding.positions("", config.size("max_xpath_subs_unit_embeddings"), unit);
        return bert(
                config,
                BertEmbeddings.of(config)
                        .with(Sequence.of(
                                "xpath_embeddings",
                                Repeat.of("xpath_tag_sub_embeddings", depth, tags),
                                Repeat.of("xpath_subs_sub_embeddings", depth, indices),
                                Linear.of("xpath_unitseq2_embeddings", unit * depth, hidden, true)
                                        .as(Role.POSITION),
                                Linear.of("xpath_unitseq2_inner", unit * depth, 4 * hidden, true)
                                        .as(Role.POSITION),
                                Linear.of("inner2emb", 4 * hidden, hidden, true).as(Role.POSITION))));
    }

    private static Block bert(Config config, BertEmbeddings embeddings) {
        return Sequence.of(
                "",
                embeddings.build(),
                BertFamily.encoder(config, BertLayer.either(config).build()));
    }

    /// Patches of the page stand beside the words; both streams share the layers.
    private static Block layoutLm3(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-5);
        List<Block> blocks = new ArrayList<>();
        if (config.flag("text_embed", true)) {
            blocks.add(layoutLm3Words(config));
        }
        if (config.flag("visual_embed", true)) {
            long patch = config.size("patch_size");
            if (patch == 0) {
                throw config.malformed("patch_size", "must not be 0");
            }
            long side = config.size("input_size") / patch;
            blocks.add(Sequence.tower(
                    Tower.VISION,
                    "",
                    Convolution.plane("patch_embed.proj", config.size("num_channels"), hidden, patch, true)
                            .strided(patch),
                    Table.of("cls_token", 1, 1, hidden),
                    Table.positions("pos_embed", 1, side * side + 1, hidden),
                    Norm.layer("norm", hidden, 1e-6)));
            blocks.add(BertLayer.norm("LayerNorm", hidden, epsilon));
        }
        blocks.add(layoutLm3Encoder(config));
        return Sequence.of("", blocks);
    }

    private static Block layoutLm3Words(Config config) {
        long cells = config.size("max_2d_position_embeddings");
        return BertEmbeddings.of(config)
                .with(Embedding.positions("x_position_embeddings", cells, config.size("coordinate_size")))
                .with(Embedding.positions("y_position_embeddings", cells, config.size("coordinate_size")))
                .with(Embedding.positions("h_position_embeddings", cells, config.size("shape_size")))
                .with(Embedding.positions("w_position_embeddings", cells, config.size("shape_size")))
                .build();
    }

    private static Block layoutLm3Encoder(Config config) {
        int heads = config.count("num_attention_heads");
        List<Block> biases = new ArrayList<>();
        if (config.flag("has_relative_attention_bias", true)) {
            biases.add(Linear.of("rel_pos_bias", config.size("rel_pos_bins"), heads)
                    .as(Role.POSITION));
        }
        if (config.flag("has_spatial_attention_bias", true)) {
            biases.add(Linear.of("rel_pos_x_bias", config.size("rel_2d_pos_bins"), heads)
                    .as(Role.POSITION));
            biases.add(Linear.of("rel_pos_y_bias", config.size("rel_2d_pos_bins"), heads)
                    .as(Role.POSITION));
        }
        return BertFamily.encoder(config, BertLayer.of(config).build(), biases.toArray(Block[]::new));
    }

    /// A narrow stream of places runs beside the words; each adds its scores to the other's.
    private static Block lilt(Config config) {
        long hidden = config.size("hidden_size");
        long shrink = config.size("channel_shrink_ratio", 4);
        if (shrink == 0) {
            throw config.malformed("channel_shrink_ratio", "must not be 0");
        }
        long cells = config.size("max_2d_position_embeddings");
        long narrow = hidden / shrink;
        List<Block> places = new ArrayList<>();
        for (String axis : List.of("x", "y", "h", "w")) {
            places.add(Embedding.positions(axis + "_position_embeddings", cells, hidden / 6));
        }
        places.add(Embedding.positions("box_position_embeddings", config.size("max_position_embeddings"), narrow));
        places.add(Linear.of("box_linear_embeddings", hidden, narrow, true).as(Role.POSITION));
        places.add(BertLayer.norm("LayerNorm", narrow, config.number("layer_norm_eps", 1e-12)));
        return Sequence.of(
                "",
                BertEmbeddings.of(config).build(),
                Sequence.of("layout_embeddings", places),
                BertFamily.encoder(config, liltLayer(config, shrink)));
    }

    private static Block liltLayer(Config config, long shrink) {
        long narrow = config.size("hidden_size") / shrink;
        double epsilon = config.number("layer_norm_eps", 1e-12);
        Heads wide = GroupedAttention.heads(config);
        Block attention = GroupedAttention.of(
                        narrow, Heads.of(wide.headCount(), wide.headCount(), wide.headDim() / shrink))
                .named("attention")
                .projections("self.layout_query", "self.layout_key", "self.layout_value", "layout_output.dense")
                .bias(true, true)
                .span(Span.bidirectional())
                .build();
        Block feedForward = FeedForwards.plain(
                "",
                narrow,
                config.size("intermediate_size") / shrink,
                config.text("hidden_act"),
                true,
                "layout_intermediate.dense",
                "layout_output.dense");
        return Sequence.of(
                "",
                BertLayer.of(config).build(),
                Residual.normAfter(attention, BertLayer.norm("attention.layout_output.LayerNorm", narrow, epsilon)),
                Residual.normAfter(feedForward, BertLayer.norm("layout_output.LayerNorm", narrow, epsilon)));
    }
}
