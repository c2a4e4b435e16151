package dev.weighbridge.planner.emit;

/// Writes YAML in block style: every text is quoted where a reader could take it for something else.
final class Yaml {
    private final StringBuilder text = new StringBuilder();

    /// A comment line.
    Yaml comment(String line) {
        text.append("# ").append(line).append('\n');
        return this;
    }

    /// The start of a further document.
    Yaml document() {
        text.append("---\n");
        return this;
    }

    /// A key whose value follows, indented further.
    Yaml key(int depth, String name) {
        indent(depth).append(Quoting.YAML.quote(name)).append(":\n");
        return this;
    }

    /// A key with a text.
    Yaml entry(int depth, String name, String value) {
        return line(indent(depth), name, Quoting.YAML.quote(value));
    }

    /// A key with a number.
    Yaml number(int depth, String name, long value) {
        return line(indent(depth), name, Long.toString(value));
    }

    /// A key with a truth value.
    Yaml flag(int depth, String name, boolean value) {
        return line(indent(depth), name, Boolean.toString(value));
    }

    /// An item of a list that is a text.
    Yaml item(int depth, String value) {
        indent(depth).append("- ").append(Quoting.YAML.quote(value)).append('\n');
        return this;
    }

    /// The first key of an item that has several; the others follow one level deeper.
    Yaml first(int depth, String name, String value) {
        return line(indent(depth).append("- "), name, Quoting.YAML.quote(value));
    }

    /// All that was written.
    String text() {
        return text.toString();
    }

    private StringBuilder indent(int depth) {
        return text.repeat("  ", depth);
    }

    private Yaml line(StringBuilder at, String name, String value) {
        at.append(Quoting.YAML.quote(name)).append(": ").append(value).append('\n');
        return this;
    }
}
