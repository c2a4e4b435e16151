package dev.weighbridge.model.error;

/// What was named does not exist: a file, a model, a tensor, a device.
public final class NotFoundException extends WeighException {

    /// Says what was wrong and where.
    public NotFoundException(String message) {
        super(message, null);
    }

    /// Says what was wrong and where, and what to do.
    public NotFoundException(String message, String hint) {
        super(message, hint);
    }
}
