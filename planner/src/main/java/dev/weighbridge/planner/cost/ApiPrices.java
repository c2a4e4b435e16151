package dev.weighbridge.planner.cost;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What providers ask for tokens, published and dated.
public final class ApiPrices {
    private static final String TABLE = "api-prices.jsonl";

    private final List<ApiPrice> prices;

    private ApiPrices(List<ApiPrice> prices) {
        this.prices = List.copyOf(prices);
    }

    /// The prices that Weighbridge carries.
    public static ApiPrices embedded() {
        try (InputStream table = ApiPrices.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return new ApiPrices(text.lines()
                    .filter(line -> line.startsWith("{"))
                    .map(ApiPrices::parse)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// These prices.
    public static ApiPrices of(List<ApiPrice> prices) {
        return new ApiPrices(prices);
    }

    /// Every price.
    public List<ApiPrice> all() {
        return prices;
    }

    /// The prices of a model, by its name in the catalogue of known models or by what a provider calls
    /// it, in whatever case, with or without the publisher before it.
    public List<ApiPrice> of(String model) {
        String wanted = key(model);
        return prices.stream()
                .filter(price -> key(price.model()).equals(wanted)
                        || (price.openModel() != null && key(price.openModel()).equals(wanted)))
                .toList();
    }

    /// The cheapest of the prices of a model for a query of so many tokens read and generated.
    public Optional<ApiPrice> cheapest(String model, long promptTokens, long answerTokens) {
        return of(model).stream().min(Comparator.comparingDouble(price -> price.query(promptTokens, answerTokens)));
    }

    private static String key(String model) {
        return model.substring(model.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .replace('_', '-')
                .replace('.', '-')
                .replace(':', '-');
    }

    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    private static ApiPrice parse(String line) {
        byte[] json = line.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE, json, JsonReader.Dialect.STRICT).value();
        Config entry = Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
        return new ApiPrice(
                entry.text("provider"),
                entry.text("model"),
                entry.has("open_model") ? entry.text("open_model") : null,
                entry.number("usd_per_million_in"),
                entry.number("usd_per_million_out"),
                entry.text("source"),
                entry.text("date"));
    }
}
