package dev.weighbridge.engine.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `json.dumps(value, ensure_ascii=False)`.
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final int indent;
    private final String itemSeparator;
    private final String keySeparator;

    private Json(int indent, String itemSeparator, String keySeparator) {
        this.indent = indent;
        this.itemSeparator = itemSeparator;
        this.keySeparator = keySeparator;
    }

    /// @param indent blanks a level on lines of their own; −1 for one line
    static String write(@Nullable Object value, int indent, @Nullable List<?> separators, boolean sorted) {
        String items = indent < 0 ? ", " : ",";
        String keys = ": ";
        if (separators != null && separators.size() == 2) {
            items = Values.text(separators.get(0));
            keys = Values.text(separators.get(1));
        }
        Json json = new Json(indent, items, keys);
        json.value(sorted ? Json.sorted(value) : value, 1);
        return json.out.toString();
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> ordered = new java.util.TreeMap<>();
                map.forEach((key, item) -> ordered.put(key, sorted(item)));
                yield ordered;
            }
            case List<?> list ->
                list.stream().<@Nullable Object>map(Json::sorted).toList();
            case null, default -> value;
        };
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case Boolean truth -> out.append(truth);
            case Long number -> out.append(number);
            case Double number -> out.append(Values.decimal(number));
            case String text -> string(text);
            case List<?> items -> {
                out.append('[');
                for (int i = 0; i < items.size(); i++) {
                    separate(i, depth);
                    value(items.get(i), depth + 1);
                }
                close(items.isEmpty(), depth, ']');
            }
            case Map<?, ?> map -> {
                out.append('{');
                int i = 0;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    separate(i++, depth);
                    string(Values.text(entry.getKey()));
                    out.append(keySeparator);
                    value(entry.getValue(), depth + 1);
                }
                close(map.isEmpty(), depth, '}');
            }
            default -> throw TemplateException.broken("a value that JSON has no form for");
        }
    }

    private void separate(int index, int depth) {
        out.append(index == 0 ? "" : itemSeparator);
        if (indent >= 0) {
            out.append('\n').repeat(' ', indent * depth);
        }
    }

    private void close(boolean isEmpty, int depth, char bracket) {
        if (indent >= 0 && !isEmpty) {
            out.append('\n').repeat(' ', indent * (depth - 1));
        }
        out.append(bracket);
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
