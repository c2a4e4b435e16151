package dev.weighbridge.engine.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What has a value.
sealed interface Expression {
    record Constant(@Nullable Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> items) implements Expression {}

    record MapOf(List<Expression> keys, List<Expression> values) implements Expression {}

    /// `object.name`.
    record Attribute(Expression object, String name) implements Expression {}

    /// `object[index]`.
    record Item(Expression object, Expression index) implements Expression {}

    /// `object[from:to:step]`.
    record Slice(
            Expression object,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step) implements Expression {}

    record Call(Expression callee, Arguments arguments) implements Expression {}

    record Filter(Expression input, String name, Arguments arguments) implements Expression {}

    /// `input is name(arguments)`.
    record Test(Expression input, String name, Arguments arguments, boolean negated) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record Negative(Expression operand) implements Expression {}

    /// Arithmetic, `~`, `and`, `or`.
    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /// `a < b <= c`, `a in b`, `a not in b`.
    record Comparison(Expression first, List<String> operators, List<Expression> operands) implements Expression {}

    /// `value if condition else other`.
    record Conditional(
            Expression condition,
            Expression value,
            @Nullable Expression other) implements Expression {}

    /// What a call, a filter or a test is given.
    record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());
    }
}
