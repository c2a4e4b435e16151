package dev.weighbridge.engine.template;

import dev.weighbridge.engine.template.Expression.Arguments;
import dev.weighbridge.engine.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads expressions, the loosest binding first.
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");
    private static final int DEEPEST = 200;

    private final TokenStream tokens;
    private int depth;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /// An expression, or several separated by commas as a list.
    Expression tuple() {
        Expression first = expression();
        if (!tokens.peek().is(Kind.OPERATOR, ",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.accept(Kind.OPERATOR, ",")) {
            items.add(expression());
        }
        return new Expression.ListOf(items);
    }

    Expression expression() {
        if (++depth > DEEPEST) {
            throw TemplateException.broken("line " + tokens.line() + ": nested too deep");
        }
        Expression value = withoutConditional();
        while (tokens.accept(Kind.NAME, "if")) {
            Expression condition = withoutConditional();
            Expression other = tokens.accept(Kind.NAME, "else") ? expression() : null;
            value = new Expression.Conditional(condition, value, other);
        }
        depth--;
        return value;
    }

    /// An expression in which `if` is not read, so that a loop's own condition follows it.
    Expression withoutConditional() {
        Expression left = conjunction();
        while (tokens.accept(Kind.NAME, "or")) {
            left = new Expression.Binary("or", left, conjunction());
        }
        return left;
    }

    private Expression conjunction() {
        Expression left = negation();
        while (tokens.accept(Kind.NAME, "and")) {
            left = new Expression.Binary("and", left, negation());
        }
        return left;
    }

    private Expression negation() {
        return tokens.accept(Kind.NAME, "not") ? new Expression.Not(negation()) : comparison();
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                operators.add(tokens.next().text());
            } else if (tokens.accept(Kind.NAME, "in")) {
                operators.add("in");
            } else if (token.is(Kind.NAME, "not") && tokens.peek(1).is(Kind.NAME, "in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expression.Comparison(first, operators, operands);
            }
            operands.add(sum());
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.peek().is(Kind.OPERATOR, "+") || tokens.peek().is(Kind.OPERATOR, "-")) {
            left = new Expression.Binary(tokens.next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (tokens.accept(Kind.OPERATOR, "~")) {
            left = new Expression.Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = unary();
        while (tokens.peek().kind() == Kind.OPERATOR
                && Set.of("*", "/", "//", "%").contains(tokens.peek().text())) {
            left = new Expression.Binary(tokens.next().text(), left, unary());
        }
        return left;
    }

    /// A sign binds tighter than a product; filters and tests bind tighter than a sign.
    private Expression unary() {
        if (tokens.accept(Kind.OPERATOR, "-")) {
            return new Expression.Negative(unary());
        }
        if (tokens.accept(Kind.OPERATOR, "+")) {
            return unary();
        }
        Expression base = postfix(primary());
        if (tokens.accept(Kind.OPERATOR, "**")) {
            base = new Expression.Binary("**", base, unary());
        }
        return filtersAndTests(base);
    }

    private Expression filtersAndTests(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.accept(Kind.OPERATOR, "|")) {
                value = postfix(filter(value));
            } else if (tokens.accept(Kind.NAME, "is")) {
                value = test(value);
            } else {
                return value;
            }
        }
    }

    /// A filter's name and arguments, the bar before it read.
    Expression.Filter filter(Expression input) {
        String name = tokens.expect(Kind.NAME).text();
        Arguments arguments = tokens.accept(Kind.OPERATOR, "(") ? Parser.arguments(tokens, this) : Arguments.NONE;
        return new Expression.Filter(input, name, arguments);
    }

    private Expression test(Expression input) {
        boolean negated = tokens.accept(Kind.NAME, "not");
        String name = tokens.expect(Kind.NAME).text();
        Arguments arguments = Arguments.NONE;
        if (tokens.accept(Kind.OPERATOR, "(")) {
            arguments = Parser.arguments(tokens, this);
        } else if (startsOperand(tokens.peek())) {
            arguments = new Arguments(List.of(postfix(primary())), java.util.Map.of());
        }
        return new Expression.Test(input, name, arguments, negated);
    }

    /// Whether a test without brackets has an argument: `x is divisibleby 3`.
    private static boolean startsOperand(Token token) {
        return switch (token.kind()) {
            case STRING, INTEGER, FLOAT -> true;
            case NAME ->
                !Set.of("and", "or", "not", "else", "if", "is", "in", "recursive")
                        .contains(token.text());
            default -> false;
        };
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.peek().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Constant(text.toString());
            }
            case INTEGER -> new Expression.Constant(Long.valueOf(token.text().replace("_", "")));
            case FLOAT -> new Expression.Constant(Double.valueOf(token.text().replace("_", "")));
            case NAME -> name(token.text());
            case OPERATOR -> bracketed(token);
            default -> throw TemplateException.broken("line " + token.line() + ": a value is missing");
        };
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Constant(true);
            case "false", "False" -> new Expression.Constant(false);
            case "none", "None" -> new Expression.Constant(null);
            default -> new Expression.Name(name);
        };
    }

    private Expression bracketed(Token open) {
        return switch (open.text()) {
            case "(" -> {
                if (tokens.accept(Kind.OPERATOR, ")")) {
                    yield new Expression.ListOf(List.of());
                }
                Expression first = expression();
                if (!tokens.peek().is(Kind.OPERATOR, ",")) {
                    tokens.expect(Kind.OPERATOR, ")");
                    yield first;
                }
                List<Expression> items = new ArrayList<>(List.of(first));
                tokens.next();
                items.addAll(items(")"));
                yield new Expression.ListOf(items);
            }
            case "[" -> new Expression.ListOf(items("]"));
            case "{" -> map();
            default ->
                throw TemplateException.broken("line " + open.line() + ": '" + open.text() + "' begins no value");
        };
    }

    private List<Expression> items(String close) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.accept(Kind.OPERATOR, close)) {
            items.add(expression());
            if (!tokens.accept(Kind.OPERATOR, ",") && !tokens.peek().is(Kind.OPERATOR, close)) {
                throw tokens.unexpected();
            }
        }
        return items;
    }

    private Expression map() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.accept(Kind.OPERATOR, "}")) {
            keys.add(expression());
            tokens.expect(Kind.OPERATOR, ":");
            values.add(expression());
            if (!tokens.accept(Kind.OPERATOR, ",") && !tokens.peek().is(Kind.OPERATOR, "}")) {
                throw tokens.unexpected();
            }
        }
        return new Expression.MapOf(keys, values);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.accept(Kind.OPERATOR, ".")) {
                Token name = tokens.next();
                value = name.kind() == Kind.INTEGER
                        ? new Expression.Item(value, new Expression.Constant(Long.valueOf(name.text())))
                        : new Expression.Attribute(value, name.text());
            } else if (tokens.accept(Kind.OPERATOR, "[")) {
                value = subscript(value);
            } else if (tokens.accept(Kind.OPERATOR, "(")) {
                value = new Expression.Call(value, Parser.arguments(tokens, this));
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression object) {
        Expression from = tokens.peek().is(Kind.OPERATOR, ":") ? null : expression();
        if (from != null && tokens.accept(Kind.OPERATOR, "]")) {
            return new Expression.Item(object, from);
        }
        tokens.expect(Kind.OPERATOR, ":");
        boolean ends = tokens.peek().is(Kind.OPERATOR, ":") || tokens.peek().is(Kind.OPERATOR, "]");
        Expression to = ends ? null : expression();
        Expression step = null;
        if (tokens.accept(Kind.OPERATOR, ":") && !tokens.peek().is(Kind.OPERATOR, "]")) {
            step = expression();
        }
        tokens.expect(Kind.OPERATOR, "]");
        return new Expression.Slice(object, from, to, step);
    }
}
