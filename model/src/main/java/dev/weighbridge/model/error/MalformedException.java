package dev.weighbridge.model.error;

/// A file or an answer breaks the rules of its own format.
public final class MalformedException extends WeighException {

    /// Says what was wrong and where.
    public MalformedException(String message) {
        super(message, null);
    }

    /// Says what was wrong and where, and what to do.
    public MalformedException(String message, String hint) {
        super(message, hint);
    }
}
