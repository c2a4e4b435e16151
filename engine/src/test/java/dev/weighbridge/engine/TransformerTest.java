package dev.weighbridge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.engine.layer.Step;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/// Against outputs of transformers 5.17 in float32 (the folder `oracle/logits` of the shared references).
class TransformerTest {
    private static final Families FAMILIES = AllFamilies.families();
    private static final double TOLERANCE = 1e-3;

    @Test
    void givesTheReferencesLogitsAndGreedyTokensForEveryFamilyThatItRuns() throws IOException {
        List<Path> cases;
        try (Stream<Path> folders = Files.list(Shared.path("oracle/logits"))) {
            cases = folders.filter(Files::isDirectory).sorted().toList();
        }
        SoftAssertions softly = new SoftAssertions();
        int run = 0;
        for (Path folder : cases) {
            try (Transformer model = Transformer.load(folder, FAMILIES)) {
                check(softly, model, folder);
                run++;
            } catch (UnsupportedException _) {
                // an architecture that the engine does not run says so
            }
        }
        softly.assertAll();
        assertThat(run).isGreaterThanOrEqualTo(40);
    }

    @Test
    void readsQuantizedFilesAsTheReferenceDequantized() throws IOException {
        Path folder = Shared.path("data/models/stories260K");
        Config variants = read(folder.resolve("expected.json")).part("variants");
        SoftAssertions softly = new SoftAssertions();
        for (String file : variants.names()) {
            Path path = file.startsWith("hf/") ? folder.resolve("hf") : folder.resolve(file);
            try (Transformer model = Transformer.load(path, FAMILIES)) {
                for (Config prompt : variants.part(file).parts("prompts")) {
                    int[] ids = ids(prompt, "prompt_ids");
                    float[] logits = model.forward(new Step(), ids, 0);
                    for (Config top : prompt.parts("last_logits_top5")) {
                        softly.assertThat((double) logits[(ids.length - 1) * model.width() + top.count("id")])
                                .as(file)
                                .isCloseTo(top.number("logit"), within(TOLERANCE));
                    }
                }
            }
        }
        softly.assertAll();
    }

    private static void check(SoftAssertions softly, Transformer model, Path folder) throws IOException {
        Config expected = read(folder.resolve("expected.json"));
        boolean isEncoder = expected.has("last_hidden_state_2");
        String last = isEncoder ? "last_hidden_state_last4" : "logits_last4";
        String all = isEncoder ? "last_hidden_state_2" : "logits_2";
        softly.assertThat(difference(model, ids(expected, "input_ids"), expected.items(last)))
                .as(folder + " " + last)
                .isLessThan(TOLERANCE);
        softly.assertThat(difference(model, ids(expected, "input_ids_2"), expected.items(all)))
                .as(folder + " " + all)
                .isLessThan(TOLERANCE);
        if (!isEncoder) {
            int[] prompt = ids(expected, expected.text("continuation_of"));
            softly.assertThat(greedy(model, prompt, expected.integers("greedy").size()))
                    .as(folder + " greedy")
                    .isEqualTo(expected.integers("greedy"));
        }
    }

    private static double difference(Transformer model, int[] ids, List<?> rows) {
        float[] outputs = model.forward(new Step(), ids, 0);
        int width = model.width();
        int from = ids.length - rows.size();
        double largest = 0;
        for (int r = 0; r < rows.size(); r++) {
            List<?> row = (List<?>) rows.get(r);
            for (int i = 0; i < row.size(); i++) {
                double wanted = ((Number) row.get(i)).doubleValue();
                largest = Math.max(largest, Math.abs(outputs[(from + r) * width + i] - wanted));
            }
        }
        return largest;
    }

    /// With a cache, one token after the other.
    private static List<Long> greedy(Transformer model, int[] prompt, int count) {
        Step step = new Step();
        float[] outputs = model.forward(step, prompt, 0);
        int width = model.width();
        int row = prompt.length - 1;
        List<Long> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int best = 0;
            for (int id = 1; id < width; id++) {
                best = outputs[row * width + id] > outputs[row * width + best] ? id : best;
            }
            chosen.add((long) best);
            outputs = model.forward(step, new int[] {best}, prompt.length + i);
            row = 0;
        }
        return chosen;
    }

    private static int[] ids(Config config, String field) {
        return config.integers(field).stream().mapToInt(Long::intValue).toArray();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // an object's keys are texts; a broken reference fails the test
    private static Config read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Config.of(
                (Map<String, Object>) new JsonReader(file.toString(), bytes, JsonReader.Dialect.STRICT).value());
    }
}
