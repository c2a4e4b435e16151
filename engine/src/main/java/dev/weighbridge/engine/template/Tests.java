package dev.weighbridge.engine.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tests by name: `x is defined`.
final class Tests {
    private Tests() {}

    static boolean holds(String name, @Nullable Object value, List<@Nullable Object> arguments) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "number" -> value instanceof Long || value instanceof Double;
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "mapping" -> value instanceof Map;
            case "iterable" -> value instanceof List || value instanceof Map || value instanceof String;
            case "sequence" -> value instanceof List || value instanceof String || value instanceof Map;
            case "callable" -> value instanceof Function;
            case "odd" -> Math.floorMod(Values.whole(value), 2) == 1;
            case "even" -> Math.floorMod(Values.whole(value), 2) == 0;
            case "divisibleby" -> Values.whole(value) % Values.whole(arguments.getFirst()) == 0;
            case "lower" -> Values.text(value).equals(Values.text(value).toLowerCase(java.util.Locale.ROOT));
            case "upper" -> Values.text(value).equals(Values.text(value).toUpperCase(java.util.Locale.ROOT));
            case "in" -> Values.contains(arguments.getFirst(), value);
            case "equalto", "eq", "sameas" -> Values.areEqual(value, arguments.getFirst());
            case "ne" -> !Values.areEqual(value, arguments.getFirst());
            case "gt", "greaterthan" -> Values.compare(value, arguments.getFirst()) > 0;
            case "ge" -> Values.compare(value, arguments.getFirst()) >= 0;
            case "lt", "lessthan" -> Values.compare(value, arguments.getFirst()) < 0;
            case "le" -> Values.compare(value, arguments.getFirst()) <= 0;
            default -> throw TemplateException.broken("no test is called " + name);
        };
    }
}
