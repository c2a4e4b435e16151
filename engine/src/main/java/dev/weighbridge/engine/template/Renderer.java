package dev.weighbridge.engine.template;

import dev.weighbridge.engine.template.Expression.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Follows the statements of a template. One rendering's own.
final class Renderer {
    /// How much a template may write and how often it may loop: templates come from strangers.
    private static final int LONGEST = 16 << 20;

    private static final int MOST_STEPS = 5_000_000;

    /// What a statement does to the loop around it.
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final StringBuilder all = new StringBuilder();
    private StringBuilder out = all;
    private int steps;

    String render(List<Statement> body, Scope scope) {
        run(body, scope);
        return all.toString();
    }

    private Flow run(List<Statement> body, Scope scope) {
        for (Statement statement : body) {
            Flow flow = run(statement, scope);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow run(Statement statement, Scope scope) {
        if (++steps > MOST_STEPS || out.length() > LONGEST) {
            throw TemplateException.broken("the template does not come to an end");
        }
        switch (statement) {
            case Statement.Text(String text) -> out.append(text);
            case Statement.Print(Expression value) -> print(value(value, scope));
            case Statement.If branches -> {
                return branch(branches, scope);
            }
            case Statement.For loop -> loop(loop, scope);
            case Statement.Assign(List<String> targets, Expression value) ->
                assign(targets, value(value, scope), scope);
            case Statement.AssignAttribute assignment -> assignAttribute(assignment, scope);
            case Statement.Capture capture ->
                scope.set(capture.target(), filtered(captured(capture.body(), scope), capture.filters(), scope));
            case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
            case Statement.CallBlock block -> callBlock(block, scope);
            case Statement.Filtered(List<Expression.Filter> filters, List<Statement> body) ->
                print(filtered(captured(body, scope), filters, scope));
            case Statement.Block(List<Statement> body) -> {
                return run(body, scope);
            }
            case Statement.Break() -> {
                return Flow.BREAK;
            }
            case Statement.Continue() -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void print(@Nullable Object value) {
        out.append(Values.text(value));
    }

    private Flow branch(Statement.If branches, Scope scope) {
        for (Statement.Branch branch : branches.branches()) {
            if (branch.condition() == null || Values.isTrue(value(branch.condition(), scope))) {
                return run(branch.body(), scope);
            }
        }
        return Flow.ON;
    }

    private void loop(Statement.For loop, Scope scope) {
        List<@Nullable Object> items = new ArrayList<>();
        for (Object item : Values.items(value(loop.items(), scope))) {
            Scope inner = new Scope(scope);
            assign(loop.targets(), item, inner);
            if (loop.condition() == null || Values.isTrue(value(loop.condition(), inner))) {
                items.add(item);
            }
        }
        for (int i = 0; i < items.size(); i++) {
            Scope inner = new Scope(scope);
            inner.set("loop", loopValues(items, i));
            assign(loop.targets(), items.get(i), inner);
            if (run(loop.body(), inner) == Flow.BREAK) {
                break;
            }
        }
        if (items.isEmpty()) {
            run(loop.otherwise(), scope);
        }
    }

    private static Map<String, @Nullable Object> loopValues(List<@Nullable Object> items, int i) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("index", i + 1L);
        values.put("index0", (long) i);
        values.put("revindex", (long) items.size() - i);
        values.put("revindex0", items.size() - i - 1L);
        values.put("first", i == 0);
        values.put("last", i == items.size() - 1);
        values.put("length", (long) items.size());
        values.put("previtem", i == 0 ? new Undefined("previtem") : items.get(i - 1));
        values.put("nextitem", i == items.size() - 1 ? new Undefined("nextitem") : items.get(i + 1));
        values.put("cycle", (Function) (given, _) -> given.get(i % given.size()));
        return values;
    }

    private static void assign(List<String> targets, @Nullable Object value, Scope scope) {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), value);
            return;
        }
        List<@Nullable Object> parts = Values.items(value);
        if (parts.size() != targets.size()) {
            throw TemplateException.broken(parts.size() + " values for " + targets.size() + " names");
        }
        for (int i = 0; i < targets.size(); i++) {
            scope.set(targets.get(i), parts.get(i));
        }
    }

