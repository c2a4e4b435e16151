package dev.weighbridge.files.http;

import java.time.Duration;

/// How requests are made.
///
/// @param connectTimeout to reach a server
/// @param requestTimeout for one request, its body included
/// @param tries how often a request is sent before it is given up, at least 1
/// @param firstPause between the first two tries; each later one is twice as long
/// @param longestPause that a server may ask for
/// @param proxies through which servers are reached
/// @param userAgent what requests call this program
public record HttpSettings(
        Duration connectTimeout,
        Duration requestTimeout,
        int tries,
        Duration firstPause,
        Duration longestPause,
        Proxies proxies,
        String userAgent) {
    /// Checks the number of tries.
    public HttpSettings {
        if (tries < 1) {
            throw new IllegalArgumentException("tries: " + tries);
        }
    }

    /// What suits a person who waits: 10 s to connect, 60 s a request, four tries over some seven seconds.
    public static HttpSettings standard() {
        return new HttpSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                4,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Proxies.NONE,
                "weighbridge");
    }

    /// These settings with other proxies.
    public HttpSettings withProxies(Proxies proxies) {
        return new HttpSettings(connectTimeout, requestTimeout, tries, firstPause, longestPause, proxies, userAgent);
    }
}
