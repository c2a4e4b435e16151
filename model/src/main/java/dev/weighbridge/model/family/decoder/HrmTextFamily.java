package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.List;

/// The text form of the hierarchical reasoning model (arXiv:2506.21734): a fast and a slow stack of layers that take
/// turns
/// over the same tokens, `H_cycles` times `L_cycles` fast turns and one slow one. Gate, query, key and value lie in one
/// matrix, in this order; norms have no parameters.
final class HrmTextFamily {
    private HrmTextFamily() {}

    static Family family() {
        return Family.named("hrm_text")
                .architecture(config -> TextModel.causal(config, backbone(config)), "HrmTextForCausalLM")
                .architecture(HrmTextFamily::backbone, "HrmTextModel")
                .backbone(HrmTextFamily::backbone, "hrm_text");
    }

    private static Block backbone(Config config) {
        int layerCount = config.count(config.firstOf("num_layers_per_stack", "num_hidden_layers"));
        long hidden = config.size("hidden_size");
        Norm norm = Norm.rms("", hidden, TextModel.epsilon(config)).untrained();
        Block feedForward = FeedForwards.fusedGated(
                "mlp",
                hidden,
                config.size("intermediate_size"),
                config.text("hidden_act"),
                config.flag("mlp_bias"),
                "gate_up_proj",
                "down_proj");
        Block layer = Sequence.of("", Residual.of(norm, attention(config)), Residual.of(norm, feedForward));
        Block stack = Sequence.of("", Repeat.of("layers", layerCount, layer), norm);
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden)
                        .scaled(config.number("embedding_scale", 1)),
                Table.of("z_L_init", hidden),
                Sequence.of("L_module", stack),
                Sequence.of("H_module", stack));
    }

    private static Block attention(Config config) {
        Heads heads = GroupedAttention.heads(config.with("num_key_value_heads", null));
        long hidden = config.size("hidden_size");
        long width = heads.queryWidth();
        boolean bias = config.flag("attention_bias");
        return Attention.of(
                "attn",
                heads,
                Span.causal(),
                Rotaries.of(config, heads.headDim()),
                List.of(
                        new Part(Slot.QUERY_KEY_VALUE, Linear.of("gqkv_proj", hidden, 4 * width, bias)),
                        new Part(Slot.OUTPUT, Linear.of("o_proj", width, hidden, bias))));
    }
}
