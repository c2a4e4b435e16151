package dev.weighbridge.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a text into pieces that no token crosses.
@FunctionalInterface
interface PreTokenizer {
    /// Leaves every text whole.
    PreTokenizer NONE = (piece, _) -> List.of(piece);

    /// GPT-2's pattern.
    Pattern GPT2 =
            TokenPattern.of("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    /// The pieces of a piece.
    ///
    /// @param isFirst whether the piece begins the text
    List<String> cut(String piece, boolean isFirst);

    /// What becomes of the separators that a pattern finds.
    enum Behavior {
        REMOVED,
        ISOLATED,
        MERGED_WITH_PREVIOUS,
        MERGED_WITH_NEXT,
        CONTIGUOUS
    }

    /// One after the other.
    static PreTokenizer sequence(List<PreTokenizer> steps) {
        return (text, isFirst) -> {
            List<String> pieces = List.of(text);
            for (PreTokenizer step : steps) {
                List<String> next = new ArrayList<>();
                for (int i = 0; i < pieces.size(); i++) {
                    next.addAll(step.cut(pieces.get(i), isFirst && i == 0));
                }
                pieces = next;
            }
            return pieces;
        };
    }

    /// Cuts at the matches of a pattern, or, inverted, takes the matches for the pieces.
    static PreTokenizer split(Pattern pattern, Behavior behavior, boolean inverted) {
        return (text, _) -> {
            List<String> parts = new ArrayList<>();
            List<Boolean> separators = new ArrayList<>();
            Matcher matcher = pattern.matcher(text);
            int from = 0;
            while (matcher.find()) {
                if (matcher.start() > from) {
                    parts.add(text.substring(from, matcher.start()));
                    separators.add(inverted);
                }
                if (matcher.end() > matcher.start()) {
                    parts.add(matcher.group());
                    separators.add(!inverted);
                }
                from = matcher.end();
            }
            if (from < text.length()) {
                parts.add(text.substring(from));
                separators.add(inverted);
            }
            return joined(parts, separators, behavior);
        };
    }

    private static List<String> joined(List<String> parts, List<Boolean> separators, Behavior behavior) {
        List<String> pieces = new ArrayList<>();
        boolean joinsNext = false;
        boolean lastIsSeparator = false;
        for (int i = 0; i < parts.size(); i++) {
            boolean isSeparator = separators.get(i);
            boolean joins = switch (behavior) {
                case REMOVED, ISOLATED -> false;
                case MERGED_WITH_PREVIOUS -> isSeparator && !lastIsSeparator;
                case MERGED_WITH_NEXT -> joinsNext && !isSeparator;
                case CONTIGUOUS -> isSeparator == lastIsSeparator;
            };
            if (behavior != Behavior.REMOVED || !isSeparator) {
                if (joins && !pieces.isEmpty()) {
                    pieces.add(pieces.removeLast() + parts.get(i));
                } else {
                    pieces.add(parts.get(i));
                }
            }
            joinsNext = isSeparator;
            lastIsSeparator = isSeparator;
        }
        return pieces;
    }

    /// GPT-2's: cut by its pattern if `cuts`, every byte written as one character.
    static PreTokenizer byteLevel(boolean addsBlank, boolean cuts) {
        PreTokenizer words = split(GPT2, Behavior.REMOVED, true);
        return (text, isFirst) -> {
            String started = addsBlank && !text.startsWith(" ") ? " " + text : text;
            List<String> pieces = cuts ? words.cut(started, isFirst) : List.of(started);
            return pieces.stream().map(ByteLevel::encode).toList();
        };
    }

    /// SentencePiece's: blanks written as `▁`, one put before the text, cut before each if `cuts`.
    static PreTokenizer metaspace(String mark, String prependScheme, boolean cuts) {
        PreTokenizer words = split(Pattern.compile(Pattern.quote(mark)), Behavior.MERGED_WITH_NEXT, false);
        return (text, isFirst) -> {
            String marked = text.replace(" ", mark);
            boolean prepends = prependScheme.equals("always") || (prependScheme.equals("first") && isFirst);
            String started = prepends && !marked.startsWith(mark) ? mark + marked : marked;
            return cuts ? words.cut(started, isFirst) : List.of(started);
        };
    }

    /// BERT's: cut at blanks, punctuation marks being pieces of their own.
    static PreTokenizer bert() {
        Pattern blanks = TokenPattern.of("\\s+");
        return sequence(List.of(split(blanks, Behavior.REMOVED, false), split(PUNCTUATION, Behavior.ISOLATED, false)));
    }

    /// ASCII's marks and Unicode's punctuation.
    Pattern PUNCTUATION = TokenPattern.of("[\\p{P}!-/:-@\\[-`{-~]");
}
