package dev.weighbridge.files.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Fetchers for tests: they wait for nothing and note what they would have waited.
public final class Fetchers {
    private Fetchers() {}

    /// A fetcher with four tries that never sleeps.
    public static HttpFetcher quick() {
        return quick(new java.util.ArrayList<>());
    }

    static HttpFetcher quick(List<Duration> pauses) {
        return new HttpFetcher(settings(), pauses::add, () -> Instant.parse("2026-01-01T00:00:00Z"));
    }

    /// Short limits.
    public static HttpSettings settings() {
        return new HttpSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                4,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Proxies.NONE,
                "weighbridge-test");
    }
}
