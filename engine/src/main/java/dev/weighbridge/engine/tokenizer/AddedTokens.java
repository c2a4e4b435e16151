package dev.weighbridge.engine.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tokens that are found in a text as they stand, before anything else happens to it.
final class AddedTokens {
    /// One of them.
    ///
    /// @param id of the token
    /// @param text that stands for it
    /// @param isSpecial whether it is no text: a start, an end, a role
    /// @param eatsBefore whether it takes in the blanks before it
    /// @param eatsAfter whether it takes in the blanks behind it
    /// @param isWord whether it stands for itself only between other words
    record Added(int id, String text, boolean isSpecial, boolean eatsBefore, boolean eatsAfter, boolean isWord) {
        static Added special(int id, String text) {
            return new Added(id, text, true, false, false, false);
        }
    }

    /// A part of a text: a token, or what is to be cut.
    ///
    /// @param text as it stands
    /// @param id of the token; -1 for a text
    record Part(String text, int id) {}

    private final Map<String, Added> byText = new HashMap<>();
    private final Set<Integer> special;
    private final @Nullable Pattern pattern;

    AddedTokens(List<Added> tokens) {
        tokens.forEach(token -> byText.put(token.text(), token));
        special = tokens.stream().filter(Added::isSpecial).map(Added::id).collect(Collectors.toUnmodifiableSet());
        // the longest first, so that none hides behind another that it begins with
        String all = byText.keySet().stream()
                .filter(text -> !text.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        pattern = all.isEmpty() ? null : Pattern.compile(all);
    }

    boolean isSpecial(int id) {
        return special.contains(id);
    }

    /// The parts of a text.
    ///
    /// @param withSpecial whether special tokens are looked for too
    List<Part> parts(String text, boolean withSpecial) {
        List<Part> parts = new ArrayList<>();
        if (pattern == null) {
            return text.isEmpty() ? parts : List.of(new Part(text, -1));
        }
        Matcher matcher = pattern.matcher(text);
        int from = 0;
        int search = 0;
        while (matcher.find(search)) {
            Added token = java.util.Objects.requireNonNull(byText.get(matcher.group()));
            search = matcher.end();
            if ((token.isSpecial() && !withSpecial)
                    || (token.isWord() && !isApart(text, matcher.start(), matcher.end()))) {
                continue;
            }
            int start = matcher.start();
            while (token.eatsBefore() && start > from && Character.isWhitespace(text.charAt(start - 1))) {
                start--;
            }
            int end = matcher.end();
            while (token.eatsAfter() && end < text.length() && Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            if (start > from) {
                parts.add(new Part(text.substring(from, start), -1));
            }
            parts.add(new Part(token.text(), token.id()));
            from = end;
            search = end;
        }
        if (from < text.length()) {
            parts.add(new Part(text.substring(from), -1));
        }
        return parts;
    }

    private static boolean isApart(String text, int start, int end) {
        boolean before = start == 0 || !Character.isLetterOrDigit(text.charAt(start - 1));
        return before && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
    }
}
