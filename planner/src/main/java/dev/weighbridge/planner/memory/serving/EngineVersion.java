package dev.weighbridge.planner.memory.serving;

import java.util.Comparator;

/// The version of an engine, as far as its memory depends on it.
///
/// @param major first number
/// @param minor second number
/// @param patch third number; 0 where there is none
public record EngineVersion(int major, int minor, int patch) implements Comparable<EngineVersion> {
    private static final Comparator<EngineVersion> ORDER = Comparator.comparingInt(EngineVersion::major)
            .thenComparingInt(EngineVersion::minor)
            .thenComparingInt(EngineVersion::patch);

    /// Checks the numbers.
    public EngineVersion {
        if (major < 0 || minor < 0 || patch < 0) {
            throw new IllegalArgumentException("a version has no negative numbers");
        }
    }

    /// Reads `0.19.0`, `v0.17`, `0.14.0rc1.dev2+g7d9f` or `0.11-era`: the leading numbers count.
    ///
    /// @throws IllegalArgumentException if the text does not start with a number
    public static EngineVersion parse(String text) {
        int[] numbers = new int[3];
        int at = text.startsWith("v") ? 1 : 0;
        int found = 0;
        while (found < 3 && at < text.length() && Character.isDigit(text.charAt(at))) {
            int end = at;
            while (end < text.length() && Character.isDigit(text.charAt(end))) {
                end++;
            }
            if (end - at > 6) {
                throw new IllegalArgumentException("'" + text + "' is no version");
            }
            numbers[found++] = Integer.parseInt(text, at, end, 10);
            at = end < text.length() && text.charAt(end) == '.' ? end + 1 : text.length();
        }
        if (found == 0) {
            throw new IllegalArgumentException("'" + text + "' is no version: write 0.19.0");
        }
        return new EngineVersion(numbers[0], numbers[1], numbers[2]);
    }

    /// Whether it is that version or a later one.
    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return compareTo(new EngineVersion(otherMajor, otherMinor, 0)) >= 0;
    }

    @Override
    public int compareTo(EngineVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
