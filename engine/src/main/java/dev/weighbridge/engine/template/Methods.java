package dev.weighbridge.engine.template;

import dev.weighbridge.files.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attributes and methods of values, as Python has them.
final class Methods {
    private Methods() {}

    /// `object.name`: a method, or the entry of a mapping.
    static @Nullable Object attribute(@Nullable Object object, String name) {
        return switch (object) {
            case String text -> ofText(text, name);
            case Map<?, ?> map -> ofMap(map, name);
            case List<?> list -> ofList(list, name);
            case Undefined undefined ->
                throw TemplateException.broken("'" + undefined.what() + "' is undefined, so it has no " + name);
            case null, default -> new Undefined(name);
        };
    }

    /// An attribute of an attribute, its names joined by dots.
    static @Nullable Object path(@Nullable Object object, String names) {
        Object found = object;
        for (String name : names.split("\\.", -1)) {
            found = attribute(found, name);
        }
        return found;
    }

    private static @Nullable Object ofMap(Map<?, ?> map, String name) {
        if (map.containsKey(name)) {
            return map.get(name);
        }
        Function method = switch (name) {
            case "items" -> (_, _) -> items(map);
            case "keys" -> (_, _) -> new ArrayList<Object>(map.keySet());
            case "values" -> (_, _) -> new ArrayList<Object>(map.values());
            case "get" ->
                (positional, named) -> map.containsKey(positional.getFirst())
                        ? map.get(positional.getFirst())
                        : positional.size() > 1 ? positional.get(1) : named.get("default");
            case "copy" -> (_, _) -> new java.util.LinkedHashMap<>(map);
            case "update", "pop", "setdefault", "clear" ->
                (_, _) -> {
                    throw TemplateException.broken("a template may not change a mapping by " + name);
                };
            default -> null;
        };
        return method == null ? new Undefined(name) : method;
    }

    /// Pairs of key and value.
    static List<@Nullable Object> items(Map<?, ?> map) {
        List<@Nullable Object> items = new ArrayList<>();
        map.forEach((key, value) -> {
            List<@Nullable Object> pair = new ArrayList<>();
            pair.add(key);
            pair.add(value);
            items.add(pair);
        });
        return items;
    }

    @SuppressWarnings("unchecked") // lists that a template may change are its own
    private static @Nullable Object ofList(List<?> list, String name) {
        return switch (name) {
            case "append" ->
                (Function) (positional, _) -> {
                    ((List<@Nullable Object>) list).add(positional.getFirst());
                    return null;
                };
            case "index" -> (Function) (positional, _) -> (long) list.indexOf(positional.getFirst());
            case "count" ->
                (Function) (positional, _) -> list.stream()
                        .filter(item -> Values.areEqual(item, positional.getFirst()))
                        .count();
            case "pop" ->
                (Function) (positional, _) -> {
                    int at = positional.isEmpty() ? list.size() - 1 : (int) Values.whole(positional.getFirst());
                    return ((List<@Nullable Object>) list).remove(at < 0 ? list.size() + at : at);
                };
            default -> new Undefined(name);
        };
    }

