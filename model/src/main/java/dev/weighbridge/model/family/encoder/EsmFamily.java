package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
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
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// ESM-1b and ESM-2 for proteins (Lin et al. 2022): RoBERTa with norms first, positions learned or rotary, and a head
/// that
/// predicts contacts from all attention maps; and ESM C (EvolutionaryScale 2024).
final class EsmFamily {
    private EsmFamily() {}

    static Family family() {
        Family family = Family.named("esm");
        return family.architecture(config -> Sequence.of("", esm(config), BertHeads.pooler(config)), "EsmModel")
                .backbone(EsmFamily::esm, "esm")
                .architecture(config -> headed("esm", esm(config), esmHead(config)), "EsmForMaskedLM")
                .architecture(
                        config ->
                                headed("esm", esm(config), RobertaHeads.classifier(config, Classifier.labels(config))),
                        "EsmForSequenceClassification")
                .architecture(config -> Classifier.tokens(config, "esm", esm(config)), "EsmForTokenClassification")
                .architecture(EsmFamily::cambrian, "EsmcModel")
                .backbone(EsmFamily::cambrian, "esmc")
                .architecture(config -> headed("esmc", cambrian(config), cambrianHead(config)), "EsmcForMaskedLM");
    }

    private static Block headed(String prefix, Block model, Block head) {
        return Sequence.of("", Sequence.of(prefix, model), head);
    }

    private static Block esm(Config config) {
        boolean rotary = config.text("position_embedding_type", "absolute").equals("rotary");
        boolean learned = config.text("position_embedding_type", "absolute").equals("absolute");
        Heads heads = GroupedAttention.heads(config);
        Rotary positions = rotary ? Rotaries.of(config, heads.headDim()) : Rotary.NONE;
        Block layer = BertLayer.either(config)
                .normFirst("attention.LayerNorm", "LayerNorm")
                .attention(attention -> attention.rotary(positions))
                .build();
        var embeddings = BertEmbeddings.of(config).withoutSegments().withoutNorm();
        if (!learned) {
            embeddings.withoutPositions();
        }
        if (config.flag("emb_layer_norm_before")) {
            embeddings.with(norm(config, "layer_norm"));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(embeddings.build());
        if (rotary) {
            blocks.add(Table.buffer("rotary_embeddings.inv_freq", heads.headDim() / 2));
        }
        blocks.add(BertFamily.encoder(config, layer, norm(config, "emb_layer_norm_after")));
        long maps = (long) config.count("num_hidden_layers") * heads.headCount();
        blocks.add(Linear.of("contact_head.regression", maps, 1, true).as(Role.HEAD));
        return Sequence.of("", blocks);
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }

    private static Block esmHead(Config config) {
        long hidden = config.size("hidden_size");
        long vocabulary = config.size("vocab_size");
        return Sequence.of(
                "lm_head",
                Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                norm(config, "layer_norm"),
                TextModel.head(config, "decoder", "esm.embeddings.word_embeddings"),
                new Table("bias", Shape.of(vocabulary), Role.HEAD));
    }

    /// Norms of queries and keys span all heads; branches are scaled down with depth.
    private static Block cambrian(Config config) {
        long hidden = config.size("hidden_size");
        boolean bias = config.flag("attention_bias");
        long headDim = GroupedAttention.heads(config).headDim();
        Block attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(Span.bidirectional())
                .rotary(Rotaries.of(config, headDim))
                .with(Slot.QUERY_NORM, Norm.layer("q_norm", hidden, 1e-5, false))
                .with(Slot.KEY_NORM, Norm.layer("k_norm", hidden, 1e-5, false))
                .build();
        Block feedForward = FeedForwards.gated(
                "mlp", hidden, config.size("intermediate_size"), config.text("hidden_act"), config.flag("mlp_bias"));
        int layerCount = config.count("num_hidden_layers");
        double scale = 1 / Math.sqrt(layerCount / 36.0);
        Block layer = Sequence.of(
                "",
                new Residual(List.of(Norm.layer("input_layernorm", hidden, 1e-5), attention), false, scale),
                new Residual(List.of(Norm.layer("post_attention_layernorm", hidden, 1e-5), feedForward), false, scale));
        return TextModel.backbone(config, _ -> layer, Norm.layer("norm", hidden, 1e-5, false));
    }

    private static Block cambrianHead(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "lm_head",
                Linear.of("dense", hidden, hidden, true).as(Role.HEAD),
                Norm.layer("layer_norm", hidden, 1e-5),
                Head.of("decoder", hidden, config.size("vocab_size")).biased());
    }
}
