package dev.weighbridge.cli.terminal;

/// A way to set text off, named for what it looks like. Output must read as well without it.
public enum Style {
    BOLD(1),
    DIM(2),
    RED(31),
    GREEN(32),
    YELLOW(33),
    CYAN(36);

    private final int code;

    Style(int code) {
        this.code = code;
    }

    /// The text between the ECMA-48 sequences that switch this style on and everything off.
    String wrap(String text) {
        return "\033[" + code + "m" + text + "\033[0m";
    }
}
