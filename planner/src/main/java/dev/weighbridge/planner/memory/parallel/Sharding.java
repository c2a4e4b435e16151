package dev.weighbridge.planner.memory.parallel;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.anatomy.Weight;
import java.util.HashMap;
import java.util.Map;

/// What a tensor-parallel rank holds of each weight, by the rules of Megatron (arXiv:1909.08053) as vLLM
/// and SGLang follow them: queries, gates and up projections by columns, outputs and down projections by
/// rows, the vocabulary by rows; key heads are repeated where ranks outnumber them; norms, routers and
/// projections down to a latent stay whole.
public final class Sharding {
    /// Fewer rows are segments or languages, not tokens.
    private static final long FEWEST_TOKENS = 256;

    private final Ranks ranks;
    private final Map<Integer, Heads> heads = new HashMap<>();

    private Sharding(Ranks ranks) {
        this.ranks = ranks;
    }

    /// The rules for a model.
    public static Sharding of(Anatomy model, Ranks ranks) {
        Sharding sharding = new Sharding(ranks);
        for (Layer layer : model.textLayers()) {
            layer.attentions().stream()
                    .map(Attention::heads)
                    .findFirst()
                    .ifPresent(found -> sharding.heads.putIfAbsent(layer.number(), found));
        }
        return sharding;
    }

    /// Bytes of a weight on one rank.
    ///
    /// @param bytes of all of it
    public long share(Weight weight, long bytes) {
        return switch (weight.role()) {
            case EMBEDDING, HEAD -> vocabularyShare(weight, bytes);
            case NORM, ROUTER, POSITION, PROJECTION, CONVOLUTION, BUFFER, OTHER -> bytes;
            case EXPERT -> expertShare(weight, bytes);
            case FEED_FORWARD, SHARED_EXPERT -> isMatrix(weight) ? divided(bytes) : biasShare(weight, bytes);
            case STATE_SPACE, LINEAR_ATTENTION -> Math.ceilDiv(bytes, ranks.attention());
            case ATTENTION -> attentionShare(weight, bytes);
        };
    }

    /// Tables by token are divided by rows, those of a few segments and of other towers are not.
    private long vocabularyShare(Weight weight, long bytes) {
        long rows = weight.shape().rank() == 0 ? 0 : weight.shape().dimension(0);
        boolean isWhole = ranks.attention() < ranks.tensor();
        if (isWhole || rows < FEWEST_TOKENS || !isText(weight)) {
            return bytes;
        }
        return divided(Math.round((double) bytes / rows * Ranks.paddedVocabulary(rows)));
    }

    private long expertShare(Weight weight, long bytes) {
        if (!ranks.isExpertParallel() || weight.expertCount() == 0) {
            return divided(bytes);
        }
        long mine = Math.ceilDiv(weight.expertCount(), ranks.tensor());
        return bytes / weight.expertCount() * mine;
    }

    private long attentionShare(Weight weight, long bytes) {
        String name = weight.name();
        boolean isLatent = name.contains("attn_q_a") || name.contains("attn_kv_a") || name.contains("indexer");
        if (isLatent || (!isMatrix(weight) && isOutput(name))) {
            return bytes;
        }
        Heads own = weight.tower() == Tower.TEXT ? heads.get(weight.layer()) : null;
        if (own == null || own.latentRank() > 0) {
            return Math.ceilDiv(bytes, ranks.attention());
        }
        double kept = Math.max(1, own.kvHeadCount() / ranks.attention()) / (double) own.kvHeadCount();
        if (name.contains("attn_k.")
                || name.contains("attn_v.")
                || name.contains("k_proj")
                || name.contains("v_proj")) {
            return Math.round(bytes * kept);
        }
        if (name.contains("attn_qkv")) {
            double keys = (double) (own.keyWidth() + own.valueWidth())
                    / (own.queryWidth() + own.keyWidth() + own.valueWidth());
            return Math.round(bytes * (keys * kept + (1 - keys) / ranks.attention()));
        }
        return Math.ceilDiv(bytes, ranks.attention());
    }

    private long biasShare(Weight weight, long bytes) {
        boolean isDown = weight.name().contains("down") || weight.name().contains("fc2");
        return isDown ? bytes : divided(bytes);
    }

    private static boolean isOutput(String name) {
        return name.contains("attn_output") || name.contains("o_proj") || name.contains("out_proj");
    }

    private static boolean isText(Weight weight) {
        return weight.tower() == Tower.TEXT || weight.tower() == Tower.SAME;
    }

    private static boolean isMatrix(Weight weight) {
        return weight.shape().rank() >= 2;
    }

    private long divided(long bytes) {
        return Math.ceilDiv(bytes, ranks.tensor());
    }
}
