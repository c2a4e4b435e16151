package dev.weighbridge.model.block;

import dev.weighbridge.model.config.Config;

/// Rotary positions (Su et al. 2021, arXiv:2104.09864), applied to the first `dimensions` of each query and key head,
/// or
/// to the last where the key's rotary part stands beside a latent.
///
/// @param theta base of the frequencies
/// @param dimensions rotated per head; 0 for a layer without positions
/// @param interleaved whether neighbours rotate together (GPT-J) rather than halves (NeoX)
/// @param scaling the scaling rule with its constants as configured (`rope_type`, `factor` …); empty for none
public record Rotary(double theta, long dimensions, boolean interleaved, Config scaling) {
    /// No rotary positions.
    public static final Rotary NONE = new Rotary(0, 0, false, Config.EMPTY);

    /// Halves rotated together, no scaling.
    public static Rotary of(double theta, long dimensions) {
        return new Rotary(theta, dimensions, false, Config.EMPTY);
    }

    /// The same with neighbours rotated together.
    public Rotary inPairs() {
        return new Rotary(theta, dimensions, true, scaling);
    }
}
