package dev.weighbridge.engine.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Filters by name: `x | upper`.
final class Filters {
    private Filters() {}

    static @Nullable Object apply(
            String name,
            @Nullable Object given,
            List<@Nullable Object> arguments,
            Map<String, @Nullable Object> named) {
        Object value = Markup.removed(given);
        return switch (name) {
            case "safe" -> new Markup(Values.text(value));
            case "string" -> Values.text(value);
            case "e", "escape", "forceescape" -> new Markup(Markup.escaped(Values.text(value)));
            case "trim" -> Methods.strip(Values.text(value), argument(arguments, 0, null), true, true);
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "capitalize" -> capitalized(Values.text(value));
            case "title" -> Methods.title(Values.text(value));
            case "length", "count" -> length(value);
            case "tojson" -> json(value, arguments, named);
            case "from_json", "fromjson" -> Methods.parse(Values.text(value));
            case "join" -> join(value, arguments, named);
            case "default", "d" -> orDefault(value, arguments, named);
            case "items" -> value instanceof Undefined ? List.of() : Methods.items(map(value));
            case "list" -> new ArrayList<>(Values.items(value));
            case "dictsort" -> Methods.items(new java.util.TreeMap<>(map(value)));
            case "first" ->
                Values.items(value).isEmpty()
                        ? new Undefined("first")
                        : Values.items(value).getFirst();
            case "last" ->
                Values.items(value).isEmpty()
                        ? new Undefined("last")
                        : Values.items(value).getLast();
            case "reverse" -> reversed(value);
            case "sort" -> sorted(value, named);
            case "unique" -> unique(value);
            case "int" -> whole(value);
            case "float" -> real(value);
            case "abs" -> value instanceof Long number ? (Object) Math.abs(number) : Math.abs(Values.number(value));
            case "round" -> Math.rint(Values.number(value));
            case "sum" -> sum(value);
            case "max" -> Values.items(value).stream().max(Values::compare).orElse(new Undefined("max"));
            case "min" -> Values.items(value).stream().min(Values::compare).orElse(new Undefined("min"));
            case "replace" -> Values.text(value).replace(Values.text(arguments.get(0)), Values.text(arguments.get(1)));
            case "indent" -> indented(Values.text(value), arguments, named);
            case "selectattr" -> byAttribute(value, arguments, true);
            case "rejectattr" -> byAttribute(value, arguments, false);
            case "select" -> byTest(value, arguments, true);
            case "reject" -> byTest(value, arguments, false);
            case "map" -> mapped(value, arguments, named);
            case "batch" -> batches(value, Values.whole(arguments.getFirst()));
            default -> throw TemplateException.broken("no filter is called " + name);
        };
    }

    private static @Nullable Object argument(List<@Nullable Object> arguments, int index, @Nullable Object otherwise) {
        return index < arguments.size() ? arguments.get(index) : otherwise;
    }

