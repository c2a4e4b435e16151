package dev.weighbridge.cli.failure;

/// What `weigh` tells the shell. Scripts depend on these numbers: they are documented in `weigh --help`.
public enum ExitCode {
    FINE(0),
    /// The question was understood and its answer is no: it does not fit, the check did not pass.
    ANSWER_IS_NO(1),
    BAD_USAGE(2),
    BAD_INPUT(3),
    NOT_FOUND_OR_UNREACHABLE(4),
    /// `EX_SOFTWARE` of sysexits.h.
    BUG(70),
    /// What a shell reports for a program that SIGPIPE ended.
    OUTPUT_CLOSED(141);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /// The number that the shell is given.
    public int number() {
        return number;
    }
}
