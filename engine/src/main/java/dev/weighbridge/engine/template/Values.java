package dev.weighbridge.engine.template;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What Python says of values: their truth, their text, their order, their equality.
final class Values {
    private Values() {}

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Undefined _ -> false;
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case Markup marked -> !marked.text().isEmpty();
            case Collection<?> items -> !items.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /// `str(value)`.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean truth -> truth ? "True" : "False";
            case Double number -> decimal(number);
            case List<?> _, Map<?, ?> _ -> represented(value);
            default -> value.toString();
        };
    }

    /// `repr(value)`.
    static String represented(@Nullable Object value) {
        return switch (value) {
            case String text -> quoted(text);
            case List<?> items -> {
                StringBuilder text = new StringBuilder("[");
                for (int i = 0; i < items.size(); i++) {
                    text.append(i == 0 ? "" : ", ").append(represented(items.get(i)));
                }
                yield text.append(']').toString();
            }
            case Map<?, ?> map -> {
                StringBuilder text = new StringBuilder("{");
                map.forEach((key, item) -> text.append(text.length() == 1 ? "" : ", ")
                        .append(represented(key))
                        .append(": ")
                        .append(represented(item)));
                yield text.append('}').toString();
            }
            case null, default -> text(value);
        };
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c == quote ? "\\" : "").append(c);
            }
        }
        return quoted.append(quote).toString();
    }

    static String decimal(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e16) {
            return (long) number + ".0";
        }
        return Double.toString(number).replace("E-", "e-").replace("E", "e+");
    }

    static boolean areEqual(@Nullable Object a, @Nullable Object b) {
        if (isNumber(a) && isNumber(b)) {
            return number(a) == number(b);
        }
        return a instanceof Undefined ? b instanceof Undefined : Objects.equals(a, b);
    }

    static int compare(@Nullable Object a, @Nullable Object b) {
        if (isNumber(a) && isNumber(b)) {
            return Double.compare(number(a), number(b));
        }
        if (a instanceof String left && b instanceof String right) {
            return left.compareTo(right);
        }
        throw TemplateException.broken(represented(a) + " and " + represented(b) + " have no order");
    }

    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double number(@Nullable Object value) {
        return switch (value) {
            case Long whole -> whole;
            case Double number -> number;
            case Boolean truth -> truth ? 1 : 0;
            case null, default -> throw TemplateException.broken(represented(value) + " is no number");
        };
    }

    static long whole(@Nullable Object value) {
        return value instanceof Long number ? number : (long) number(value);
    }

    /// What a loop goes through: items, keys, characters.
    static List<@Nullable Object> items(@Nullable Object value) {
        return switch (value) {
            case null -> throw TemplateException.broken("none has no items");
            case Undefined _ -> List.of();
            case List<?> list -> java.util.Collections.unmodifiableList(list);
            case Map<?, ?> map -> List.copyOf(map.keySet());
            case String text ->
                text.codePoints()
                        .mapToObj(Character::toString)
                        .map(Object.class::cast)
                        .toList();
            default -> throw TemplateException.broken(represented(value) + " has no items");
        };
    }

    static boolean contains(@Nullable Object container, @Nullable Object item) {
        return switch (container) {
            case String text -> item instanceof String part && text.contains(part);
            case Map<?, ?> map -> map.containsKey(item);
            case List<?> list -> list.stream().anyMatch(each -> areEqual(each, item));
            case Undefined _ -> false;
            case null, default -> throw TemplateException.broken(represented(container) + " contains nothing");
        };
    }
}