    private void assignAttribute(Statement.AssignAttribute assignment, Scope scope) {
        if (!(scope.find(assignment.object()) instanceof Namespace namespace)) {
            throw TemplateException.broken(assignment.object() + " is no namespace, so nothing can be set in it");
        }
        namespace.put(assignment.name(), value(assignment.value(), scope));
    }

    /// A mapping that a template may set attributes of.
    static final class Namespace extends LinkedHashMap<String, @Nullable Object> {
        private static final long serialVersionUID = 1;

        Namespace(Map<String, @Nullable Object> values) {
            super(values);
        }
    }

    private String captured(List<Statement> body, Scope scope) {
        StringBuilder before = out;
        out = new StringBuilder();
        try {
            run(body, new Scope(scope));
            return out.toString();
        } finally {
            out = before;
        }
    }

    private @Nullable Object filtered(@Nullable Object start, List<Expression.Filter> filters, Scope scope) {
        Object value = start;
        for (Expression.Filter filter : filters) {
            value = Filters.apply(
                    filter.name(), value, positional(filter.arguments(), scope), named(filter.arguments(), scope));
        }
        return value;
    }

    private Function macro(Statement.Macro macro, Scope defined) {
        return (positional, named) -> {
            Scope inner = new Scope(defined);
            for (int i = 0; i < macro.parameters().size(); i++) {
                String parameter = macro.parameters().get(i);
                Expression otherwise = macro.defaults().get(i);
                inner.set(
                        parameter,
                        i < positional.size()
                                ? positional.get(i)
                                : named.containsKey(parameter)
                                        ? named.get(parameter)
                                        : otherwise == null ? new Undefined(parameter) : value(otherwise, inner));
            }
            if (named.containsKey("caller")) {
                inner.set("caller", named.get("caller"));
            }
            return captured(macro.body(), inner);
        };
    }

    private void callBlock(Statement.CallBlock block, Scope scope) {
        Function caller = (positional, _) -> {
            Scope inner = new Scope(scope);
            for (int i = 0; i < Math.min(positional.size(), block.parameters().size()); i++) {
                inner.set(block.parameters().get(i), positional.get(i));
            }
            return captured(block.body(), inner);
        };
        Map<String, @Nullable Object> named =
                new LinkedHashMap<>(named(block.call().arguments(), scope));
        named.put("caller", caller);
        print(call(value(block.call().callee(), scope), positional(block.call().arguments(), scope), named));
    }

    private @Nullable Object value(Expression expression, Scope scope) {
        if (++steps > MOST_STEPS) {
            throw TemplateException.broken("the template does not come to an end");
        }
        return switch (expression) {
            case Expression.Constant(Object value) -> value;
            case Expression.Name(String name) -> scope.find(name);
            case Expression.ListOf(List<Expression> items) -> values(items, scope);
            case Expression.MapOf map -> map(map, scope);
            case Expression.Attribute(Expression object, String name) ->
                Methods.attribute(Markup.removed(value(object, scope)), name);
            case Expression.Item(Expression object, Expression index) ->
                item(Markup.removed(value(object, scope)), value(index, scope));
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call(Expression callee, Arguments arguments) ->
                call(value(callee, scope), positional(arguments, scope), named(arguments, scope));
            case Expression.Filter(Expression input, String name, Arguments arguments) ->
                Filters.apply(name, value(input, scope), positional(arguments, scope), named(arguments, scope));
            case Expression.Test test ->
                Tests.holds(
                                test.name(),
                                Markup.removed(value(test.input(), scope)),
                                positional(test.arguments(), scope))
                        != test.negated();
            case Expression.Not(Expression operand) -> !Values.isTrue(value(operand, scope));
            case Expression.Negative(Expression operand) -> Arithmetic.negative(value(operand, scope));
            case Expression.Binary binary -> binary(binary, scope);
            case Expression.Comparison comparison -> holds(comparison, scope);
            case Expression.Conditional(Expression condition, Expression value, Expression other) ->
                Values.isTrue(value(condition, scope))
                        ? value(value, scope)
                        : other == null ? new Undefined("") : value(other, scope);
        };
    }

    private List<@Nullable Object> values(List<Expression> items, Scope scope) {
        List<@Nullable Object> values = new ArrayList<>(items.size());
        for (Expression item : items) {
            values.add(value(item, scope));
        }
        return values;
    }

