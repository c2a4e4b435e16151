package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// OPT (arXiv:2205.01068): learned positions that start at row 2, and for the 350M release norms after the sums and a
/// narrower embedding with a projection on either side.
final class OptFamily {
    /// Rows of the position table that no position uses.
    private static final int POSITION_OFFSET = 2;

    private OptFamily() {}

    static Family family() {
        return Family.named("opt")
                .architecture(OptFamily::causal, "OPTForCausalLM")
                .architecture(OptFamily::backbone, "OPTModel")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model", backbone(config)),
                                Classifier.linear(config, "score", embeddingWidth(config), false)),
                        "OPTForSequenceClassification")
                .backbone(OptFamily::backbone, "opt");
    }

    private static long embeddingWidth(Config config) {
        return config.size("word_embed_proj_dim", config.size("hidden_size"));
    }

    private static Block causal(Config config) {
        Head head = Head.of("lm_head", embeddingWidth(config), config.size("vocab_size"));
        return Sequence.of(
                "", Sequence.of("model", backbone(config)), TextModel.head(config, head, "model.decoder.embed_tokens"));
    }

    private static Block backbone(Config config) {
        long hidden = config.size("hidden_size");
        long width = embeddingWidth(config);
        boolean normFirst = config.flag("do_layer_norm_before", true);
        var layer = new BartLayer(
                hidden,
                config.count("num_attention_heads"),
                config.size("ffn_dim"),
                config.text("activation_function"),
                1e-5,
                config.flag("enable_bias", true),
                normFirst,
                config.flag("layer_norm_elementwise_affine", true));
        List<Block> blocks = new ArrayList<>();
        blocks.add(Embedding.of("embed_tokens", config.size("vocab_size"), width));
        if (width != hidden) {
            blocks.add(Linear.of("project_in", width, hidden).as(Role.PROJECTION));
        }
        long positions = config.size("max_position_embeddings") + POSITION_OFFSET;
        blocks.add(Embedding.positions("embed_positions", positions, hidden));
        blocks.add(Repeat.of("layers", config.count("num_hidden_layers"), layer.causal()));
        if (normFirst && !config.flag("_remove_final_layer_norm")) {
            blocks.add(layer.norm("final_layer_norm"));
        }
        if (width != hidden) {
            blocks.add(Linear.of("project_out", hidden, width).as(Role.PROJECTION));
        }
        return Sequence.of("decoder", blocks);
    }
}
