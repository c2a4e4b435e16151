package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.MaskedHead;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// DeBERTa (arXiv:2006.03654) and its versions 2 and 3 (arXiv:2111.09543): scores are summed from content and relative
/// position, each against the other, over one table of relative positions for all layers.
final class DebertaFamily {
    private DebertaFamily() {}

    static Family family() {
        Family family = Family.named("deberta");
        add(family, "Deberta", "deberta", DebertaFamily::first);
        add(family, "DebertaV2", "deberta-v2", DebertaFamily::second);
        return family;
    }

    private static void add(Family family, String className, String modelType, Function<Config, Block> model) {
        family.architecture(model, className + "Model")
                .backbone(model, modelType)
                .architecture(config -> headed(model.apply(config), predictions(config)), className + "ForMaskedLM")
                .architecture(
                        config -> headed(model.apply(config), pooler(config), linear(config, "classifier")),
                        className + "ForSequenceClassification")
                .architecture(
                        config -> headed(model.apply(config), linear(config, "classifier")),
                        className + "ForTokenClassification")
                .architecture(
                        config -> headed(model.apply(config), linear(config, "qa_outputs")),
                        className + "ForQuestionAnswering");
    }

    private static Block first(Config config) {
        return Sequence.of("", embeddings(config), encoder(config, firstAttention(config), 0));
    }

    private static Block second(Config config) {
        return Sequence.of(
                "", embeddings(config), encoder(config, secondAttention(config), config.size("position_buckets", 0)));
    }

    private static long width(Config config) {
        return config.size("embedding_size", config.size("hidden_size"));
    }

    /// Positions are added to the words only where `position_biased_input` says so; the norm follows the projection.
    private static Block embeddings(Config config) {
        long hidden = config.size("hidden_size");
        long width = width(config);
        var tables = BertEmbeddings.of(config).width(width).withoutNorm();
        if (!config.flag("position_biased_input", true)) {
            tables.withoutPositions();
        }
        if (width != hidden) {
            tables.with(Linear.of("embed_proj", width, hidden).as(Role.PROJECTION));
        }
        return tables.with(norm(config, "LayerNorm")).build();
    }

    private static Block encoder(Config config, Block attention, long buckets) {
        long hidden = config.size("hidden_size");
        BertLayer layer = BertLayer.of(config);
        List<Block> shared = new ArrayList<>();
        if (isRelative(config)) {
            long reach = buckets > 0 ? buckets : farthest(config);
            shared.add(Embedding.positions("rel_embeddings", 2 * reach, hidden));
        }
        if (config.text("norm_rel_ebd", "none").toLowerCase(Locale.ROOT).contains("layer_norm")) {
            shared.add(norm(config, "LayerNorm"));
        }
        long kernel = config.size("conv_kernel_size", 0);
        if (kernel > 0) {
            shared.add(
                    Convolution.line("conv.conv", hidden, hidden, kernel, true).grouped(config.size("conv_groups", 1)));
            shared.add(norm(config, "conv.LayerNorm"));
        }
        return Sequence.of(
                "encoder",
                Sequence.of("", shared),
                Repeat.of("layer", config.count("num_hidden_layers"), layer.build(attention, layer.feedForward())));
    }

    private static boolean isRelative(Config config) {
        return config.flag("relative_attention");
    }

    private static long farthest(Config config) {
        long farthest = config.integer("max_relative_positions", -1);
        return farthest < 1 ? config.size("max_position_embeddings") : farthest;
    }

    /// `c2p` and `p2c`: a list, or one text with bars between.
    private static List<String> positionKinds(Config config) {
        if (!isRelative(config)) {
            return List.of();
        }
        return config.values().get("pos_att_type") instanceof String joined
                ? List.of(joined.toLowerCase(Locale.ROOT).split("\\s*\\|\\s*"))
                : config.texts("pos_att_type");
    }

