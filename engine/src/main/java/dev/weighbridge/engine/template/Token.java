package dev.weighbridge.engine.template;

/// A piece of a template.
///
/// @param kind what it is
/// @param text its text; for a literal text the value
/// @param line in the template, counted from 1
record Token(Kind kind, String text, int line) {
    enum Kind {
        /// Text outside tags.
        DATA,
        /// `{{` and `}}`.
        PRINT_BEGIN,
        PRINT_END,
        /// `{%` and `%}`.
        TAG_BEGIN,
        TAG_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }
}
