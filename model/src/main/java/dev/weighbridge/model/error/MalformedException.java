package dev.weighbridge.model.error;

/// A file or a configuration contradicts itself or its format.
public final class MalformedException extends WeighException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence: what is wrong, where
    public MalformedException(String message) {
        super(message, null);
    }

    /// @param message one sentence: what is wrong, where
    /// @param hint what the user may try next
    public MalformedException(String message, String hint) {
        super(message, hint);
    }
}
