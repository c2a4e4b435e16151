package dev.weighbridge.engine.template;

import dev.weighbridge.engine.template.Token.Kind;
import java.util.List;

/// The tokens of a template with a place in them.
final class TokenStream {
    private final List<Token> tokens;
    private int at;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = peek();
        at++;
        return token;
    }

    int line() {
        return peek().line();
    }

    /// Reads the next token if it is this one.
    boolean accept(Kind kind, String text) {
        boolean found = peek().is(kind, text);
        at += found ? 1 : 0;
        return found;
    }

    Token expect(Kind kind) {
        if (peek().kind() != kind) {
            throw unexpected();
        }
        return next();
    }

    void expect(Kind kind, String text) {
        if (!accept(kind, text)) {
            throw unexpected();
        }
    }

    TemplateException unexpected() {
        Token token = peek();
        String what = token.text().isEmpty() ? token.kind().name().toLowerCase(java.util.Locale.ROOT) : token.text();
        return TemplateException.broken("line " + token.line() + ": '" + what + "' is not expected there");
    }
}
