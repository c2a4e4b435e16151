package dev.weighbridge.files.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which proxy serves which server, in the words of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`.
///
/// @param https proxy for `https:` addresses, `http://host:port` or `host:port`; empty for none
/// @param http proxy for `http:` addresses, likewise
/// @param except comma-separated hosts that are reached directly: a name covers its subdomains, `*` covers all
public record Proxies(String https, String http, String except) {
    /// No proxy for anything.
    public static final Proxies NONE = new Proxies("", "", "");

    private static final Pattern ADDRESS =
            Pattern.compile("(?:https?://)?(?:[^@/]*@)?(\\[[^\\]]+\\]|[^:/\\[]+)(?::(\\d{1,5}))?/?");
    private static final int DEFAULT_PORT = 80;

    /// Checks both addresses.
    ///
    /// @throws IllegalArgumentException if one is no `host:port`
    public Proxies {
        parse(https);
        parse(http);
    }

    /// The same choice for [java.net.http.HttpClient].
    ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(proxy(uri)
                        .map(address -> new Proxy(Proxy.Type.HTTP, address))
                        .orElse(Proxy.NO_PROXY));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The request fails with the same exception, which says more there.
            }
        };
    }

    /// The proxy for an address; empty where it is reached directly.
    Optional<InetSocketAddress> proxy(URI uri) {
        String host = uri.getHost();
        if (host == null || isExcepted(host.toLowerCase(Locale.ROOT), uri.getPort())) {
            return Optional.empty();
        }
        return parse("https".equalsIgnoreCase(uri.getScheme()) ? https : http);
    }

    private boolean isExcepted(String host, int port) {
        return Arrays.stream(except.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .filter(exception -> !exception.isEmpty())
                .anyMatch(exception -> covers(exception, host, port));
    }

    private static boolean covers(String exception, String host, int port) {
        if (exception.equals("*")) {
            return true;
        }
        int colon = exception.lastIndexOf(':');
        boolean hasPort = colon > 0 && exception.indexOf(':') == colon;
        if (hasPort && !exception.substring(colon + 1).equals(Integer.toString(port))) {
            return false;
        }
        String name = hasPort ? exception.substring(0, colon) : exception;
        String bare = name.startsWith("*.") ? name.substring(2) : name.startsWith(".") ? name.substring(1) : name;
        return host.equals(bare) || host.endsWith("." + bare);
    }

    private static Optional<InetSocketAddress> parse(String address) {
        if (address.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a proxy is given as host:port, not \"" + address + "\"");
        }
        int port = matcher.group(2) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(2));
        if (port > 65_535) {
            throw new IllegalArgumentException("a proxy's port is at most 65535, not " + port);
        }
        return Optional.of(InetSocketAddress.createUnresolved(matcher.group(1), port));
    }
}
