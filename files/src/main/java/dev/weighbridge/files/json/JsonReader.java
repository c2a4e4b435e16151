package dev.weighbridge.files.json;

import dev.weighbridge.model.error.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one JSON document front to back, value by value.
///
/// A caller walks a container with [#beginObject] or [#beginArray], then [#hasNext] before each item, and takes whole
/// subtrees with [#value]. Every refusal is a [MalformedException] that names the file and the byte.
///
/// Numbers without fraction or exponent are `Long` where they fit into 64 bits; all others are `Double`.
public final class JsonReader {
    /// The deepest nesting of containers; real files stay below 10.
    public static final int MAX_DEPTH = 64;

    /// The most values that [#value] takes in from one document; real files stay below 200,000.
    public static final int MAX_VALUES = 10_000_000;

    /// Longer numbers are refused: no value needs them, and converting them takes more than linear time.
    private static final int MAX_NUMBER_LENGTH = 400;

    private final String file;
    private final byte[] bytes;
    private final int end;
    private final Dialect dialect;
    private final boolean[] isObject = new boolean[MAX_DEPTH];
    private final List<String> repeatedNames = new ArrayList<>();
    private int next;
    private int depth;
    private boolean isFirst;
    private int values;

    /// What counts as JSON.
    public enum Dialect {
        /// RFC 8259 and nothing else.
        STRICT,
        /// What Python's `json` module writes and reads beside: `NaN`, `Infinity`, `-Infinity`, halves of surrogate
        /// pairs;
        /// a byte order mark is stepped over.
        PYTHON
    }

    /// Reads `length` bytes of `bytes` from `start` on.
    ///
    /// @param file the name shown in messages
    public JsonReader(String file, byte[] bytes, int start, int length, Dialect dialect) {
        this.file = file;
        this.bytes = bytes;
        this.next = start;
        this.end = start + length;
        this.dialect = dialect;
        if (dialect == Dialect.PYTHON
                && length >= 3
                && bytes[start] == (byte) 0xef
                && bytes[start + 1] == (byte) 0xbb
                && bytes[start + 2] == (byte) 0xbf) {
            next += 3;
        }
    }

    /// Reads all of `bytes`.
    ///
    /// @param file the name shown in messages
    public JsonReader(String file, byte[] bytes, Dialect dialect) {
        this(file, bytes, 0, bytes.length, dialect);
    }

    /// Enters an object; its fields follow as [#hasNext], [#name] and a value each.
    public void beginObject() {
        begin('{', "an object");
        isObject[depth++] = true;
    }

    /// Enters an array; its items follow as [#hasNext] and a value each.
    public void beginArray() {
        begin('[', "an array");
        isObject[depth++] = false;
    }

    /// Whether the container has another item; leaves the container where not.
    public boolean hasNext() {
        int letter = peek();
        if (letter == (isObject[depth - 1] ? '}' : ']')) {
            next++;
            depth--;
            isFirst = false;
            return false;
        }
        if (isFirst) {
            isFirst = false;
        } else if (letter == ',') {
            next++;
        } else {
            throw unexpected(isObject[depth - 1] ? "',' or '}'" : "',' or ']'");
        }
        return true;
    }

    /// The name of the next field.
    public String name() {
        String name = text();
        if (peek() != ':') {
            throw unexpected("':'");
        }
        next++;
        return name;
    }

    /// A text.
    public String text() {
        if (peek() != '"') {
            throw unexpected("a text");
        }
        int start = ++next;
        int letters = 0;
        for (int at = start; at < end; at++) {
            int letter = bytes[at];
            if (letter == '"') {
                next = at + 1;
                return letters < 0
                        ? utf8(start, at - start)
                        : new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
            }
            if (letter == '\\') {
                return escapedText(start, at);
            }
            if (letter >= 0 && letter < ' ') {
                next = at;
                throw unexpected("a letter of a text");
            }
            letters |= letter;
        }
        next = end;
        throw unexpected("the end of a text");
    }

    /// A whole number from 0 to 2^63 - 1.
    public long unsigned() {
        int letter = peek();
        if (letter < '0' || letter > '9') {
            throw unexpected("a whole number from 0 on");
        }
        int start = next;
        long number = 0;
        while (next < end && bytes[next] >= '0' && bytes[next] <= '9') {
            int digit = bytes[next++] - '0';
            if (number > (Long.MAX_VALUE - digit) / 10) {
                next = start;
                throw malformed("holds a number beyond 2^63");
            }
            number = number * 10 + digit;
        }
        boolean isFraction = next < end && (bytes[next] == '.' || bytes[next] == 'e' || bytes[next] == 'E');
        if (isFraction || (bytes[start] == '0' && next - start > 1)) {
            next = start;
            throw unexpected("a whole number from 0 on");
        }
        return number;
    }

