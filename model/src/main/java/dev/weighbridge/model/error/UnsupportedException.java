package dev.weighbridge.model.error;

/// Valid, but not known here: a format, a data type, an architecture, a version.
public final class UnsupportedException extends WeighException {

    /// Says what was wrong and where.
    public UnsupportedException(String message) {
        super(message, null);
    }

    /// Says what was wrong and where, and what to do.
    public UnsupportedException(String message, String hint) {
        super(message, hint);
    }
}
