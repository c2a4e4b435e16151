package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
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
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.List;

/// SqueezeBERT (arXiv:2006.11316): every matrix is a convolution of width one in groups.
final class SqueezeBertFamily {
    private SqueezeBertFamily() {}

    static Family family() {
        Family family = Family.named("squeezebert");
        BertHeads.of("transformer", SqueezeBertFamily::model)
                .keepingPooler()
                .addTo(family, "SqueezeBert", "squeezebert");
        return family;
    }

    private static Block model(Config config) {
        return Sequence.of(
                "",
                BertEmbeddings.of(config)
                        .width(config.size("embedding_size", config.size("hidden_size")))
                        .build(),
                Sequence.of("encoder", Repeat.of("layers", config.count("num_hidden_layers"), layer(config))));
    }

    private static Block layer(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        List<Part> parts = List.of(
                new Part(Slot.QUERY, matrix(config, "attention.query", hidden, hidden, "q_groups")),
                new Part(Slot.KEY, matrix(config, "attention.key", hidden, hidden, "k_groups")),
                new Part(Slot.VALUE, matrix(config, "attention.value", hidden, hidden, "v_groups")),
                new Part(
                        Slot.OUTPUT, matrix(config, "post_attention.conv1d", hidden, hidden, "post_attention_groups")));
        Attention attention =
                Attention.of("", GroupedAttention.heads(config), Span.bidirectional(), Rotary.NONE, parts);
        FeedForward feedForward = new FeedForward(
                "",
                hidden,
                inner,
                Activation.of(config.text("hidden_act")),
                false,
                List.of(
                        new Part(Slot.UP, matrix(config, "intermediate.conv1d", hidden, inner, "intermediate_groups")),
                        new Part(Slot.DOWN, matrix(config, "output.conv1d", inner, hidden, "output_groups"))));
        return Sequence.of(
                "",
                Residual.normAfter(attention, norm(config, "post_attention.layernorm")),
                Residual.normAfter(feedForward, norm(config, "output.layernorm")));
    }

    private static Convolution matrix(Config config, String name, long in, long out, String groups) {
        return Convolution.line(name, in, out, 1, true)
                .grouped(config.size(groups, 1))
                .as(Role.OTHER);
    }

    private static Norm norm(Config config, String name) {
        return Norm.layer(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }
}