    /// The next value, whole: `String`, `Long`, `Double`, `Boolean`, `List`, `Map` in file order, or null. Of fields of
    /// one name the last stands, and [#repeatedNames] has the name.
    public @Nullable Object value() {
        if (++values > MAX_VALUES) {
            throw malformed("holds more than " + MAX_VALUES + " values");
        }
        int letter = peek();
        return switch (letter) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> text();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> {
                expect("null");
                yield null;
            }
            case 'N', 'I' -> pythonNumber();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected("a value");
        };
    }

    /// The names that [#value] met more than once in one object.
    public List<String> repeatedNames() {
        return repeatedNames;
    }

    /// Refuses anything but white space after the document.
    public void endDocument() {
        if (peek() >= 0) {
            throw malformed("goes on after its end");
        }
    }

    /// Bytes from the start of the array to the next one to be read.
    public int position() {
        return next;
    }

    /// A refusal that names the file and the byte.
    public MalformedException malformed(String what) {
        return new MalformedException(file + " " + what + " (at byte " + next + ")");
    }

    private Map<String, @Nullable Object> object() {
        beginObject();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (hasNext()) {
            String name = name();
            int before = fields.size();
            fields.put(name, value());
            if (fields.size() == before) {
                repeatedNames.add(name);
            }
        }
        return fields;
    }

    private List<@Nullable Object> array() {
        beginArray();
        List<@Nullable Object> items = new ArrayList<>(4);
        while (hasNext()) {
            items.add(value());
        }
        return items;
    }

    private void begin(char bracket, String expected) {
        if (peek() != bracket) {
            throw unexpected(expected);
        }
        if (depth == MAX_DEPTH) {
            throw malformed("nests deeper than " + MAX_DEPTH);
        }
        next++;
        isFirst = true;
    }

    private <T> T word(String word, T value) {
        expect(word);
        return value;
    }

    private void expect(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (next + i >= end || bytes[next + i] != word.charAt(i)) {
                throw unexpected("a value");
            }
        }
        next += word.length();
    }

    private Double pythonNumber() {
        if (dialect != Dialect.PYTHON) {
            throw unexpected("a value");
        }
        return bytes[next] == 'N' ? word("NaN", Double.NaN) : word("Infinity", Double.POSITIVE_INFINITY);
    }

    private Object number() {
        int start = next;
        int at = start;
        boolean negative = at < end && bytes[at] == '-';
        if (negative) {
            at++;
            if (at < end && bytes[at] == 'I' && dialect == Dialect.PYTHON) {
                next = at;
                return word("Infinity", Double.NEGATIVE_INFINITY);
            }
        }
        int digits = at;
        at = digits(at);
        if (bytes[digits] == '0' && at - digits > 1) {
            throw unexpected("a number without leading zeros");
        }
        boolean isWhole = true;
        if (at < end && bytes[at] == '.') {
            isWhole = false;
            at = digits(at + 1);
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            isWhole = false;
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            at = digits(at);
        }
        if (at - start > MAX_NUMBER_LENGTH) {
            throw malformed("holds a number of " + (at - start) + " letters");
        }
        String text = new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
        next = at;
        return isWhole ? wholeNumber(text) : Double.valueOf(text);
    }

    private int digits(int from) {
        int at = from;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            next = Math.min(from, end);
            throw unexpected("a digit");
        }
        return at;
    }

    private static Object wholeNumber(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return Double.valueOf(text);
        }
    }

    private String utf8(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            next = start;
            MalformedException refusal = malformed("holds a text that is not UTF-8");
            refusal.initCause(e);
            throw refusal;
        }
    }

    private String escapedText(int start, int firstEscape) {
        StringBuilder text = new StringBuilder(utf8(start, firstEscape - start));
        int at = firstEscape;
        while (at < end && bytes[at] != '"') {
            next = at;
            if (bytes[at] == '\\') {
                at = appendEscape(text, at + 1);
            } else {
                int run = at;
                while (run < end && bytes[run] != '"' && bytes[run] != '\\') {
                    if (bytes[run] >= 0 && bytes[run] < ' ') {
                        next = run;
                        throw unexpected("a letter of a text");
                    }
                    run++;
                }
                text.append(utf8(at, run - at));
                at = run;
            }
        }
        if (at >= end) {
            next = end;
            throw unexpected("the end of a text");
        }
        next = at + 1;
        if (dialect == Dialect.STRICT) {
            refuseHalfPairs(text, at);
        }
        return text.toString();
    }

    private int appendEscape(StringBuilder text, int at) {
        char letter = at < end ? (char) bytes[at] : 0;
        switch (letter) {
            case '"', '\\', '/' -> text.append(letter);
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> {
                int code = 0;
                for (int i = 1; i <= 4; i++) {
                    int digit = at + i < end ? Character.digit(bytes[at + i], 16) : -1;
                    if (digit < 0) {
                        throw unexpected("four hexadecimal digits after \\u");
                    }
                    code = (code << 4) | digit;
                }
                text.append((char) code);
                return at + 5;
            }
            default -> throw unexpected("an escape of JSON");
        }
        return at + 1;
    }

    private void refuseHalfPairs(StringBuilder text, int at) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isSurrogate(letter)) {
                if (Character.isLowSurrogate(letter)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    next = at;
                    throw malformed("holds half a surrogate pair");
                }
                i++;
            }
        }
    }

    /// The next letter that is not white space, or -1 at the end.
    private int peek() {
        while (next < end) {
            int letter = bytes[next];
            if (letter != ' ' && letter != '\n' && letter != '\r' && letter != '\t') {
                return letter & 0xff;
            }
            next++;
        }
        return -1;
    }

    private MalformedException unexpected(String expected) {
        if (next >= end) {
            return malformed("ends where " + expected + " is expected");
        }
        int letter = bytes[next] & 0xff;
        String found =
                letter > ' ' && letter < 127 ? "'" + (char) letter + "'" : "byte 0x" + Integer.toHexString(letter);
        return malformed("has " + found + " where " + expected + " is expected");
    }
}
