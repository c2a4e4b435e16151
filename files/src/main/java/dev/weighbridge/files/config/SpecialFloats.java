package dev.weighbridge.files.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Numbers that JSON has no form for, as transformers 5 writes them: `{"__float__": "Infinity"}`.
final class SpecialFloats {
    private SpecialFloats() {}

    /// The value with every such object in it replaced by its number.
    static @Nullable Object decode(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> decode(map);
            case List<?> list -> decode(list);
            case null, default -> value;
        };
    }

    private static Object decode(Map<?, ?> map) {
        if (map.size() == 1 && map.get("__float__") instanceof String name) {
            Double number = number(name);
            if (number != null) {
                return number;
            }
        }
        Map<Object, @Nullable Object> decoded = new LinkedHashMap<>();
        map.forEach((key, value) -> decoded.put(key, decode(value)));
        return decoded;
    }

    private static List<@Nullable Object> decode(List<?> list) {
        List<@Nullable Object> decoded = new ArrayList<>(list.size());
        for (Object item : list) {
            decoded.add(decode(item));
        }
        return decoded;
    }

    private static @Nullable Double number(String name) {
        return switch (name) {
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            case "NaN" -> Double.NaN;
            default -> null;
        };
    }
}
