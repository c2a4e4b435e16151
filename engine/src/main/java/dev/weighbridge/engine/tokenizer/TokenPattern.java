package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.model.error.MalformedException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Patterns as tokenizer files write them (Oniguruma, Rust's fancy-regex), in Java's words.
final class TokenPattern {
    private TokenPattern() {}

    /// The pattern; classes such as `\s` mean those of Unicode.
    ///
    /// @throws MalformedException if it is none
    static Pattern of(String pattern) {
        String scripts =
                pattern.replaceAll("\\\\p\\{(Han|Hiragana|Katakana|Hangul|Latin|Cyrillic|Thai)}", "\\\\p{Is$1}");
        try {
            return Pattern.compile(scripts, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE);
        } catch (PatternSyntaxException e) {
            throw new MalformedException(
                    "the tokenizer's pattern " + pattern + " cannot be read: " + e.getDescription());
        }
    }
}
