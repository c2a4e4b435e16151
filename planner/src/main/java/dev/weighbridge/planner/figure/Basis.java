package dev.weighbridge.planner.figure;

import java.util.Collection;
import java.util.Locale;

/// What a figure rests on, the surest first.
public enum Basis {
    /// Read off a file or derived from the architecture alone.
    EXACT,
    /// Taken on a machine by Weighbridge.
    MEASURED,
    /// Stated by someone else, with source and date.
    PUBLISHED,
    /// The result of a formula with an error band.
    ESTIMATED;

    /// The basis in lower case, as shown and as written to JSON.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The basis of a figure made of others: that of the least sure; [#EXACT] for none.
    public static Basis weakest(Collection<Basis> parts) {
        return parts.stream().max(Basis::compareTo).orElse(EXACT);
    }
}
