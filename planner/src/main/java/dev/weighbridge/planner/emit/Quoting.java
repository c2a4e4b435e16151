package dev.weighbridge.planner.emit;

import java.util.regex.Pattern;

/// A text as a literal of the language that it is written into. No text given by a user or a file reaches
/// a script
/// otherwise.
enum Quoting {
    /// POSIX shells: bare where every character is harmless, else in single quotes.
    SHELL {
        @Override
        String quote(String text) {
            return HARMLESS.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
        }
    },
    /// YAML 1.2 and 1.1: bare where no reader takes it for anything but a text, else in double quotes.
    YAML {
        @Override
        String quote(String text) {
            return PLAIN_YAML.matcher(text).matches()
                            && !YAML_WORD.matcher(text).matches()
                    ? text
                    : doubleQuoted(text);
        }
    },
    /// Python: in double quotes.
    PYTHON {
        @Override
        String quote(String text) {
            return doubleQuoted(text);
        }
    },
    /// Ollama's Modelfile: bare, or in double quotes where it has a space.
    MODELFILE {
        @Override
        String quote(String text) {
            return HARMLESS.matcher(text).matches() ? text : '"' + text + '"';
        }
    };

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final Pattern PLAIN_YAML = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*");
    private static final Pattern YAML_WORD = Pattern.compile("(?i)(y|n|yes|no|on|off|true|false|null|nan|inf)");

    /// The text as a literal.
    abstract String quote(String text);

    private static String doubleQuoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"', '\\' -> quoted.append('\\').append(letter);
                default -> {
                    if (letter < ' ' || letter == 127) {
                        quoted.append("\\u%04x".formatted((int) letter));
                    } else {
                        quoted.append(letter);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
