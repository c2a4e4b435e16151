package dev.weighbridge.model.block;

import java.util.List;

/// A recurrent mixer with a state matrix a head instead of a cache.
///
/// @param name path segment
/// @param kind the update rule
/// @param keyHeadCount query and key heads
/// @param valueHeadCount value heads
/// @param keyHeadDim width of a key head
/// @param valueHeadDim width of a value head; the state is `keyHeadDim × valueHeadDim` for each value head
/// @param kernel steps of the causal convolution before it; 0 for none
/// @param parts matrices and small parameters by slot
public record LinearAttention(
        String name,
        Kind kind,
        int keyHeadCount,
        int valueHeadCount,
        long keyHeadDim,
        long valueHeadDim,
        long kernel,
        List<Part> parts)
        implements Block {
    /// Copies the list.
    public LinearAttention {
        parts = List.copyOf(parts);
    }

    /// The update rules in use.
    public enum Kind {
        /// Gated delta net (arXiv:2412.06464): Qwen3-Next, Qwen3.5, OLMo hybrid.
        GATED_DELTA,
        /// Kimi delta attention (arXiv:2510.26692).
        KIMI_DELTA,
        /// Lightning attention (arXiv:2401.04658): MiniMax, Ling.
        LIGHTNING,
        /// RWKV, every version; the state is a few vectors in version 4.
        RWKV,
        /// Real-gated linear recurrent unit (arXiv:2402.19427): RecurrentGemma.
        RG_LRU,
        /// Extended long short-term memory (arXiv:2405.04517).
        XLSTM,
        /// A gated short convolution, `C · conv(B · x)`, without state beyond the convolution's: LFM2
        /// (arXiv:2511.23404).
        SHORT_CONVOLUTION
    }

    @Override
    public List<Block> children() {
        return Part.blocks(parts);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
