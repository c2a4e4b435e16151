package dev.weighbridge.planner.pick;

/// Where a model of its total parameters usually runs: a rule of thumb, since memory decides and memory
/// depends on precision and context. Active parameters decide the speed, not the tier.
public enum Tier {
    /// Telephones and any laptop.
    ON_DEVICE("1B–3B, on-device", 5e9),
    /// Laptops and one consumer GPU.
    LOCAL("7B–13B, local", 20e9),
    /// A large GPU, or several small ones.
    LARGE("30B–70B, large GPU", 100e9),
    /// A server or a rack.
    FRONTIER("100B+, frontier", Double.POSITIVE_INFINITY);

    private final String label;
    private final double below;

    Tier(String label, double below) {
        this.label = label;
        this.below = below;
    }

    /// The tier of so many parameters in all.
    public static Tier of(long parameterCount) {
        for (Tier tier : values()) {
            if ((double) parameterCount < tier.below) {
                return tier;
            }
        }
        return FRONTIER;
    }

    /// In words, as shown.
    public String label() {
        return label;
    }
}
