package dev.weighbridge.files.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFetcherTest {
    private final FakeServer hub = new FakeServer();
    private final FakeServer other = new FakeServer();
    private final List<Duration> pauses = new ArrayList<>();
    private final HttpFetcher fetcher = Fetchers.quick(pauses);

    @AfterEach
    void close() {
        fetcher.close();
        hub.close();
        other.close();
    }

    private Reply get(String path) throws IOException {
        return fetcher.send(HttpFetcher.Request.get(hub.uri(path), "secret"), 1000);
    }

    @Test
    void sendsTheTokenToItsServerAndToNoOther() throws IOException {
        hub.on("/a", FakeServer.status(302, Map.of("Location", "/b")));
        hub.on("/b", FakeServer.status(302, Map.of("Location", other.uri("/c").toString())));
        other.on("/c", FakeServer.text("done", Map.of()));

        Reply reply = get("/a");

        assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("done");
        assertThat(hub.asked()).extracting(FakeServer.Asked::authorization).containsOnly("Bearer secret");
        assertThat(other.asked()).extracting(FakeServer.Asked::authorization).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void triesAgainWhenAServerIsBusy(int status) throws IOException {
        hub.once("/a", FakeServer.status(status, Map.of()))
                .once("/a", FakeServer.status(status, Map.of()))
                .on("/a", FakeServer.text("done", Map.of()));

        assertThat(get("/a").isSuccess()).isTrue();
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "Thu, 01 Jan 2026 00:00:07 GMT"})
    void waitsAsLongAsTheServerAsks(String after) throws IOException {
        hub.once("/a", FakeServer.status(429, Map.of("Retry-After", after)))
                .on("/a", FakeServer.text("done", Map.of()));

        assertThat(get("/a").isSuccess()).isTrue();
        assertThat(pauses).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void givesUpWhereTheServerAsksForTooMuch() {
        hub.on("/a", FakeServer.status(429, Map.of("Retry-After", "3600")));

        assertThatThrownBy(() -> get("/a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessage(hub.uri("/a") + " answers with status 429 and asks to wait 3600 s");
        assertThat(pauses).isEmpty();
    }

    @Test
    void givesUpAfterItsTries() {
        hub.on("/a", FakeServer.status(503, Map.of()));

        assertThatThrownBy(() -> get("/a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessage(hub.uri("/a") + " answers with status 503, after 4 tries");
        assertThat(hub.asked()).hasSize(4);
    }

    @Test
    void doesNotTryAgainWhereThatIsOfNoUse() throws IOException {
        hub.on("/a", FakeServer.status(403, Map.of()));

        assertThat(get("/a").status()).isEqualTo(403);
        assertThat(hub.asked()).hasSize(1);
    }

    @Test
    void saysWhereNothingAnswers() {
        URI closed = other.uri("/a");
        other.close();

        assertThatThrownBy(() -> fetcher.send(HttpFetcher.Request.get(closed, null), 10))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith(closed + " cannot be reached")
                .hasMessageEndingWith("after 4 tries");
    }

    @Test
    void givesUpOnABodyThatNeverEnds() {
        hub.on("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            try {
                Thread.sleep(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        HttpSettings hasty = new HttpSettings(
                Duration.ofSeconds(5), Duration.ofMillis(300), 2, Duration.ZERO, Duration.ZERO, Proxies.NONE, "test");

        try (HttpFetcher impatient = new HttpFetcher(hasty, pauses::add, InstantSource.system())) {
            assertThatThrownBy(() -> impatient.send(HttpFetcher.Request.get(hub.uri("/slow"), null), 1000))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage(hub.uri("/slow") + " does not answer within 0.3 s, after 2 tries");
        }
    }

    @Test
    void takesNoMoreThanItIsAskedFor() throws IOException {
        hub.on("/a", FakeServer.file(new byte[10_000_000], "\"1\""));

        assertThat(get("/a").body()).hasSize(1000);
    }

    @Test
    void refusesEndlessRedirects() {
        hub.on("/a", FakeServer.status(302, Map.of("Location", "/a")));

        assertThatThrownBy(() -> get("/a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessage(hub.uri("/a") + " redirects more than 10 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://host/x", "", "mailto:x", "http:///path"})
    void refusesARedirectToSomethingElse(String location) {
        hub.on("/a", FakeServer.status(302, Map.of("Location", location)));

        assertThatThrownBy(() -> get("/a")).isInstanceOf(RefusedException.class);
    }

    @Test
    void hidesTheQueryInMessages() {
        assertThat(HttpFetcher.shown(URI.create("https://user:pass@host:81/a%20b?signature=secret")))
                .isEqualTo("https://host:81/a%20b");
    }

    @Test
    void goesThroughAProxy() throws IOException {
        other.on("http://nowhere.invalid/a", FakeServer.text("by proxy", Map.of()));
        HttpSettings settings = Fetchers.settings()
                .withProxies(new Proxies("", "localhost:" + other.uri("/").getPort(), "direct.invalid"));

        try (HttpFetcher proxied = new HttpFetcher(settings)) {
            Reply reply = proxied.send(HttpFetcher.Request.get(URI.create("http://nowhere.invalid/a"), null), 100);

            assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("by proxy");
        }
    }
}
