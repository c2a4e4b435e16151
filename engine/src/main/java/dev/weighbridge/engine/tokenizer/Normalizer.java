package dev.weighbridge.engine.tokenizer;

import java.text.Normalizer.Form;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What happens to a text before it is cut.
@FunctionalInterface
interface Normalizer {
    /// Leaves every text as it is.
    Normalizer NONE = text -> text;

    /// The normalised text.
    String apply(String text);

    /// One after the other.
    static Normalizer sequence(List<Normalizer> steps) {
        return text -> {
            String result = text;
            for (Normalizer step : steps) {
                result = step.apply(result);
            }
            return result;
        };
    }

    /// A Unicode normalisation form.
    static Normalizer form(Form form) {
        return text -> java.text.Normalizer.normalize(text, form);
    }

    /// Every match replaced.
    static Normalizer replace(Pattern pattern, String content) {
        String literal = Matcher.quoteReplacement(content);
        return text -> pattern.matcher(text).replaceAll(literal);
    }

    /// A text put before every text that is not empty.
    static Normalizer prepend(String prefix) {
        return text -> text.isEmpty() ? text : prefix + text;
    }

    /// Marks above and below letters taken away; the text must be decomposed.
    static String withoutAccents(String text) {
        return text.codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// BERT's: control characters dropped, blanks unified, Chinese characters set apart, accents and case taken away.
    static Normalizer bert(boolean cleans, boolean spacesChinese, boolean stripsAccents, boolean lowers) {
        return text -> {
            String result = cleans ? cleaned(text) : text;
            result = spacesChinese ? chineseApart(result) : result;
            result = stripsAccents ? withoutAccents(java.text.Normalizer.normalize(result, Form.NFD)) : result;
            return lowers ? result.toLowerCase(java.util.Locale.ROOT) : result;
        };
    }

    private static String cleaned(String text) {
        StringBuilder cleaned = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean isBlank = c == '\t' || c == '\n' || c == '\r' || Character.getType(c) == Character.SPACE_SEPARATOR;
            boolean isDropped = c == 0 || c == 0xFFFD || (!isBlank && isControl(c));
            if (!isDropped) {
                cleaned.appendCodePoint(isBlank ? ' ' : c);
            }
        });
        return cleaned.toString();
    }

    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String chineseApart(String text) {
        StringBuilder apart = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isChinese(c)) {
                apart.append(' ').appendCodePoint(c).append(' ');
            } else {
                apart.appendCodePoint(c);
            }
        });
        return apart.toString();
    }

    private static boolean isChinese(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B73F)
                || (c >= 0x2B740 && c <= 0x2B81F)
                || (c >= 0x2B820 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }
}
