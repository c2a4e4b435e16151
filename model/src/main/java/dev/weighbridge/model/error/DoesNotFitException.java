package dev.weighbridge.model.error;

/// More is needed than is available; the message gives both figures.
public final class DoesNotFitException extends WeighException {
    private static final long serialVersionUID = 1L;

    /// @param message one sentence: what is wrong, where
    public DoesNotFitException(String message) {
        super(message, null);
    }

    /// @param message one sentence: what is wrong, where
    /// @param hint what the user may try next
    public DoesNotFitException(String message, String hint) {
        super(message, hint);
    }
}
