package dev.weighbridge.engine.template;

import dev.weighbridge.engine.template.Expression.Arguments;
import dev.weighbridge.engine.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads statements; what they are made of is read by [ExpressionParser].
final class Parser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;

    private Parser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String template) {
        Parser parser = new Parser(new TokenStream(Lexer.tokens(template)));
        List<Statement> body = parser.body(Set.of());
        if (parser.tokens.peek().kind() != Kind.END) {
            throw parser.tokens.unexpected();
        }
        return body;
    }

    /// Statements up to a tag of one of these names, which is left to be read.
    private List<Statement> body(Set<String> ends) {
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Text(tokens.next().text()));
                case PRINT_BEGIN -> {
                    tokens.next();
                    statements.add(new Statement.Print(expressions.tuple()));
                    tokens.expect(Kind.PRINT_END);
                }
                case TAG_BEGIN -> {
                    if (ends.contains(tokens.peek(1).text())) {
                        return statements;
                    }
                    tokens.next();
                    statements.add(statement(tokens.expect(Kind.NAME).text()));
                }
                default -> {
                    return statements;
                }
            }
        }
    }

    private Statement statement(String name) {
        return switch (name) {
            case "if" -> ifStatement();
            case "for" -> forStatement();
            case "set" -> set();
            case "macro" -> macro();
            case "call" -> callBlock();
            case "filter" -> filtered();
            case "generation" -> {
                tokens.expect(Kind.TAG_END);
                yield new Statement.Block(closed("endgeneration"));
            }
            case "break" -> {
                tokens.expect(Kind.TAG_END);
                yield new Statement.Break();
            }
            case "continue" -> {
                tokens.expect(Kind.TAG_END);
                yield new Statement.Continue();
            }
            default -> throw TemplateException.broken("line " + tokens.line() + ": unknown tag " + name);
        };
    }

    /// The body up to the closing tag, which is read.
    private List<Statement> closed(String end) {
        List<Statement> body = body(Set.of(end));
        endTag(end);
        return body;
    }

    private void endTag(String name) {
        tokens.expect(Kind.TAG_BEGIN);
        tokens.expect(Kind.NAME, name);
        if (tokens.peek().kind() == Kind.NAME) {
            tokens.next();
        }
        tokens.expect(Kind.TAG_END);
    }

    private Statement ifStatement() {
        List<Statement.Branch> branches = new ArrayList<>();
        Expression condition = expressions.expression();
        tokens.expect(Kind.TAG_END);
        while (true) {
            List<Statement> body = body(Set.of("elif", "else", "endif"));
            branches.add(new Statement.Branch(condition, body));
            tokens.expect(Kind.TAG_BEGIN);
            String next = tokens.expect(Kind.NAME).text();
            switch (next) {
                case "elif" -> {
                    condition = expressions.expression();
                    tokens.expect(Kind.TAG_END);
                }
                case "else" -> {
                    tokens.expect(Kind.TAG_END);
                    branches.add(new Statement.Branch(null, closed("endif")));
                    return new Statement.If(branches);
                }
                default -> {
                    tokens.expect(Kind.TAG_END);
                    return new Statement.If(branches);
                }
            }
        }
    }

    private Statement forStatement() {
        List<String> targets = targets();
        tokens.expect(Kind.NAME, "in");
        Expression items = expressions.withoutConditional();
        Expression condition = tokens.accept(Kind.NAME, "if") ? expressions.expression() : null;
        tokens.accept(Kind.NAME, "recursive");
        tokens.expect(Kind.TAG_END);
        List<Statement> body = body(Set.of("else", "endfor"));
        List<Statement> otherwise = List.of();
        if (tokens.peek(1).text().equals("else")) {
            tokens.next();
            tokens.next();
            tokens.expect(Kind.TAG_END);
            otherwise = body(Set.of("endfor"));
        }
        endTag("endfor");
        return new Statement.For(targets, items, condition, body, otherwise);
    }

    private List<String> targets() {
        List<String> targets = new ArrayList<>();
        boolean bracketed = tokens.accept(Kind.OPERATOR, "(");
        do {
            targets.add(tokens.expect(Kind.NAME).text());
        } while (tokens.accept(Kind.OPERATOR, ","));
        if (bracketed) {
            tokens.expect(Kind.OPERATOR, ")");
        }
        return targets;
    }

    private Statement set() {
        List<String> targets = targets();
        if (tokens.accept(Kind.OPERATOR, ".")) {
            String attribute = tokens.expect(Kind.NAME).text();
            tokens.expect(Kind.OPERATOR, "=");
            Expression value = expressions.tuple();
            tokens.expect(Kind.TAG_END);
            return new Statement.AssignAttribute(targets.getFirst(), attribute, value);
        }
        if (tokens.accept(Kind.OPERATOR, "=")) {
            Expression value = expressions.tuple();
            tokens.expect(Kind.TAG_END);
            return new Statement.Assign(targets, value);
        }
        List<Expression.Filter> filters = new ArrayList<>();
        while (tokens.accept(Kind.OPERATOR, "|")) {
            filters.add(expressions.filter(new Expression.Constant(null)));
        }
        tokens.expect(Kind.TAG_END);
        return new Statement.Capture(targets.getFirst(), filters, closed("endset"));
    }

    private Statement macro() {
        String name = tokens.expect(Kind.NAME).text();
        List<String> parameters = new ArrayList<>();
        List<@Nullable Expression> defaults = new ArrayList<>();
        parameters(parameters, defaults);
        tokens.expect(Kind.TAG_END);
        return new Statement.Macro(name, parameters, defaults, closed("endmacro"));
    }

    private void parameters(List<String> parameters, List<@Nullable Expression> defaults) {
        tokens.expect(Kind.OPERATOR, "(");
        while (!tokens.accept(Kind.OPERATOR, ")")) {
            parameters.add(tokens.expect(Kind.NAME).text());
            defaults.add(tokens.accept(Kind.OPERATOR, "=") ? expressions.expression() : null);
            tokens.accept(Kind.OPERATOR, ",");
        }
    }

    private Statement callBlock() {
        List<String> parameters = new ArrayList<>();
        if (tokens.peek().is(Kind.OPERATOR, "(")) {
            parameters(parameters, new ArrayList<>());
        }
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw TemplateException.broken("line " + tokens.line() + ": a call block without a call");
        }
        tokens.expect(Kind.TAG_END);
        return new Statement.CallBlock(parameters, call, closed("endcall"));
    }

    private Statement filtered() {
        List<Expression.Filter> filters = new ArrayList<>();
        do {
            filters.add(expressions.filter(new Expression.Constant(null)));
        } while (tokens.accept(Kind.OPERATOR, "|"));
        tokens.expect(Kind.TAG_END);
        return new Statement.Filtered(filters, closed("endfilter"));
    }

    /// Arguments in brackets; the opening one is read.
    static Arguments arguments(TokenStream tokens, ExpressionParser expressions) {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.accept(Kind.OPERATOR, ")")) {
            if (tokens.peek().kind() == Kind.NAME && tokens.peek(1).is(Kind.OPERATOR, "=")) {
                String name = tokens.next().text();
                tokens.next();
                named.put(name, expressions.expression());
            } else {
                positional.add(expressions.expression());
            }
            if (!tokens.accept(Kind.OPERATOR, ",") && !tokens.peek().is(Kind.OPERATOR, ")")) {
                throw tokens.unexpected();
            }
        }
        return new Arguments(positional, named);
    }
}
