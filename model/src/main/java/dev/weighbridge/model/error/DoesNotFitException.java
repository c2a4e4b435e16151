package dev.weighbridge.model.error;

/// More is needed than there is, of memory or of another bounded thing.
public final class DoesNotFitException extends WeighException {

    /// Says what was wrong and where.
    public DoesNotFitException(String message) {
        super(message, null);
    }

    /// Says what was wrong and where, and what to do.
    public DoesNotFitException(String message, String hint) {
        super(message, hint);
    }
}
