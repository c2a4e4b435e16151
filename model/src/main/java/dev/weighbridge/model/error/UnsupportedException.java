package dev.weighbridge.model.error;

/// A valid thing that is not known here; the message names what is known.
public final class UnsupportedException extends WeighException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence: what is wrong, where
    public UnsupportedException(String message) {
        super(message, null);
    }

    /// @param message one sentence: what is wrong, where
    /// @param hint what the user may try next
    public UnsupportedException(String message, String hint) {
        super(message, hint);
    }
}
