package dev.weighbridge.model.family.series;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// The decision transformer (arXiv:2106.01345): GPT-2 over returns, states and actions in turn.
final class DecisionTransformerFamily {
    private DecisionTransformerFamily() {}

    static Family family() {
        return Family.named("decision_transformer")
                .architecture(DecisionTransformerFamily::model, "DecisionTransformerModel")
                .backbone(DecisionTransformerFamily::model, "decision_transformer");
    }

    private static Block model(Config config) {
        long width = config.size("hidden_size");
        long state = config.size("state_dim");
        long action = config.size("act_dim");
        double epsilon = config.number("layer_norm_epsilon");
        return Sequence.of(
                "",
                Embedding.positions("embed_timestep", config.size("max_ep_len"), width),
                Linear.of("embed_return", 1, width, true).as(Role.EMBEDDING),
                Linear.of("embed_state", state, width, true).as(Role.EMBEDDING),
                Linear.of("embed_action", action, width, true).as(Role.EMBEDDING),
                Norm.layer("embed_ln", width, 1e-5),
                Sequence.of(
                        "encoder",
                        Embedding.of("wte", config.size("vocab_size"), width),
                        Embedding.positions("wpe", config.size("n_positions"), width),
                        Repeat.of("h", config.count("n_layer"), index -> layer(config, index)),
                        Norm.layer("ln_f", width, epsilon)),
                Linear.of("predict_state", width, state, true).as(Role.HEAD),
                Linear.of("predict_action.0", width, action, true).as(Role.HEAD),
                Linear.of("predict_return", width, 1, true).as(Role.HEAD));
    }

    private static Block layer(Config config, int index) {
        long width = config.size("hidden_size");
        long inner = config.has("n_inner") ? config.size("n_inner") : 4 * width;
        double epsilon = config.number("layer_norm_epsilon");
        Heads heads = EncoderLayer.heads(config, width, config.count("n_head"));
        double scale = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt((double) heads.headDim()) : 1;
        if (config.flag("scale_attn_by_inverse_layer_idx")) {
            scale /= index + 1;
        }
        Attention attention = GroupedAttention.of(width, heads)
                .named("attn")
                .projections("", "", "", "c_proj")
                .bias(true, true)
                .scored(scale, 0)
                .stored(Linear::storedInputFirst)
                .buildFused("c_attn");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Residual.of(Norm.layer("ln_1", width, epsilon), attention));
        if (config.flag("add_cross_attention")) {
            List<Part> parts = List.of(
                    new Part(Slot.QUERY, Linear.of("q_attn", width, width, true).storedInputFirst()),
                    new Part(
                            Slot.KEY_VALUE,
                            Linear.of("c_attn", width, 2 * width, true).storedInputFirst()),
                    new Part(
                            Slot.OUTPUT, Linear.of("c_proj", width, width, true).storedInputFirst()));
            blocks.add(Residual.of(
                    Norm.layer("ln_cross_attn", width, epsilon),
                    Attention.of("crossattention", heads, Span.cross(), Rotary.NONE, parts)
                            .scored(scale, 0)));
        }
        blocks.add(Residual.of(
                Norm.layer("ln_2", width, epsilon),
                FeedForwards.plain(
                        "mlp",
                        config.text("activation_function"),
                        Linear.of("c_fc", width, inner, true).storedInputFirst(),
                        Linear.of("c_proj", inner, width, true).storedInputFirst())));
        return Sequence.of("", blocks);
    }
}
