package dev.weighbridge.cli.pick;

/// What a person typed.
sealed interface Key {
    /// A key with a meaning of its own.
    enum Named implements Key {
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        ENTER,
        ESCAPE,
        BACKSPACE,
        /// The end of what is typed, or control C.
        CLOSED,
        /// Something that means nothing here.
        OTHER
    }

    /// A character.
    record Typed(char character) implements Key {}
}
