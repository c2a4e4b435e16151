package dev.weighbridge.files.http;

import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import dev.weighbridge.model.error.WeighException;

/// What to say of an answer that is no success; hubs know more than the status tells.
@FunctionalInterface
public interface StatusErrors {
    /// What the status alone tells.
    StatusErrors PLAIN = (what, reply) -> switch (reply.status()) {
        case 401, 403 ->
            new RefusedException(what + " may not be read: " + HttpFetcher.shown(reply.uri()) + " answers with status "
                    + reply.status());
        case 404, 410 -> new NotFoundException(what + " does not exist");
        default ->
            new UnavailableException(what + " cannot be read: " + HttpFetcher.shown(reply.uri())
                    + " answers with status " + reply.status());
    };

    /// The error for an answer.
    ///
    /// @param what was asked for
    /// @param reply the answer
    WeighException error(String what, Reply reply);
}
