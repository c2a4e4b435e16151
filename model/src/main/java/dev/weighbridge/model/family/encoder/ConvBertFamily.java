package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// ConvBERT (arXiv:2008.02496): half of the heads give way to a convolution whose kernel is made from the input.
final class ConvBertFamily {
    private ConvBertFamily() {}

    static Family family() {
        return Family.named("convbert")
                .architecture(ConvBertFamily::model, "ConvBertModel")
                .backbone(ConvBertFamily::model, "convbert")
                .architecture(ConvBertFamily::masked, "ConvBertForMaskedLM")
                .architecture(
                        config -> headed(config, RobertaHeads.classifier(config, Classifier.labels(config))),
                        "ConvBertForSequenceClassification")
                .architecture(
                        config -> headed(
                                config, Classifier.linear(config, "classifier", config.size("hidden_size"), true)),
                        "ConvBertForTokenClassification");
    }

    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        long width = config.size("embedding_size", hidden);
        List<Block> blocks = new ArrayList<>();
        blocks.add(BertEmbeddings.of(config).width(width).build());
        if (width != hidden) {
            blocks.add(Linear.of("embeddings_project", width, hidden, true).as(Role.PROJECTION));
        }
        blocks.add(BertFamily.encoder(config, layer(config)));
        return Sequence.of("", blocks);
    }

    private static Block layer(Config config) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(Residual.normAfter(
                attention(config, "attention", Span.bidirectional()), norm(config, "attention.output.LayerNorm")));
        if (config.flag("add_cross_attention")) {
            blocks.add(Residual.normAfter(
                    attention(config, "crossattention", Span.cross()),
                    norm(config, "crossattention.output.LayerNorm")));
        }
        blocks.add(Residual.normAfter(feedForward(config), norm(config, "output.LayerNorm")));
        return Sequence.of("", blocks);
    }

    private static Block attention(Config config, String name, Span span) {
        long hidden = config.size("hidden_size");
        int ratio = config.count("head_ratio", 2);
        int headCount = Math.max(1, config.count("num_attention_heads") / Math.max(1, ratio));
        Heads heads = Heads.of(headCount, headCount, hidden / headCount / 2);
        long width = heads.queryWidth();
        long kernel = config.size("conv_kernel_size", 9);
        List<Part> parts = List.of(
                new Part(Slot.QUERY, Linear.of("self.query", hidden, width, true)),
                new Part(Slot.KEY, Linear.of("self.key", hidden, width, true)),
                new Part(Slot.VALUE, Linear.of("self.value", hidden, width, true)),
                new Part(
                        Slot.CONVOLUTION,
                        convolution("self.key_conv_attn_layer.depthwise", hidden, hidden, kernel, hidden)),
                new Part(Slot.CONVOLUTION, convolution("self.key_conv_attn_layer.pointwise", hidden, width, 1, 1)),
                new Part(Slot.CONVOLUTION, Table.of("self.key_conv_attn_layer.bias", width, 1)),
                new Part(Slot.CONVOLUTION, Linear.of("self.conv_kernel_layer", width, headCount * kernel, true)),
                new Part(Slot.CONVOLUTION, Linear.of("self.conv_out_layer", hidden, width, true)),
                new Part(Slot.OUTPUT, Linear.of("output.dense", hidden, hidden, true)));
        return Attention.of(name, heads, span, Rotary.NONE, parts);
    }

    private static Convolution convolution(String name, long in, long out, long kernel, long groups) {
        return Convolution.line(name, in, out, kernel, false).grouped(groups).as(Role.OTHER);
    }

    private static Block feedForward(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        String activation = config.text("hidden_act");
        long groups = config.size("num_groups", 1);
        if (groups <= 1) {
            return BertLayer.of(config).feedForward();
        }
        return new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(activation),
                false,
                List.of(
                        new Part(Slot.UP, grouped("intermediate.dense", hidden, inner, groups)),
                        new Part(Slot.DOWN, grouped("output.dense", inner, hidden, groups))));
    }

    private static Block grouped(String name, long in, long out, long groups) {
        return Sequence.of(name, Table.of("weight", groups, in / groups, out / groups), Table.of("bias", out));
    }

    private static Norm norm(Config config, String name) {
        return BertLayer.norm(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }

    private static Block masked(Config config) {
        long width = config.size("embedding_size", config.size("hidden_size"));
        Head head =
                Head.of("generator_lm_head", width, config.size("vocab_size")).biased();
        return headed(
                config,
                Sequence.of(
                        "generator_predictions",
                        Linear.of("dense", config.size("hidden_size"), width, true)
                                .as(Role.HEAD),
                        BertLayer.norm("LayerNorm", width, config.number("layer_norm_eps", 1e-12))),
                TextModel.head(config, head, "convbert.embeddings.word_embeddings"));
    }

    private static Block headed(Config config, Block... heads) {
        return Sequence.of("", Sequence.of("convbert", model(config)), Sequence.of("", heads));
    }
}
