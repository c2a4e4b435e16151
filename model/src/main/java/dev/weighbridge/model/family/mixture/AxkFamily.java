package dev.weighbridge.model.family.mixture;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.FineGrainedExperts;
import dev.weighbridge.model.family.component.LatentAttention;
import dev.weighbridge.model.family.component.LayerTypes;
import dev.weighbridge.model.family.component.SparseIndexer;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// A.X K1 and K2 (SK Telecom, 2026): DeepSeek's latent attention and experts; K1 norms what its experts yield, K2 gates
/// its norms by a low-rank network, attends to selected positions and makes query and output gate in one.
final class AxkFamily {
    private AxkFamily() {}

    static Family family() {
        Family family = Family.named("axk");
        TextModel.members(family, "AXK1", AxkFamily::first, "axk1");
        return TextModel.members(family, "AXK2", AxkFamily::second, "axk2");
    }

    private static Block first(Config config) {
        LayerTypes types = LayerTypes.feedForwards(config, config.count("first_k_dense_replace", 1));
        Attention attention = LatentAttention.of(config).build();
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "input_layernorm");
        Norm second = norm.renamed("post_attention_layernorm");
        Residual attending = Residual.of(norm, attention);
        Block dense = Sequence.of("", attending, Residual.of(second, FeedForwards.gated(config, false)));
        Block sparse = Sequence.of(
                "",
                attending,
                Residual.of(second, FineGrainedExperts.balanced(config).build(), norm.renamed("post_mlp_layernorm")));
        return TextModel.backbone(config, index -> types.is(index, "dense") ? dense : sparse, Norm.Kind.RMS);
    }

    private static Block second(Config config) {
        int denseCount = config.count("first_k_dense_replace", 1);
        int frequency = Math.max(1, config.count("moe_layer_freq", 1));
        LayerTypes types = LayerTypes.of(
                config, "mlp_layer_types", index -> index >= denseCount && index % frequency == 0 ? "sparse" : "dense");
        Residual attending = Residual.of(gated(config, "input_layernorm"), gatedAttention(config));
        Block dense = Sequence.of(
                "",
                attending,
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        FeedForwards.gated(config, false)));
        Block sparse = Sequence.of(
                "",
                attending,
                Residual.of(
                        gated(config, "post_attention_layernorm"),
                        FineGrainedExperts.balanced(config).build()));
        return TextModel.backbone(config, index -> types.is(index, "dense") ? dense : sparse, Norm.Kind.RMS);
    }

    /// `y · σ(W_up silu(W_down y))` with `y = norm(x)`.
    private static Sequence gated(Config config, String name) {
        long hidden = config.size("hidden_size");
        long rank = config.size("gated_norm_rank", 16);
        return Sequence.of(
                name,
                TextModel.norm(config, Norm.Kind.RMS, "norm"),
                Linear.of("W_down", hidden, rank),
                Linear.of("W_up", rank, hidden));
    }

    private static Attention gatedAttention(Config config) {
        Heads heads = LatentAttention.heads(config);
        long width = heads.headCount() * (heads.headDim() + heads.valueHeadDim());
        var latent = LatentAttention.of(config).selecting().with(Slot.INDEXER, SparseIndexer.of(config));
        List<Part> query = new ArrayList<>(latent.queryDown());
        query.add(new Part(Slot.QUERY_GATE, Linear.of("q_b_proj", 2 * config.size("q_lora_rank"), width)));
        return latent.build(query);
    }
}
