package dev.weighbridge.model.block;

import java.util.List;

/// A selective state space: Mamba (arXiv:2312.00752) or Mamba 2 (arXiv:2405.21060).
///
/// @param name path segment
/// @param version 1 or 2
/// @param innerSize channels of the recurrence
/// @param stateSize numbers of state a channel
/// @param headCount heads of Mamba 2; 0 for Mamba 1
/// @param groupCount groups that share B and C in Mamba 2; 1 for Mamba 1
/// @param kernel steps of the causal convolution
/// @param chunkSize steps computed together in prefill; 0 for Mamba 1
/// @param parts INPUT, CONVOLUTION, DYNAMICS, OUTPUT_NORM, OUTPUT …
public record StateSpace(
        String name,
        int version,
        long innerSize,
        long stateSize,
        int headCount,
        int groupCount,
        long kernel,
        long chunkSize,
        List<Part> parts)
        implements Block {
    /// Copies the list.
    public StateSpace {
        parts = List.copyOf(parts);
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
