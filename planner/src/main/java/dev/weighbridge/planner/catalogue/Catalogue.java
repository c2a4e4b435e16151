package dev.weighbridge.planner.catalogue;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The models known by name.
///
/// The table is a text of one JSON object a line. A lookup parses the one line it needs.
public final class Catalogue {
    private static final String TABLE = "models.jsonl";

    private final List<String> lines;

    private Catalogue(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    /// The catalogue that Weighbridge carries.
    public static Catalogue embedded() {
        try (InputStream table = Catalogue.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return new Catalogue(
                    text.lines().filter(line -> line.startsWith("{")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The model of that name or alias, in whatever case; dots, dashes and underscores are one, and so is the
    /// publisher's own repository name.
    public Optional<KnownModel> find(String name) {
        String wanted = key(name);
        return lines.stream()
                .filter(line ->
                        names(line).stream().anyMatch(known -> key(known).equals(wanted)))
                .findFirst()
                .map(Catalogue::parse);
    }

    /// Every model, sorted by name.
    public List<KnownModel> models() {
        return lines.stream().map(Catalogue::parse).toList();
    }

    /// The names nearest to one that is not known, at most three.
    public List<String> nearest(String name) {
        String wanted = key(name);
        List<String> names = lines.stream().map(line -> names(line).getFirst()).toList();
        List<String> containing = names.stream()
                .filter(known -> key(known).contains(wanted))
                .limit(3)
                .toList();
        if (!containing.isEmpty()) {
            return containing;
        }
        int stem = wanted.indexOf('-') > 0 ? wanted.indexOf('-') : Math.min(4, wanted.length());
        return names.stream()
                .filter(known -> key(known).startsWith(wanted.substring(0, stem)))
                .limit(3)
                .toList();
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-').replace(':', '-');
    }

    /// Name, aliases and repository, read off the start of the line without parsing the configuration.
    private static List<String> names(String line) {
        List<String> names = new ArrayList<>();
        int end = line.indexOf(",\"source\":");
        String head = line.substring(0, end) + "}";
        Config entry = parseObject(head);
        names.add(entry.text("name"));
        names.addAll(entry.texts("aliases"));
        names.add(entry.text("repository"));
        return names;
    }

    private static KnownModel parse(String line) {
        Config entry = parseObject(line);
        return new KnownModel(
                entry.text("name"),
                entry.texts("aliases"),
                entry.text("repository"),
                entry.text("source"),
                entry.has("published_parameters") ? entry.integer("published_parameters") : null,
                ConfigReader.resolve(entry.part("config")));
    }

    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    private static Config parseObject(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE, bytes, JsonReader.Dialect.STRICT).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }
}
