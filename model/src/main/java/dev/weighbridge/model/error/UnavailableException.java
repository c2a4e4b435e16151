package dev.weighbridge.model.error;

/// A server, an upstream or a device cannot be reached.
public final class UnavailableException extends WeighException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence: what is wrong, where
    public UnavailableException(String message) {
        super(message, null);
    }

    /// @param message one sentence: what is wrong, where
    /// @param hint what the user may try next
    public UnavailableException(String message, String hint) {
        super(message, hint);
    }
}
