package dev.weighbridge.planner.speed;

/// How fast a model runs, with the band that holds four in five measurements.
///
/// @param prefill tokens of a prompt a second, all sequences together
/// @param decode tokens generated a second by one sequence
/// @param decodeTotal tokens generated a second by all sequences
/// @param timeToFirstTokenSeconds for one prompt of the asked length
/// @param bound what limits decode
public record SpeedEstimate(Rate prefill, Rate decode, Rate decodeTotal, double timeToFirstTokenSeconds, Bound bound) {
    /// Tokens a second.
    ///
    /// @param tokensPerSecond most likely
    /// @param low one in ten measurements is below
    /// @param high one in ten measurements is above
    public record Rate(double tokensPerSecond, double low, double high) {
        /// So many times as fast.
        Rate times(double factor) {
            return new Rate(tokensPerSecond * factor, low * factor, high * factor);
        }
    }

    /// What limits a computation.
    public enum Bound {
        BANDWIDTH,
        COMPUTE,
        OVERHEAD,
        LINK
    }
}
