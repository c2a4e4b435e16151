package dev.weighbridge.files.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/// What a server answered, after redirects.
public final class Reply {
    private final URI uri;
    private final int status;
    private final HttpHeaders headers;
    private final HttpHeaders first;
    private final byte[] body;

    Reply(URI uri, int status, HttpHeaders headers, HttpHeaders first, byte[] body) {
        this.uri = uri;
        this.status = status;
        this.headers = headers;
        this.first = first;
        this.body = body;
    }

    /// The address that answered last.
    public URI uri() {
        return uri;
    }

    /// The status of HTTP.
    public int status() {
        return status;
    }

    /// Whether the status says that all is well.
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /// A header of the last answer.
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /// A header of the first answer, before any redirect; hubs describe the file there.
    public Optional<String> firstHeader(String name) {
        return first.firstValue(name);
    }

    /// As much of the body as was asked for; not copied.
    public byte[] body() {
        return body;
    }
}
