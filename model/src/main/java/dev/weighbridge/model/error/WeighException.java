package dev.weighbridge.model.error;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something in the user's world that stops the work. The message is one clear sentence: what was wrong and where. The
/// hint, if there is one, is what to do about it.
public abstract sealed class WeighException extends RuntimeException
        permits MalformedException,
                UnsupportedException,
                DoesNotFitException,
                RefusedException,
                UnavailableException,
                NotFoundException {

    private final @Nullable String hint;

    WeighException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /// What the user can do about it.
    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