    private static @Nullable Object ofText(String text, String name) {
        Function method = switch (name) {
            case "strip" -> (given, _) -> strip(text, first(given), true, true);
            case "lstrip" -> (given, _) -> strip(text, first(given), true, false);
            case "rstrip" -> (given, _) -> strip(text, first(given), false, true);
            case "split" -> (given, named) -> split(text, given, named);
            case "rsplit" -> (given, _) -> splitFromEnd(text, given);
            case "splitlines" -> (_, _) -> new ArrayList<Object>(text.lines().toList());
            case "startswith" -> (given, _) -> any(given.getFirst(), text::startsWith);
            case "endswith" -> (given, _) -> any(given.getFirst(), text::endsWith);
            case "upper" -> (_, _) -> text.toUpperCase(Locale.ROOT);
            case "lower" -> (_, _) -> text.toLowerCase(Locale.ROOT);
            case "title" -> (_, _) -> title(text);
            case "capitalize" -> (_, _) -> Filters.apply("capitalize", text, List.of(), Map.of());
            case "replace" -> (given, _) -> replace(text, Values.text(given.get(0)), Values.text(given.get(1)), given);
            case "find" -> (given, _) -> (long) text.indexOf(Values.text(given.getFirst()));
            case "rfind" -> (given, _) -> (long) text.lastIndexOf(Values.text(given.getFirst()));
            case "count" -> (given, _) -> (long) count(text, Values.text(given.getFirst()));
            case "join" -> (given, _) -> Filters.apply("join", given.getFirst(), List.of(text), Map.of());
            case "isdigit" -> (_, _) -> !text.isEmpty() && text.chars().allMatch(Character::isDigit);
            case "isspace" -> (_, _) -> !text.isEmpty() && text.chars().allMatch(Character::isWhitespace);
            case "removeprefix" ->
                (given, _) -> {
                    String prefix = Values.text(given.getFirst());
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                (given, _) -> {
                    String suffix = Values.text(given.getFirst());
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            default -> null;
        };
        return method == null ? new Undefined(name) : method;
    }

    private static @Nullable Object first(List<@Nullable Object> given) {
        return given.isEmpty() ? null : given.getFirst();
    }

    private static boolean any(@Nullable Object wanted, java.util.function.Predicate<String> holds) {
        return wanted instanceof List<?> list
                ? list.stream().anyMatch(each -> holds.test(Values.text(each)))
                : holds.test(Values.text(wanted));
    }

    static String strip(String text, @Nullable Object characters, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.charAt(from), characters)) {
            from++;
        }
        while (right && to > from && isStripped(text.charAt(to - 1), characters)) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isStripped(char c, @Nullable Object characters) {
        return characters == null
                ? Character.isWhitespace(c) || Character.isSpaceChar(c)
                : Values.text(characters).indexOf(c) >= 0;
    }

    private static Object split(String text, List<@Nullable Object> given, Map<String, @Nullable Object> named) {
        Object separator = given.isEmpty() ? named.get("sep") : given.getFirst();
        Object limit = given.size() > 1 ? given.get(1) : named.get("maxsplit");
        long most = limit == null ? -1 : Values.whole(limit);
        List<Object> parts = new ArrayList<>();
        if (separator == null) {
            for (String word : text.strip().split("\\s+", -1)) {
                if (!word.isEmpty()) {
                    parts.add(word);
                }
            }
            return parts;
        }
        String mark = Values.text(separator);
        if (mark.isEmpty()) {
            throw TemplateException.broken("an empty text separates nothing");
        }
        int from = 0;
        for (int at = text.indexOf(mark); at >= 0 && most != 0; at = text.indexOf(mark, from)) {
            parts.add(text.substring(from, at));
            from = at + mark.length();
            most--;
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static Object splitFromEnd(String text, List<@Nullable Object> given) {
        String mark = Values.text(given.getFirst());
        long most = given.size() > 1 ? Values.whole(given.get(1)) : -1;
        List<Object> parts = new ArrayList<>();
        int to = text.length();
        for (int at = text.lastIndexOf(mark);
                at >= 0 && most != 0;
                at = text.lastIndexOf(mark, to - mark.length() - 1)) {
            parts.addFirst(text.substring(at + mark.length(), to));
            to = at;
            most--;
            if (to < mark.length()) {
                break;
            }
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    private static String replace(String text, String from, String to, List<@Nullable Object> given) {
        if (given.size() < 3) {
            return text.replace(from, to);
        }
        String result = text;
        int at = 0;
        for (long left = Values.whole(given.get(2)); left > 0; left--) {
            at = result.indexOf(from, at);
            if (at < 0) {
                break;
            }
            result = result.substring(0, at) + to + result.substring(at + from.length());
            at += to.length();
        }
        return result;
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0 && !part.isEmpty(); at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }

    static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean begins = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            title.append(begins ? Character.toUpperCase(c) : Character.toLowerCase(c));
            begins = !Character.isLetter(c);
        }
        return title.toString();
    }

    /// A JSON text as values.
    static @Nullable Object parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JsonReader reader = new JsonReader("a text in the template", bytes, JsonReader.Dialect.STRICT);
        Object value = reader.value();
        reader.endDocument();
        return value;
    }
}
