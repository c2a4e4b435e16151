package dev.weighbridge.engine.template;

import dev.weighbridge.engine.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts a template into tokens, whitespace around tags trimmed as `trim_blocks` and `lstrip_blocks` have it.
final class Lexer {
    private static final List<String> OPERATORS = List.of(
            "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{",
            "}", ",", ":", ".", "|");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        // a last line break is no part of a template (Jinja's keep_trailing_newline is off)
        String source = template.replace("\r\n", "\n");
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        boolean trimStart = false;
        boolean trimLineBreak = false;
        while (at < source.length()) {
            int open = nextTag(at);
            String data = source.substring(at, open < 0 ? source.length() : open);
            count(data);
            if (trimStart) {
                data = data.stripLeading();
            } else if (trimLineBreak && data.startsWith("\n")) {
                data = data.substring(1);
            }
            trimStart = false;
            trimLineBreak = false;
            if (open < 0) {
                emit(Kind.DATA, data);
                break;
            }
            char kind = source.charAt(open + 1);
            char control = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
            if (control == '-') {
                data = data.stripTrailing();
            } else if (kind != '{' && control != '+') {
                data = withoutIndent(data, open);
            }
            emit(Kind.DATA, data);
            at = open + (control == '-' || control == '+' ? 3 : 2);
            char end = switch (kind) {
                case '#' -> comment();
                case '{' -> code(Kind.PRINT_BEGIN, Kind.PRINT_END, "}}");
                default -> code(Kind.TAG_BEGIN, Kind.TAG_END, "%}");
            };
            trimStart = end == '-';
            trimLineBreak = kind != '{' && end != '+';
        }
        tokens.add(new Token(Kind.END, "", line));
    }

    /// The next `{{`, `{%` or `{#`; -1 for none.
    private int nextTag(int from) {
        for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            char next = source.charAt(i + 1);
            if (next == '{' || next == '%' || next == '#') {
                return i;
            }
        }
        return -1;
    }

    /// Blanks between the start of a line and a tag are no text.
    private String withoutIndent(String data, int open) {
        int end = data.length();
        while (end > 0 && (data.charAt(end - 1) == ' ' || data.charAt(end - 1) == '\t')) {
            end--;
        }
        int lineStart = open - (data.length() - end);
        boolean startsLine = lineStart == 0 || source.charAt(lineStart - 1) == '\n';
        return startsLine ? data.substring(0, end) : data;
    }

    private char comment() {
        int close = source.indexOf("#}", at);
        if (close < 0) {
            throw TemplateException.broken("line " + line + ": a comment without an end");
        }
        count(source.substring(at, close));
        char before = close > at ? source.charAt(close - 1) : ' ';
        at = close + 2;
        return before;
    }

    /// The tokens up to the closing mark; answers the `-` or `+` before it, else a blank.
    private char code(Kind begin, Kind end, String close) {
        tokens.add(new Token(begin, "", line));
        int depth = 0;
        while (true) {
            skipBlanks();
            if (at >= source.length()) {
                throw TemplateException.broken("line " + line + ": a tag without an end");
            }
            if (depth == 0) {
                char mark = source.charAt(at);
                boolean isMarked = (mark == '-' || mark == '+') && source.startsWith(close, at + 1);
                if (isMarked || source.startsWith(close, at)) {
                    at += close.length() + (isMarked ? 1 : 0);
                    tokens.add(new Token(end, "", line));
                    return isMarked ? mark : ' ';
                }
            }
            depth += token();
        }
    }

    private void skipBlanks() {
        while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
            line += source.charAt(at) == '\n' ? 1 : 0;
            at++;
        }
    }

    /// Adds a token; answers by how much brackets deepen.
    private int token() {
        char first = source.charAt(at);
        if (Character.isLetter(first) || first == '_') {
            int end = at;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
                end++;
            }
            add(Kind.NAME, end);
            return 0;
        }
        if (Character.isDigit(first)) {
            number();
            return 0;
        }
        if (first == '"' || first == '\'') {
            string(first);
            return 0;
        }
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                add(Kind.OPERATOR, at + operator.length());
                return "([{".contains(operator) ? 1 : ")]}".contains(operator) ? -1 : 0;
            }
        }
        throw TemplateException.broken("line " + line + ": '" + first + "' has no meaning there");
    }

    private void number() {
        int end = at;
        while (end < source.length() && (Character.isDigit(source.charAt(end)) || source.charAt(end) == '_')) {
            end++;
        }
        boolean isFraction =
                end + 1 < source.length() && source.charAt(end) == '.' && Character.isDigit(source.charAt(end + 1));
        if (isFraction) {
            end++;
            while (end < source.length() && Character.isDigit(source.charAt(end))) {
                end++;
            }
        }
        add(isFraction ? Kind.FLOAT : Kind.INTEGER, end);
    }

    private void string(char quote) {
        StringBuilder text = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            char c = source.charAt(i);
            if (c == '\\' && i + 1 < source.length()) {
                i = escape(i + 1, text);
            } else {
                line += c == '\n' ? 1 : 0;
                text.append(c);
                i++;
            }
        }
        if (i >= source.length()) {
            throw TemplateException.broken("line " + line + ": a text without an end");
        }
        at = i + 1;
        tokens.add(new Token(Kind.STRING, text.toString(), line));
    }

    /// Reads the escape whose letter is at `i`; answers where the text goes on.
    private int escape(int i, StringBuilder text) {
        char c = source.charAt(i);
        switch (c) {
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case '\\', '\'', '"' -> text.append(c);
            case 'u', 'x' -> {
                int digits = c == 'u' ? 4 : 2;
                if (i + digits >= source.length()) {
                    throw TemplateException.broken("line " + line + ": an escape without its digits");
                }
                try {
                    text.append((char) Integer.parseInt(source.substring(i + 1, i + 1 + digits), 16));
                } catch (NumberFormatException _) {
                    throw TemplateException.broken("line " + line + ": an escape with digits that are none");
                }
                return i + 1 + digits;
            }
            default -> text.append('\\').append(c);
        }
        return i + 1;
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, source.substring(at, end), line));
        at = end;
    }

    private void emit(Kind kind, String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(kind, text, line));
        }
    }

    private void count(String text) {
        line += (int) text.chars().filter(c -> c == '\n').count();
    }
}
