package dev.weighbridge.model.error;

/// Something outside cannot be reached or does not answer: a hub, an upstream, a device.
public final class UnavailableException extends WeighException {

    /// Says what was wrong and where.
    public UnavailableException(String message) {
        super(message, null);
    }

    /// Says what was wrong and where, and what to do.
    public UnavailableException(String message, String hint) {
        super(message, hint);
    }
}
