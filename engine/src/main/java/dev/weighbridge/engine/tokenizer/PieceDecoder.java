package dev.weighbridge.engine.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns the texts of tokens back into the text that they stand for.
@FunctionalInterface
interface PieceDecoder {
    /// Texts as they are.
    PieceDecoder NONE = pieces -> pieces;

    /// A token that stands for one byte.
    Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");

    /// The decoded pieces; their texts joined are the text.
    List<String> decode(List<String> pieces);

    /// One after the other.
    static PieceDecoder sequence(List<PieceDecoder> steps) {
        return pieces -> {
            List<String> result = pieces;
            for (PieceDecoder step : steps) {
                result = step.decode(result);
            }
            return result;
        };
    }

    /// GPT-2's: every character stands for a byte.
    static PieceDecoder byteLevel() {
        return pieces -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            pieces.forEach(piece -> ByteLevel.decode(piece, bytes));
            return List.of(bytes.toString(StandardCharsets.UTF_8));
        };
    }

    /// Tokens of single bytes are put together to characters.
    static PieceDecoder byteFallback() {
        return pieces -> {
            List<String> result = new ArrayList<>();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String piece : pieces) {
                Matcher matcher = BYTE.matcher(piece);
                if (matcher.matches()) {
                    bytes.write(Integer.parseInt(matcher.group(1), 16));
                    continue;
                }
                flush(bytes, result);
                result.add(piece);
            }
            flush(bytes, result);
            return result;
        };
    }

    private static void flush(ByteArrayOutputStream bytes, List<String> result) {
        if (bytes.size() > 0) {
            result.add(bytes.toString(StandardCharsets.UTF_8));
            bytes.reset();
        }
    }

    /// Every piece by itself.
    static PieceDecoder each(java.util.function.UnaryOperator<String> change) {
        return pieces -> pieces.stream().map(change).toList();
    }

    /// All pieces joined to one.
    static PieceDecoder fuse() {
        return pieces -> List.of(String.join("", pieces));
    }

    /// Up to so many of a character taken away at the start and the end of each piece.
    static PieceDecoder strip(char character, int start, int end) {
        return each(piece -> {
            int from = 0;
            while (from < start && from < piece.length() && piece.charAt(from) == character) {
                from++;
            }
            int to = piece.length();
            while (piece.length() - to < end && to > from && piece.charAt(to - 1) == character) {
                to--;
            }
            return piece.substring(from, to);
        });
    }

    /// SentencePiece's: marks become blanks, the first of the text is dropped where one was put before it.
    static PieceDecoder metaspace(String mark, boolean dropsFirst) {
        return pieces -> {
            List<String> result = new ArrayList<>();
            for (int i = 0; i < pieces.size(); i++) {
                String text = pieces.get(i).replace(mark, " ");
                result.add(i == 0 && dropsFirst && text.startsWith(" ") ? text.substring(1) : text);
            }
            return result;
        };
    }

    /// BERT's: pieces inside a word follow without a blank.
    static PieceDecoder wordPiece(String continuation, boolean cleansUp) {
        return pieces -> {
            List<String> result = new ArrayList<>();
            for (int i = 0; i < pieces.size(); i++) {
                String piece = pieces.get(i);
                String text = piece.startsWith(continuation) && i > 0
                        ? piece.substring(continuation.length())
                        : i == 0 ? piece : " " + piece;
                result.add(cleansUp ? cleaned(text) : text);
            }
            return result;
        };
    }

    private static String cleaned(String text) {
        return text.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" do not", " don't")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }
}
