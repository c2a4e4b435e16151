package dev.weighbridge.model.error;

/// A rule says no: a quota, a policy, a licence to be accepted first.
public final class RefusedException extends WeighException {

    /// Says what was wrong and where.
    public RefusedException(String message) {
        super(message, null);
    }

    /// Says what was wrong and where, and what to do.
    public RefusedException(String message, String hint) {
        super(message, hint);
    }
}
