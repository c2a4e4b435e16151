package dev.weighbridge.model.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something in the user's world is wrong: one clear sentence (what, where, what to do) and, at times, a hint.
public abstract sealed class WeighException extends RuntimeException
        permits MalformedException,
                UnsupportedException,
                DoesNotFitException,
                RefusedException,
                UnavailableException,
                NotFoundException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    WeighException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /// What was wrong, and where: there always is a sentence.
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// What the user may try next, where that is known.
    public final Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
