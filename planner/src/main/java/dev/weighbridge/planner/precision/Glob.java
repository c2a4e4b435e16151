package dev.weighbridge.planner.precision;

import java.util.ArrayList;
import java.util.List;

/// A pattern of plain texts with anything between them, matched from left to right in linear time.
///
/// @param parts that follow one another
/// @param isAnchoredLeft whether the first part begins the name
/// @param isAnchoredRight whether the last part ends it
record Glob(List<String> parts, boolean isAnchoredLeft, boolean isAnchoredRight) {
    private static final int LONGEST = 400;

    /// A pattern with `*` for any text; what is not covered by one must be there.
    static Glob of(String pattern) {
        List<String> parts = new ArrayList<>();
        for (String part : pattern.split("\\*", -1)) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return new Glob(List.copyOf(parts), !pattern.startsWith("*"), !pattern.endsWith("*"));
    }

    /// The patterns that a regular expression amounts to, one for each alternative; none where it says
    /// more than a
    /// pattern can.
    static List<Glob> ofExpression(String expression) {
        if (expression.length() > LONGEST) {
            return List.of();
        }
        List<Glob> globs = new ArrayList<>();
        for (String choice : expanded(expression)) {
            String glob = choice.replace("\\.", "\u0000")
                    .replace("\\d+", "*")
                    .replace("[0-9]+", "*")
                    .replace(".*", "*")
                    .replace(".+", "*")
                    .replace("[.]", "\u0000");
            boolean start = glob.startsWith("^");
            boolean end = glob.endsWith("$");
            String text = glob.substring(start ? 1 : 0, glob.length() - (end ? 1 : 0));
            if (text.chars().anyMatch(letter -> "\\[]{}()+?|^$".indexOf(letter) >= 0)) {
                return List.of();
            }
            // expressions are matched from the start of the name on, and may end before it does
            globs.add(of(text.replace('\u0000', '.') + (end ? "" : "*")));
        }
        return globs;
    }

    /// The expression with one group of alternatives, `(a|b)`, written out.
    private static List<String> expanded(String expression) {
        int open = expression.indexOf('(');
        int close = expression.indexOf(')', Math.max(0, open));
        if (open < 0 || close < 0) {
            return List.of(expression.split("\\|"));
        }
        String inside = expression.substring(open + 1, close).replaceFirst("^\\?:", "");
        List<String> all = new ArrayList<>();
        for (String choice : inside.split("\\|")) {
            all.add(expression.substring(0, open) + choice + expression.substring(close + 1));
        }
        return all;
    }

    boolean matches(String name) {
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            boolean isLast = i == parts.size() - 1;
            int found = isLast && isAnchoredRight ? name.length() - part.length() : name.indexOf(part, at);
            if (found < at || !name.startsWith(part, found) || (i == 0 && isAnchoredLeft && found != 0)) {
                return false;
            }
            at = found + part.length();
        }
        return true;
    }
}
