package dev.weighbridge.model.config;

import dev.weighbridge.model.error.MalformedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A read-only tree of settings: text, numbers, flags, lists and nested parts.
///
/// Accessors without a fallback refuse an absent or null field with a [MalformedException] that names it; accessors
/// with
/// a fallback return it for an absent or null field. A field of the wrong kind, or a number outside the range that its
/// accessor allows, is refused by both. Values are `String`, `Long`, `Double`, `Boolean`, `List`, `Map` and null; an
/// integer beyond 64 bits is a `Double`.
public final class Config {
    /// The most layers, experts or list items that a configuration may ask for; real models stay below 2,000.
    public static final int MAX_COUNT = 100_000;

    /// The largest single dimension; real vocabularies stay below 2^21.
    public static final long MAX_DIMENSION = 1L << 40;

    /// A configuration that says nothing.
    public static final Config EMPTY = new Config(Map.of(), "");

    private final Map<String, @Nullable Object> values;
    private final String path;

    private Config(Map<String, @Nullable Object> values, String path) {
        this.values = values;
        this.path = path;
    }

    /// A configuration over a copy of `values`; nested maps and lists are taken as they are and must not change.
    public static Config of(Map<String, ? extends @Nullable Object> values) {
        return new Config(Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(values)), "");
    }

    /// The fields, in the order of the file; values may be null.
    public Map<String, @Nullable Object> values() {
        return values;
    }

    /// The names of the fields.
    public Set<String> names() {
        return values.keySet();
    }

    /// Whether the field is present and not null.
    public boolean has(String field) {
        return values.get(field) != null;
    }

    /// The first of `fields` that is present and not null, or the last of them.
    public String firstOf(String... fields) {
        for (String field : fields) {
            if (has(field)) {
                return field;
            }
        }
        return fields[fields.length - 1];
    }

    /// An integer of any sign.
    public long integer(String field) {
        return asLong(field, require(field));
    }

    /// An integer of any sign, or `fallback`.
    public long integer(String field, long fallback) {
        Object value = values.get(field);
        return value == null ? fallback : asLong(field, value);
    }

    /// A width, a vocabulary, a rank: from 0 to [#MAX_DIMENSION].
    public long size(String field) {
        return inRange(field, integer(field), MAX_DIMENSION);
    }

    /// A width, a vocabulary, a rank: from 0 to [#MAX_DIMENSION], or `fallback`.
    public long size(String field, long fallback) {
        return inRange(field, integer(field, fallback), MAX_DIMENSION);
    }

    /// A number of layers, heads, experts: from 0 to [#MAX_COUNT].
    public int count(String field) {
        return (int) inRange(field, integer(field), MAX_COUNT);
    }

    /// A number of layers, heads, experts: from 0 to [#MAX_COUNT], or `fallback`.
    public int count(String field, int fallback) {
        return (int) inRange(field, integer(field, fallback), MAX_COUNT);
    }

    /// A number, whole or not.
    public double number(String field) {
        return asDouble(field, require(field));
    }

    /// A number, whole or not, or `fallback`.
    public double number(String field, double fallback) {
        Object value = values.get(field);
        return value == null ? fallback : asDouble(field, value);
    }

    /// A flag, or `fallback`.
    public boolean flag(String field, boolean fallback) {
        Object value = values.get(field);
        return switch (value) {
            case null -> fallback;
            case Boolean flag -> flag;
            case Long number when number == 0 || number == 1 -> number == 1;
            default -> throw wrongKind(field, "true or false", value);
        };
    }

    /// A flag, false where absent.
    public boolean flag(String field) {
        return flag(field, false);
    }

    /// A text.
    public String text(String field) {
        Object value = require(field);
        if (value instanceof String text) {
            return text;
        }
        throw wrongKind(field, "a text", value);
    }

    /// A text, or `fallback`.
    public String text(String field, String fallback) {
        return has(field) ? text(field) : fallback;
    }

    /// A list of integers; empty where absent.
    public List<Long> integers(String field) {
        List<Long> integers = new ArrayList<>();
        for (Object item : items(field)) {
            integers.add(asLong(field, item));
        }
        return integers;
    }

    /// A list of numbers of layers, heads, groups: each from 0 to [#MAX_COUNT]; empty where absent.
    public List<Integer> counts(String field) {
        return integers(field).stream()
                .map(value -> (int) inRange(field, value, MAX_COUNT))
                .toList();
    }

    /// A list of sizes (0 to [#MAX_DIMENSION]), or one size repeated `count` times where the field holds a single
    /// number.
    public long[] sizes(String field, int count) {
        if (values.get(field) instanceof List<?> list) {
            if (list.size() != count) {
                throw malformed(field, "holds " + list.size() + " values where " + count + " are expected");
            }
            return integers(field).stream()
                    .mapToLong(value -> inRange(field, value, MAX_DIMENSION))
                    .toArray();
        }
        long[] sizes = new long[count];
        Arrays.fill(sizes, size(field));
        return sizes;
    }

    /// A list of numbers; empty where absent.
    public List<Double> numbers(String field) {
        List<Double> numbers = new ArrayList<>();
        for (Object item : items(field)) {
            numbers.add(asDouble(field, item));
        }
        return numbers;
    }

    /// A list of texts; empty where absent.
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (Object item : items(field)) {
            if (!(item instanceof String text)) {
                throw wrongKind(field, "a list of texts", item);
            }
            texts.add(text);
        }
        return texts;
    }

    /// The items of a list as they are; empty where absent.
    public List<?> items(String field) {
        Object value = values.get(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrongKind(field, "a list", value);
        }
        if (list.size() > MAX_COUNT) {
            throw malformed(field, "holds " + list.size() + " values; at most " + MAX_COUNT + " are accepted");
        }
        return list;
    }

    /// A nested configuration.
    public Config part(String field) {
        return optionalPart(field).orElseThrow(() -> missing(field));
    }

    /// A nested configuration, or [#EMPTY].
    public Config partOrEmpty(String field) {
        return optionalPart(field).orElseGet(() -> new Config(Map.of(), path + field + "."));
    }

    /// A nested configuration, where present.
    @SuppressWarnings("unchecked") // a JSON object's keys are always texts
    public Optional<Config> optionalPart(String field) {
        Object value = values.get(field);
        return switch (value) {
            case null -> Optional.empty();
            case Map<?, ?> map -> Optional.of(new Config((Map<String, @Nullable Object>) map, path + field + "."));
            default -> throw wrongKind(field, "an object", value);
        };
    }

    /// The nested configurations of a list of objects; empty where absent.
    @SuppressWarnings("unchecked") // a JSON object's keys are always texts
    public List<Config> parts(String field) {
        List<Config> parts = new ArrayList<>();
        for (Object item : items(field)) {
            if (!(item instanceof Map<?, ?> map)) {
                throw wrongKind(field, "a list of objects", item);
            }
            parts.add(new Config((Map<String, @Nullable Object>) map, path + field + "[" + parts.size() + "]."));
        }
        return parts;
    }

    /// This configuration with `field` set to `value`.
    public Config with(String field, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(values);
        changed.put(field, value);
        return new Config(Collections.unmodifiableMap(changed), path);
    }

    /// This configuration, with the fields of `defaults` where it has none of that name. A field present as null stays
    /// null.
    public Config orElse(Config defaults) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(defaults.values);
        merged.putAll(values);
        return new Config(Collections.unmodifiableMap(merged), path);
    }

    /// A refusal of this configuration that names the field.
    public MalformedException malformed(String field, String what) {
        return new MalformedException("config field " + path + field + " " + what);
    }

    private Object require(String field) {
        Object value = values.get(field);
        if (value == null) {
            throw missing(field);
        }
        return value;
    }

    private MalformedException missing(String field) {
        return malformed(field, "is missing");
    }

    private MalformedException wrongKind(String field, String expected, @Nullable Object found) {
        return malformed(field, "must be " + expected + ", found " + abbreviated(found));
    }

    private static String abbreviated(@Nullable Object found) {
        String text = found instanceof String quoted ? "\"" + quoted + "\"" : String.valueOf(found);
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private long asLong(String field, @Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number when number == Math.rint(number) && Math.abs(number) < 0x1p53 -> number.longValue();
            case null, default -> throw wrongKind(field, "an integer", value);
        };
    }

    private double asDouble(String field, @Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case null, default -> throw wrongKind(field, "a number", value);
        };
    }

    private long inRange(String field, long value, long limit) {
        if (value < 0 || value > limit) {
            throw malformed(field, "must be between 0 and " + limit + ", found " + value);
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Config config && values.equals(config.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
