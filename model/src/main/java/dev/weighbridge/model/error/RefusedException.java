package dev.weighbridge.model.error;

/// A quota or a policy says no.
public final class RefusedException extends WeighException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence: what is wrong, where
    public RefusedException(String message) {
        super(message, null);
    }

    /// @param message one sentence: what is wrong, where
    /// @param hint what the user may try next
    public RefusedException(String message, String hint) {
        super(message, hint);
    }
}
