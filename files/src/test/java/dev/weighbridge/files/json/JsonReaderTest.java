package dev.weighbridge.files.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.json.JsonReader.Dialect;
import dev.weighbridge.model.error.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static @Nullable Object read(String json, Dialect dialect) {
        JsonReader reader = new JsonReader("f.json", json.getBytes(StandardCharsets.UTF_8), dialect);
        Object value = reader.value();
        reader.endDocument();
        return value;
    }

    private static @Nullable Object strict(String json) {
        return read(json, Dialect.STRICT);
    }

    @Test
    void readsEveryKindOfValue() {
        assertThat(strict(" {\"a\" : [1, -2.5e3, \"x\\u00e9\\n\", true, false, null, {}], \"b\":[]} "))
                .isEqualTo(
                        Map.of("a", Arrays.asList(1L, -2500.0, "xé\n", true, false, null, Map.of()), "b", List.of()));
    }

    @Test
    void keepsWholeNumbersExactUpTo64BitsAndTakesLargerOnesAsDoubles() {
        assertThat(strict("[9223372036854775807,-9223372036854775808,18446744073709551616,1.0]"))
                .isEqualTo(List.of(Long.MAX_VALUE, Long.MIN_VALUE, 0x1p64, 1.0));
    }

    @Test
    void readsWhatPythonWritesBeside() {
        assertThat(read("\uFEFF[NaN, Infinity, -Infinity, \"\\ud800\"]", Dialect.PYTHON))
                .isEqualTo(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, "\ud800"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "[,1]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "[1 2]",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "tru",
                "nul",
                "NaN",
                "Infinity",
                "-Infinity",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"a\nb\"",
                "[1]]",
                "{} {}",
                "\uFEFF{}",
                "'a'",
                "[1}",
                "{\"a\":1]"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> strict(text))
                .isInstanceOf(MalformedException.class)
                .hasMessageMatching("(?s)f\\.json .*\\(at byte \\d+\\)");
    }

    @Test
    void refusesTextsThatAreNotUtf8() {
        for (String text :
                List.of("\"\u00ff\"", "\"\u00c3(\"", "\"\u00ed\u00a0\u0080\"", "\"\u00c0\u0080\"", "\"\\n\u00ff\"")) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

            assertThatThrownBy(() -> new JsonReader("f.json", bytes, Dialect.STRICT).value())
                    .as(text)
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    @Test
    void refusesDeepNesting() {
        assertThat(strict("[".repeat(64) + "]".repeat(64))).isNotNull();
        assertThatThrownBy(() -> strict("[".repeat(65)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("nests");
        assertThatThrownBy(() -> strict("{\"a\":".repeat(1_000_000)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("nests");
    }

    @Test
    void refusesMoreValuesThanItsLimit() {
        assertThatThrownBy(() -> strict("[" + "1,".repeat(JsonReader.MAX_VALUES) + "1]"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(JsonReader.MAX_VALUES + " values");
    }

    @Test
    void refusesNumbersOfManyDigits() {
        assertThatThrownBy(() -> strict("1".repeat(500)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("500 letters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.0", "1e3", "9223372036854775808", "01", "\"1\"", "null", "18446744073709551616"})
    void refusesUnsignedNumbersOfOtherForms(String text) {
        JsonReader reader = new JsonReader("f.json", text.getBytes(StandardCharsets.UTF_8), Dialect.STRICT);

        assertThatThrownBy(reader::unsigned).isInstanceOf(MalformedException.class);
    }

    @Test
    void reportsRepeatedNamesAndKeepsTheLast() {
        JsonReader reader = new JsonReader(
                "f.json", "{\"a\":1,\"a\":null,\"b\":{\"a\":2}}".getBytes(StandardCharsets.UTF_8), Dialect.STRICT);

        Map<String, @Nullable Object> expected = new LinkedHashMap<>();
        expected.put("a", null);
        expected.put("b", Map.of("a", 2L));
        assertThat(reader.value()).isEqualTo(expected);
        assertThat(reader.repeatedNames()).containsExactly("a");
    }

    @Test
    void readsWhatWasWritten() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Object value = randomValue(random, 5);
            StringBuilder json = new StringBuilder();
            write(value, json, random);

            assertThat(strict(json.toString()))
                    .as("seed %d round %d: %s", seed, round, json)
                    .isEqualTo(value);
        }
    }

    private static @Nullable Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 2 -> randomText(random);
            case 3 -> random.nextBoolean();
            case 4 -> null;
            case 5 -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    items.add(randomValue(random, depth - 1));
                }
                yield items;
            }
            default -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    fields.put(randomText(random), randomValue(random, depth - 1));
                }
                yield fields;
            }
        };
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            int code = random.nextInt(random.nextBoolean() ? 0x80 : 0x11000);
            text.appendCodePoint(Character.isSurrogate((char) code) && code < 0x10000 ? 'x' : code);
        }
        return text.toString();
    }

    private static void write(@Nullable Object value, StringBuilder json, Random random) {
        json.append(" \n\t\r", 0, random.nextInt(3));
        switch (value) {
            case String text -> writeText(text, json, random);
            case List<?> items -> {
                json.append('[');
                for (int i = 0; i < items.size(); i++) {
                    json.append(i == 0 ? "" : ",");
                    write(items.get(i), json, random);
                }
                json.append(']');
            }
            case Map<?, ?> fields -> {
                json.append('{');
                String separator = "";
                for (Map.Entry<?, ?> field : fields.entrySet()) {
                    json.append(separator);
                    writeText((String) field.getKey(), json, random);
                    json.append(':');
                    write(field.getValue(), json, random);
                    separator = ",";
                }
                json.append('}');
            }
            case null, default -> json.append(value);
        }
        json.append(" \n", 0, random.nextInt(2));
    }

    private static void writeText(String text, StringBuilder json, Random random) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"' || letter == '\\') {
                json.append('\\').append(letter);
            } else if (letter < ' ' || (!Character.isSurrogate(letter) && random.nextInt(4) == 0)) {
                json.append("\\u%04x".formatted((int) letter));
            } else {
                json.append(letter);
            }
        }
        json.append('"');
    }
}
