package dev.weighbridge.files.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private final Proxies proxies = new Proxies("http://secure:8080", "plain", "localhost, .inner.org,10.0.0.1:81");

    @ParameterizedTest
    @CsvSource({
        "https://a.org/x, secure:8080",
        "http://a.org/x, plain:80",
        "https://localhost/x, ''",
        "https://deep.inner.org/x, ''",
        "https://inner.org/x, ''",
        "https://notinner.org/x, secure:8080",
        "http://10.0.0.1:81/x, ''",
        "http://10.0.0.1:82/x, plain:80"
    })
    void picksTheProxyOfAnAddress(String address, String expected) {
        String proxy = proxies.proxy(URI.create(address))
                .map(socket -> socket.getHostString() + ":" + socket.getPort())
                .orElse("");

        assertThat(proxy).isEqualTo(expected);
    }

    @Test
    void exceptsEverythingForAStar() {
        assertThat(new Proxies("p:1", "p:1", "*").proxy(URI.create("https://a.org/")))
                .isEmpty();
    }

    @Test
    void takesTheHostOfAnAddressWithAPassword() {
        assertThat(new Proxies("http://user:word@p:1/", "", "").proxy(URI.create("https://a.org/")))
                .hasValueSatisfying(
                        address -> assertThat(address.getHostString()).isEqualTo("p"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://", "a b:c", "p:99999", "p:port"})
    void refusesWhatIsNoProxy(String address) {
        assertThatThrownBy(() -> new Proxies(address, "", "")).isInstanceOf(IllegalArgumentException.class);
    }
}
