package dev.weighbridge.model.error;

/// The named model, file or revision does not exist.
public final class NotFoundException extends WeighException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence: what is wrong, where
    public NotFoundException(String message) {
        super(message, null);
    }

    /// @param message one sentence: what is wrong, where
    /// @param hint what the user may try next
    public NotFoundException(String message, String hint) {
        super(message, hint);
    }
}