    private List<@Nullable Object> positional(Arguments arguments, Scope scope) {
        return values(arguments.positional(), scope);
    }

    private Map<String, @Nullable Object> named(Arguments arguments, Scope scope) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        arguments.named().forEach((name, argument) -> named.put(name, value(argument, scope)));
        return named;
    }

    private Map<@Nullable Object, @Nullable Object> map(Expression.MapOf map, Scope scope) {
        Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < map.keys().size(); i++) {
            values.put(value(map.keys().get(i), scope), value(map.values().get(i), scope));
        }
        return values;
    }

    private static @Nullable Object item(@Nullable Object object, @Nullable Object index) {
        return switch (object) {
            case Map<?, ?> map -> map.containsKey(index) ? map.get(index) : new Undefined(Values.text(index));
            case List<?> list
            when index instanceof Long number -> {
                long at = number < 0 ? list.size() + number : number;
                yield at >= 0 && at < list.size() ? list.get((int) at) : new Undefined(Values.text(index));
            }
            case String text
            when index instanceof Long number -> {
                long at = number < 0 ? text.length() + number : number;
                yield at >= 0 && at < text.length()
                        ? String.valueOf(text.charAt((int) at))
                        : new Undefined(Values.text(index));
            }
            case null, default -> Methods.attribute(object, Values.text(index));
        };
    }

    private @Nullable Object slice(Expression.Slice slice, Scope scope) {
        Object object = Markup.removed(value(slice.object(), scope));
        List<@Nullable Object> items = Values.items(object);
        long step = slice.step() == null ? 1 : Values.whole(value(slice.step(), scope));
        if (step == 0) {
            throw TemplateException.broken("a slice with steps of nothing");
        }
        int size = items.size();
        long from = bound(slice.from(), step > 0 ? 0 : size - 1, size, step > 0, scope);
        long to = bound(slice.to(), step > 0 ? size : -1, size, step > 0, scope);
        List<@Nullable Object> taken = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            taken.add(items.get((int) i));
        }
        if (object instanceof String) {
            StringBuilder text = new StringBuilder();
            taken.forEach(text::append);
            return text.toString();
        }
        return taken;
    }

    private long bound(@Nullable Expression expression, long otherwise, int size, boolean forward, Scope scope) {
        Object given = expression == null ? null : value(expression, scope);
        if (given == null) {
            return otherwise;
        }
        long at = Values.whole(given);
        long counted = at < 0 ? at + size : at;
        return forward ? Math.clamp(counted, 0, size) : Math.clamp(counted, -1, size - 1);
    }

    private static @Nullable Object call(
            @Nullable Object callee, List<@Nullable Object> positional, Map<String, @Nullable Object> named) {
        if (callee instanceof Function function) {
            try {
                return function.call(positional, named);
            } catch (java.util.NoSuchElementException | IndexOutOfBoundsException _) {
                throw TemplateException.broken("a call without its arguments");
            }
        }
        String what = callee instanceof Undefined undefined ? "'" + undefined.what() + "'" : Values.represented(callee);
        throw TemplateException.broken(what + " cannot be called");
    }

    private @Nullable Object binary(Expression.Binary binary, Scope scope) {
        Object left = value(binary.left(), scope);
        return switch (binary.operator()) {
            case "and" -> Values.isTrue(left) ? value(binary.right(), scope) : left;
            case "or" -> Values.isTrue(left) ? left : value(binary.right(), scope);
            case "~" -> Values.text(left) + Values.text(value(binary.right(), scope));
            default -> Arithmetic.of(binary.operator(), left, value(binary.right(), scope));
        };
    }

    private boolean holds(Expression.Comparison comparison, Scope scope) {
        Object left = Markup.removed(value(comparison.first(), scope));
        for (int i = 0; i < comparison.operators().size(); i++) {
            Object right = Markup.removed(value(comparison.operands().get(i), scope));
            boolean holds = switch (comparison.operators().get(i)) {
                case "==" -> Values.areEqual(left, right);
                case "!=" -> !Values.areEqual(left, right);
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                case ">=" -> Values.compare(left, right) >= 0;
                case "in" -> Values.contains(right, left);
                default -> !Values.contains(right, left);
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }
}