    private static String capitalized(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    private static Object length(@Nullable Object value) {
        return switch (value) {
            case String text -> (long) text.codePointCount(0, text.length());
            case Map<?, ?> map -> (long) map.size();
            case null, default -> (long) Values.items(value).size();
        };
    }

    private static String json(
            @Nullable Object value, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        if (value instanceof Undefined) {
            throw TemplateException.broken("an undefined value has no form in JSON");
        }
        Object indent = named.getOrDefault("indent", argument(arguments, 0, null));
        List<?> separators = named.get("separators") instanceof List<?> pair ? pair : null;
        boolean sorted = Values.isTrue(named.get("sort_keys"));
        return Json.write(value, indent == null ? -1 : (int) Values.whole(indent), separators, sorted);
    }

    private static String join(
            @Nullable Object value, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        String separator = Values.text(argument(arguments, 0, ""));
        Object attribute = named.get("attribute");
        List<String> texts = new ArrayList<>();
        for (Object item : Values.items(value)) {
            texts.add(Values.text(attribute == null ? item : Methods.attribute(item, Values.text(attribute))));
        }
        return String.join(separator, texts);
    }

    private static @Nullable Object orDefault(
            @Nullable Object value, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        Object otherwise = argument(arguments, 0, named.getOrDefault("default_value", ""));
        boolean ifFalse = Values.isTrue(argument(arguments, 1, named.getOrDefault("boolean", false)));
        return value instanceof Undefined || (ifFalse && !Values.isTrue(value)) ? otherwise : value;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw TemplateException.broken(Values.represented(value) + " is no mapping");
    }

    private static Object reversed(@Nullable Object value) {
        if (value instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        List<@Nullable Object> items = new ArrayList<>(Values.items(value));
        Collections.reverse(items);
        return items;
    }

    private static Object sorted(@Nullable Object value, Map<String, @Nullable Object> named) {
        List<@Nullable Object> items = new ArrayList<>(Values.items(value));
        Object attribute = named.get("attribute");
        Comparator<@Nullable Object> order = (a, b) -> attribute == null
                ? Values.compare(folded(a), folded(b))
                : Values.compare(
                        Methods.attribute(a, Values.text(attribute)), Methods.attribute(b, Values.text(attribute)));
        items.sort(Values.isTrue(named.get("reverse")) ? order.reversed() : order);
        return items;
    }

    private static @Nullable Object folded(@Nullable Object value) {
        return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static Object unique(@Nullable Object value) {
        Map<Object, @Nullable Object> seen = new LinkedHashMap<>();
        for (Object item : Values.items(value)) {
            seen.putIfAbsent(Objects.requireNonNullElse(folded(item), "none"), item);
        }
        return new ArrayList<>(seen.values());
    }

    private static Object whole(@Nullable Object value) {
        if (value instanceof String text) {
            try {
                return Long.valueOf(text.trim());
            } catch (NumberFormatException _) {
                return 0L;
            }
        }
        return Values.isNumber(value) ? (Object) Values.whole(value) : 0L;
    }

    private static Object real(@Nullable Object value) {
        if (value instanceof String text) {
            try {
                return Double.valueOf(text.trim());
            } catch (NumberFormatException _) {
                return 0.0;
            }
        }
        return Values.isNumber(value) ? Values.number(value) : 0.0;
    }

    private static Object sum(@Nullable Object value) {
        double sum = 0;
        boolean isWhole = true;
        for (Object item : Values.items(value)) {
            sum += Values.number(item);
            isWhole &= item instanceof Long;
        }
        return isWhole ? (Object) (long) sum : sum;
    }

    private static String indented(String text, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        Object width = argument(arguments, 0, named.getOrDefault("width", 4L));
        String margin = width instanceof String given ? given : " ".repeat((int) Values.whole(width));
        boolean first = Values.isTrue(argument(arguments, 1, named.getOrDefault("first", false)));
        boolean blank = Values.isTrue(argument(arguments, 2, named.getOrDefault("blank", false)));
        StringBuilder indented = new StringBuilder();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean isIndented = i == 0 ? first : blank || !lines[i].isEmpty();
            indented.append(i == 0 ? "" : "\n").append(isIndented ? margin : "").append(lines[i]);
        }
        return indented.toString();
    }

    /// What selects of nothing selects nothing.
    private static List<@Nullable Object> itemsOrNone(@Nullable Object value) {
        return Values.isTrue(value) ? Values.items(value) : List.of();
    }

    private static Object byAttribute(@Nullable Object value, List<@Nullable Object> arguments, boolean wanted) {
        String attribute = Values.text(arguments.getFirst());
        List<@Nullable Object> kept = new ArrayList<>();
        for (Object item : itemsOrNone(value)) {
            Object found = Methods.path(item, attribute);
            boolean holds = arguments.size() < 2
                    ? Values.isTrue(found)
                    : Tests.holds(Values.text(arguments.get(1)), found, arguments.subList(2, arguments.size()));
            if (holds == wanted) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static Object byTest(@Nullable Object value, List<@Nullable Object> arguments, boolean wanted) {
        List<@Nullable Object> kept = new ArrayList<>();
        for (Object item : itemsOrNone(value)) {
            boolean holds = arguments.isEmpty()
                    ? Values.isTrue(item)
                    : Tests.holds(Values.text(arguments.getFirst()), item, arguments.subList(1, arguments.size()));
            if (holds == wanted) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static Object mapped(
            @Nullable Object value, List<@Nullable Object> arguments, Map<String, @Nullable Object> named) {
        List<@Nullable Object> mapped = new ArrayList<>();
        for (Object item : itemsOrNone(value)) {
            if (named.containsKey("attribute")) {
                Object found = Methods.path(item, Values.text(named.get("attribute")));
                mapped.add(found instanceof Undefined && named.containsKey("default") ? named.get("default") : found);
            } else {
                mapped.add(apply(
                        Values.text(arguments.getFirst()), item, arguments.subList(1, arguments.size()), Map.of()));
            }
        }
        return mapped;
    }

    private static Object batches(@Nullable Object value, long size) {
        List<@Nullable Object> items = Values.items(value);
        List<Object> batches = new ArrayList<>();
        for (int i = 0; i < items.size(); i += (int) Math.max(1, size)) {
            batches.add(new ArrayList<>(items.subList(i, (int) Math.min(items.size(), i + Math.max(1, size)))));
        }
        return batches;
    }
}
