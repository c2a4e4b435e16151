package dev.weighbridge.cli.terminal;

import java.util.Locale;

/// When to use colour.
public enum ColorChoice {
    /// When the output is a terminal that can, and `NO_COLOR` is not set.
    AUTO,
    ALWAYS,
    NEVER;

    /// The word a user types.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
