package dev.weighbridge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds the blueprints against what PyTorch counts for the models that transformers builds from the same
/// configurations:
/// total, untied total, active, and every tensor by name and shape as published checkpoints have it.
class ReferenceParametersTest {
    /// How a group of cases did.
    private record Score(int cases, int exact, List<String> wrong) {
        double share() {
            return cases == 0 ? 1 : (double) exact / cases;
        }
    }

    private static final Families FAMILIES = AllFamilies.families();
    private static final Map<String, Score> SCORES = new TreeMap<>();

    @BeforeAll
    static void weighEveryCase() throws IOException {
        Path folder = Shared.path("oracle/params");
        Map<String, String> tiers = tiers(Shared.path("oracle/architectures.csv"));
        try (Stream<Path> cases = Files.list(folder)) {
            for (Path one : cases.filter(Files::isDirectory).sorted().toList()) {
                Config expected = expected(one);
                String name = String.valueOf(one.getFileName());
                String tier = tiers.getOrDefault(expected.text("architecture"), "B");
                String group = name.startsWith("default--") ? "default " + tier : "real";
                String wrong = compare(one, expected);
                SCORES.merge(
                        group,
                        new Score(
                                1, wrong.isEmpty() ? 1 : 0, wrong.isEmpty() ? List.of() : List.of(name + ": " + wrong)),
                        (a, b) -> new Score(a.cases + b.cases, a.exact + b.exact, joined(a.wrong, b.wrong)));
            }
        }
        SCORES.forEach((group, score) -> System.out.printf(
                "reference parameters, %s: %d of %d exact in counts, names and shapes%n",
                group, score.exact, score.cases));
    }

    @Test
    void everyRealReleaseIsExact() {
        assertThat(SCORES.getOrDefault("real", new Score(0, 0, List.of())).wrong())
                .isEmpty();
    }

    @Test
    void nearlyAllDefaultsOfTextSpeechAndMultimodalArchitecturesAreExact() {
        Score score = SCORES.getOrDefault("default A", new Score(0, 0, List.of()));
        assertThat(score.share()).as(() -> String.join("\n", score.wrong())).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void aWrongCountIsNeverGivenForTheOtherArchitectures() {
        List<String> counted = SCORES.getOrDefault("default B", new Score(0, 0, List.of())).wrong().stream()
                .filter(wrong -> !wrong.contains("no family knows"))
                .toList();
        assertThat(counted).isEmpty();
    }

    private static List<String> joined(List<String> a, List<String> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }

    /// What differs, empty where nothing does.
    private static String compare(Path folder, Config expected) throws IOException {
        Blueprint blueprint;
        try (LocalRepository repository = LocalRepository.of(folder);
                var source = repository.open("config.json")) {
            blueprint = FAMILIES.blueprint(ConfigReader.read(source).config());
        } catch (WeighException e) {
            return String.valueOf(e.getMessage());
        }
        ParameterCount count = ParameterCount.of(blueprint);
        List<String> wrong = new ArrayList<>();
        differ("total", expected.integer("total"), count.total(), wrong);
        differ("untied total", expected.integer("untied_total"), count.untiedTotal(), wrong);
        Long active = count.active().isPresent() ? count.active().getAsLong() : null;
        differ("active", expected.has("active") ? expected.integer("active") : null, active, wrong);
        Map<String, String> names = new HashMap<>();
        for (PlacedParameter parameter : blueprint.parameters()) {
            if (!parameter.isTied()) {
                names.put(parameter.name(), parameter.shape().toString());
            }
        }
        Map<String, String> stored = storedTensors(expected);
        if (!names.equals(stored)) {
            long missing = stored.keySet().stream()
                    .filter(name -> !names.containsKey(name))
                    .count();
            long unexpected = names.keySet().stream()
                    .filter(name -> !stored.containsKey(name))
                    .count();
            wrong.add(missing + " tensors missing, " + unexpected + " unexpected, or other shapes");
        }
        return String.join("; ", wrong);
    }

    private static void differ(String what, @Nullable Long expected, @Nullable Long found, List<String> wrong) {
        if (!Objects.equals(expected, found)) {
            wrong.add(what + " is " + found + ", expected " + expected);
        }
    }

    /// The tensors of the published checkpoint: `disk` where it is given, else those in memory and the persistent
    /// buffers.
    private static Map<String, String> storedTensors(Config expected) {
        Map<String, String> stored = new HashMap<>();
        Object disk = expected.values().get("disk");
        if (disk instanceof Map<?, ?> map && map.get("tensors") instanceof List<?> tensors) {
            tensors.forEach(tensor -> spell((List<?>) tensor, stored));
            return stored;
        }
        expected.items(expected.firstOf("tensors", "tensors_collapsed"))
                .forEach(tensor -> spell((List<?>) tensor, stored));
        for (Object buffer : expected.items("buffers")) {
            List<?> fields = (List<?>) buffer;
            if (Boolean.TRUE.equals(fields.get(2))) {
                stored.put(String.valueOf(fields.get(0)), String.valueOf(fields.get(1)));
            }
        }
        return stored;
    }

    /// `[pattern, shape, [ranges]]`: each `*` takes every number of its range, in all combinations.
    private static void spell(List<?> tensor, Map<String, String> stored) {
        List<String> names = List.of(String.valueOf(tensor.get(0)));
        if (tensor.size() > 2) {
            for (Object ranges : (List<?>) tensor.get(2)) {
                List<String> spelled = new ArrayList<>();
                for (String name : names) {
                    int star = name.indexOf('*');
                    for (int number : numbers(String.valueOf(ranges))) {
                        spelled.add(name.substring(0, star) + number + name.substring(star + 1));
                    }
                }
                names = spelled;
            }
        }
        names.forEach(name -> stored.put(name, String.valueOf(tensor.get(1))));
    }

    private static List<Integer> numbers(String ranges) {
        List<Integer> numbers = new ArrayList<>();
        for (String range : ranges.split(",", -1)) {
            String[] ends = range.split("-", -1);
            for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    private static Map<String, String> tiers(Path csv) throws IOException {
        Map<String, String> tiers = new HashMap<>();
        for (String line : Files.readAllLines(csv)) {
            String[] fields = line.split(",", -1);
            tiers.put(fields[1], fields[2]);
        }
        return tiers;
    }

    @SuppressWarnings("unchecked") // the document is an object
    private static Config expected(Path folder) throws IOException {
        Path plain = folder.resolve("expected.json");
        byte[] bytes;
        if (Files.exists(plain)) {
            bytes = Files.readAllBytes(plain);
        } else {
            try (var packed = new GZIPInputStream(Files.newInputStream(folder.resolve("expected.json.gz")))) {
                bytes = packed.readAllBytes();
            }
        }
        Object document = new JsonReader(plain.toString(), bytes, JsonReader.Dialect.PYTHON).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(document));
    }
}
