package dev.weighbridge.model.block;

/// The heads of an attention.
///
/// @param headCount query heads
/// @param kvHeadCount key and value heads; equal to `headCount` for plain multi-head attention
/// @param headDim width of a query and key head, rotary part included
/// @param valueHeadDim width of a value head
/// @param latentRank width of the latent that the cache keeps in place of keys and values (DeepSeek-V2,
/// arXiv:2405.04434); 0 for none
/// @param latentRotaryDim width of the rotary key that is kept beside the latent, shared by all heads; 0 for none
public record Heads(
        int headCount, int kvHeadCount, long headDim, long valueHeadDim, long latentRank, long latentRotaryDim) {
    /// Multi-head or grouped-query attention with key and value heads of one width.
    public static Heads of(int headCount, int kvHeadCount, long headDim) {
        return new Heads(headCount, kvHeadCount, headDim, headDim, 0, 0);
    }

    /// Width of all query heads together.
    public long queryWidth() {
        return headCount * headDim;
    }

    /// Width of all key heads together.
    public long keyWidth() {
        return kvHeadCount * headDim;
    }

    /// Width of all value heads together.
    public long valueWidth() {
        return kvHeadCount * valueHeadDim;
    }
}
