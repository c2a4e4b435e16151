package dev.weighbridge.cli.command;

import java.util.Locale;

/// The shells whose completion `weigh` can write.
enum Shell {
    BASH,
    ZSH,
    FISH;

    /// The word a user types.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
