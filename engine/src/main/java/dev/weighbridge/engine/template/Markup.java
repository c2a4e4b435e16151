package dev.weighbridge.engine.template;

import org.jspecify.annotations.Nullable;

/// A text that is marked as safe for HTML: a text joined to it is escaped (Python's `markupsafe.Markup`).
///
/// @param text as it is
record Markup(String text) {
    /// Joins two texts of which one is marked.
    static Markup joined(@Nullable Object left, @Nullable Object right) {
        return new Markup(safe(left) + safe(right));
    }

    private static String safe(@Nullable Object value) {
        return value instanceof Markup marked ? marked.text() : escaped(Values.text(value));
    }

    /// A text for HTML, as Jinja escapes.
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    /// A value without its mark.
    static @Nullable Object removed(@Nullable Object value) {
        return value instanceof Markup marked ? marked.text() : value;
    }

    @Override
    public String toString() {
        return text;
    }
}
