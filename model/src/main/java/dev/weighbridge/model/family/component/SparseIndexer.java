package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;

/// The light attention that selects `index_topk` positions for the main one (DeepSeek sparse attention,
/// arXiv:2512.02556, section 2.1): `index_n_heads` queries from the query's latent, one key for all, and a weight a
/// head.
public final class SparseIndexer {
    private SparseIndexer() {}

    /// The indexer beside latent attention.
    public static Sequence of(Config config) {
        int headCount = config.count("index_n_heads");
        long headDim = config.size("index_head_dim");
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "indexer",
                Linear.of("wq_b", config.size("q_lora_rank"), headCount * headDim),
                Linear.of("wk", hidden, headDim),
                Norm.layer("k_norm", headDim, 1e-6),
                Linear.of("weights_proj", hidden, headCount));
    }

    /// Which layers have an indexer of their own, `full`, and which reuse the positions of an earlier one, `shared`:
    /// `indexer_types`, or the letters of `index_topk_pattern`, or every `index_topk_freq`-th after an offset.
    public static LayerTypes types(Config config) {
        if (!config.has("indexer_types") && config.has("index_topk_pattern")) {
            String pattern = config.text("index_topk_pattern");
            if (pattern.length() < config.count("num_hidden_layers")) {
                throw config.malformed("index_topk_pattern", "is shorter than there are layers");
            }
            return LayerTypes.of(config, "indexer_types", index -> pattern.charAt(index) == 'S' ? "shared" : "full");
        }
        long frequency = Math.max(1, config.integer("index_topk_freq", 1));
        long offset = config.integer("index_skip_topk_offset", 2);
        return LayerTypes.of(
                config, "indexer_types", index -> Math.max(index - offset + 1, 0) % frequency == 0 ? "full" : "shared");
    }
}