    private static Block firstAttention(Config config) {
        Heads heads = GroupedAttention.heads(config);
        long hidden = config.size("hidden_size");
        long width = heads.queryWidth();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY_KEY_VALUE, Linear.of("self.in_proj", hidden, 3 * width)));
        parts.add(new Part(Slot.OTHER, Table.of("self.q_bias", width)));
        parts.add(new Part(Slot.OTHER, Table.of("self.v_bias", width)));
        if (config.flag("talking_head")) {
            parts.add(new Part(Slot.OTHER, Linear.of("self.head_logits_proj", heads.headCount(), heads.headCount())));
            parts.add(new Part(Slot.OTHER, Linear.of("self.head_weights_proj", heads.headCount(), heads.headCount())));
        }
        List<String> kinds = positionKinds(config);
        if (kinds.contains("c2p")) {
            parts.add(new Part(Slot.POSITION_BIAS, Linear.of("self.pos_proj", hidden, width)));
        }
        if (kinds.contains("p2c")) {
            parts.add(new Part(Slot.POSITION_BIAS, Linear.of("self.pos_q_proj", hidden, width, true)));
        }
        return attention(config, heads, kinds, parts);
    }

    private static Block secondAttention(Config config) {
        Heads plain = GroupedAttention.heads(config);
        Heads heads =
                Heads.of(plain.headCount(), plain.headCount(), config.size("attention_head_size", plain.headDim()));
        long hidden = config.size("hidden_size");
        long width = heads.queryWidth();
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.QUERY, Linear.of("self.query_proj", hidden, width, true)));
        parts.add(new Part(Slot.KEY, Linear.of("self.key_proj", hidden, width, true)));
        parts.add(new Part(Slot.VALUE, Linear.of("self.value_proj", hidden, width, true)));
        List<String> kinds = positionKinds(config);
        boolean own = !config.flag("share_att_key");
        if (own && kinds.contains("c2p")) {
            parts.add(new Part(Slot.POSITION_BIAS, Linear.of("self.pos_key_proj", hidden, width, true)));
        }
        if (own && kinds.contains("p2c")) {
            parts.add(new Part(Slot.POSITION_BIAS, Linear.of("self.pos_query_proj", hidden, width, true)));
        }
        return attention(config, heads, kinds, parts);
    }

    /// Scores are divided by the root of the head's width times the number of summed terms.
    private static Block attention(Config config, Heads heads, List<String> kinds, List<Part> parts) {
        parts.add(
                new Part(Slot.OUTPUT, Linear.of("output.dense", heads.queryWidth(), config.size("hidden_size"), true)));
        double scale = kinds.isEmpty() ? 0 : 1 / Math.sqrt(heads.headDim() * (1.0 + kinds.size()));
        return Attention.of("attention", heads, Span.bidirectional(), Rotary.NONE, parts)
                .scored(scale, 0);
    }

    private static Norm norm(Config config, String name) {
        return BertLayer.norm(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-7));
    }

    /// BERT's head, or without `legacy` one whose decoder is the embedding itself.
    private static Block predictions(Config config) {
        long hidden = config.size("hidden_size");
        long vocabulary = config.size("vocab_size");
        String words = "deberta.embeddings.word_embeddings";
        if (config.flag("legacy", true)) {
            return MaskedHead.bert(config, width(config), words);
        }
        return Sequence.of(
                "lm_predictions.lm_head",
                Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                norm(config, "LayerNorm"),
                new Tied(Head.of("", hidden, vocabulary), words),
                new Table("bias", Shape.of(vocabulary), Role.HEAD));
    }

    private static Linear pooler(Config config) {
        long width = config.size("pooler_hidden_size", config.size("hidden_size"));
        return Linear.of("pooler.dense", width, width, true);
    }

    private static Linear linear(Config config, String name) {
        return Classifier.linear(config, name, config.size("hidden_size"), true);
    }

    private static Block headed(Block model, Block... heads) {
        return Sequence.of("", Sequence.of("deberta", model), Sequence.of("", heads));
    }
}
