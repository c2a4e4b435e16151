package dev.weighbridge.engine.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a template does.
sealed interface Statement {
    record Text(String text) implements Statement {}

    record Print(Expression value) implements Statement {}

    /// Branches in order; the last may have no condition.
    record If(List<Branch> branches) implements Statement {}

    record Branch(@Nullable Expression condition, List<Statement> body) {}

    record For(
            List<String> targets,
            Expression items,
            @Nullable Expression condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    /// `set a, b = value`.
    record Assign(List<String> targets, Expression value) implements Statement {}

    /// `set object.name = value`.
    record AssignAttribute(String object, String name, Expression value) implements Statement {}

    /// `set name` … `endset`, through filters.
    record Capture(String target, List<Expression.Filter> filters, List<Statement> body) implements Statement {}

    record Macro(String name, List<String> parameters, List<@Nullable Expression> defaults, List<Statement> body)
            implements Statement {}

    /// `call(parameters) macro(…)` … `endcall`.
    record CallBlock(List<String> parameters, Expression.Call call, List<Statement> body) implements Statement {}

    /// `filter name` … `endfilter`.
    record Filtered(List<Expression.Filter> filters, List<Statement> body) implements Statement {}

    /// A block whose body is rendered as it is (`generation`).
    record Block(List<Statement> body) implements Statement {}

    record Break() implements Statement {}

    record Continue() implements Statement {}
}
