package dev.weighbridge.files.http;

import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Sends requests, follows redirects and tries again when a server is busy or fails.
///
/// Redirects are followed by hand: a bearer token goes to the server it was meant for and to no other, and an
/// `https:` address is never left for an `http:` one. Tried again are time-outs, broken connections and the
/// statuses 408, 429 and 500 to 504; `Retry-After` is honored. Safe for use by many threads.
public final class HttpFetcher implements AutoCloseable {
    private static final int MAX_REDIRECTS = 10;

    private final HttpSettings settings;
    private final Pause pause;
    private final InstantSource clock;
    private @Nullable HttpClient client;

    /// Waits; a test's own need not.
    @FunctionalInterface
    public interface Pause {
        /// Returns after `duration`.
        void await(Duration duration) throws InterruptedException;
    }

    /// A fetcher that sleeps between tries.
    public HttpFetcher(HttpSettings settings) {
        this(settings, Thread::sleep, InstantSource.system());
    }

    /// @param pause how to wait between tries
    /// @param clock against which `Retry-After` dates are held
    HttpFetcher(HttpSettings settings, Pause pause, InstantSource clock) {
        this.settings = settings;
        this.pause = pause;
        this.clock = clock;
    }

    /// The client, made with the first request: a command that reads local files only does not wait for its threads.
    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .connectTimeout(settings.connectTimeout())
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(settings.proxies().selector())
                    .build();
        }
        return client;
    }

    /// What a request says of itself.
    ///
    /// @param method `GET` or `HEAD`
    /// @param uri the address
    /// @param headers to send
    /// @param token for `Authorization: Bearer`; null for none
    public record Request(
            String method,
            URI uri,
            Map<String, String> headers,
            @Nullable String token) {
        /// A request for a body, wherever it is redirected to.
        public static Request get(URI uri, @Nullable String token) {
            return new Request("GET", uri, Map.of(), token);
        }

        /// A request for the headers alone; a redirect is the answer, not followed, as the address that it leads
        /// to may be signed for `GET`.
        public static Request head(URI uri, @Nullable String token) {
            return new Request("HEAD", uri, Map.of(), token);
        }

        /// This request with one more header.
        public Request with(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Request(method, uri, more, token);
        }

        Request to(URI target) {
            return new Request(method, target, headers, isSameServer(uri, target) ? token : null);
        }

        private static boolean isSameServer(URI one, URI other) {
            return one.getScheme().equalsIgnoreCase(other.getScheme())
                    && String.valueOf(one.getHost()).equalsIgnoreCase(String.valueOf(other.getHost()))
                    && port(one) == port(other);
        }

        private static int port(URI uri) {
            return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        }
    }

    /// Sends a request and takes at most `maxBytes` of the body.
    ///
    /// @throws UnavailableException if no server answers, or only with failures
    public Reply send(Request request, int maxBytes) throws IOException {
        return send(request, status -> maxBytes);
    }

    /// Sends a request and takes as much of the body as `maxBytes` allows for the status.
    ///
    /// @throws UnavailableException if no server answers, or only with failures
    public Reply send(Request request, IntUnaryOperator maxBytes) throws IOException {
        Duration wait = settings.firstPause();
        for (int attempt = 1; ; attempt++) {
            String failure;
            try {
                Reply reply = follow(request, maxBytes);
                if (!isTransient(reply.status())) {
                    return reply;
                }
                failure = "answers with status " + reply.status();
                wait = asked(reply, wait, request.uri());
            } catch (TimeoutException e) {
                failure = "does not answer within " + seconds(settings.requestTimeout()) + " s";
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failure = "cannot be reached (" + reason(e) + ")";
            }
            if (attempt == settings.tries()) {
                throw new UnavailableException(
                        shown(request.uri()) + " " + failure + (attempt == 1 ? "" : ", after " + attempt + " tries"),
                        "check the connection and the proxy, or try again later");
            }
            pause(wait);
            wait = wait.multipliedBy(2);
        }
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    private static String reason(IOException failure) {
        Throwable cause = failure;
        while (cause.getMessage() == null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null ? "no connection" : message;
    }

    private static boolean isTransient(int status) {
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> true;
            default -> false;
        };
    }

    /// How long a server asks to wait, in seconds or until a date.
    private Duration asked(Reply reply, Duration fallback, URI uri) {
        String text = reply.header("Retry-After").orElse(null);
        if (text == null) {
            return fallback;
        }
        Duration asked = parse(text.strip(), fallback);
        if (asked.compareTo(settings.longestPause()) > 0) {
            throw new UnavailableException(
                    shown(uri) + " answers with status " + reply.status() + " and asks to wait " + asked.toSeconds()
                            + " s",
                    "try again then, or give a token of your own");
        }
        return asked;
    }

    private Duration parse(String text, Duration fallback) {
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration until = Duration.between(clock.instant(), date.toInstant());
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeParseException e) {
            return fallback;
        }
    }

    private void pause(Duration duration) throws InterruptedIOException {
        try {
            pause.await(duration);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for a server");
    }

    private Reply follow(Request request, IntUnaryOperator maxBytes) throws IOException, TimeoutException {
        Request next = request;
        HttpHeaders first = null;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<byte[]> response = sendOnce(next, maxBytes);
            first = first == null ? response.headers() : first;
            if (!isRedirect(response.statusCode()) || next.method().equals("HEAD")) {
                return new Reply(next.uri(), response.statusCode(), response.headers(), first, response.body());
            }
            next = next.to(target(next.uri(), response));
        }
        throw new UnavailableException(shown(request.uri()) + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private static URI target(URI from, HttpResponse<byte[]> response) {
        String location = response.headers().firstValue("Location").orElse("");
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new UnavailableException(shown(from) + " redirects to something that is no address");
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        boolean safe = scheme.equals("https") || (scheme.equals("http") && "http".equalsIgnoreCase(from.getScheme()));
        if (location.isEmpty() || target.getHost() == null || !safe) {
            throw new RefusedException(shown(from) + " redirects to an address that is not secure or not complete");
        }
        return target;
    }

    private HttpResponse<byte[]> sendOnce(Request request, IntUnaryOperator maxBytes)
            throws IOException, TimeoutException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .method(request.method(), HttpRequest.BodyPublishers.noBody())
                .timeout(settings.requestTimeout())
                .setHeader("User-Agent", settings.userAgent());
        request.headers().forEach(builder::setHeader);
        if (request.token() != null) {
            builder.setHeader("Authorization", "Bearer " + request.token());
        }
        CompletableFuture<HttpResponse<byte[]>> future = client().sendAsync(
                        builder.build(), info -> new BodyPrefix(Math.max(0, maxBytes.applyAsInt(info.statusCode()))));
        try {
            // The request's own limit ends with the headers; this one holds for the body too.
            return future.get(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof java.net.http.HttpTimeoutException) {
                throw (TimeoutException) new TimeoutException().initCause(e);
            }
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            future.cancel(true);
        }
    }

    /// An address as messages show it: without its query and user, which may be secrets.
    public static String shown(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
