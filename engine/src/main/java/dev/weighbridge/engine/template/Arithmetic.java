package dev.weighbridge.engine.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sums, products and the like, as Python has them.
final class Arithmetic {
    private Arithmetic() {}

    static Object of(String operator, @Nullable Object a, @Nullable Object b) {
        if (operator.equals("+") && (a instanceof Markup || b instanceof Markup)) {
            return Markup.joined(a, b);
        }
        if (operator.equals("+") && a instanceof String left && b instanceof String right) {
            return left + right;
        }
        if (operator.equals("+") && a instanceof List<?> left && b instanceof List<?> right) {
            List<@Nullable Object> joined = new ArrayList<>(left);
            joined.addAll(right);
            return joined;
        }
        if (operator.equals("*") && a instanceof String text) {
            return text.repeat(Math.clamp(Values.whole(b), 0, 1 << 16));
        }
        if (operator.equals("%") && a instanceof String) {
            throw TemplateException.broken("a template may not format by %");
        }
        return isWhole(a) && isWhole(b)
                ? whole(operator, Values.whole(a), Values.whole(b))
                : real(operator, Values.number(a), Values.number(b));
    }

    static Object negative(@Nullable Object value) {
        return isWhole(value) ? (Object) (-Values.whole(value)) : -Values.number(value);
    }

    private static boolean isWhole(@Nullable Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    private static Object whole(String operator, long a, long b) {
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw TemplateException.broken("a division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> (double) a / b;
            case "//" -> Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            default -> b < 0 ? (Object) Math.pow(a, b) : (Object) (long) Math.pow(a, b);
        };
    }

    private static Object real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            default -> Math.pow(a, b);
        };
    }
}
