package dev.weighbridge.files.source;

import java.util.Optional;

/// The path of one shard of a model: `prefix-00002-of-00005.gguf`, `model-00001-of-000163.safetensors`.
///
/// @param prefix everything before, folders included
/// @param number of this shard, from 1 on
/// @param numberDigits how many digits a number is written with
/// @param count of all shards
/// @param suffix everything from `-of-` on
public record ShardName(String prefix, int number, int numberDigits, int count, String suffix) {
    private static final int MAX_DIGITS = 6;

    /// Reads a path; empty where its name is not of that form.
    ///
    /// @param extension with its dot
    public static Optional<ShardName> parse(String path, String extension) {
        if (!path.endsWith(extension)) {
            return Optional.empty();
        }
        int countEnd = path.length() - extension.length();
        int countStart = digitsBefore(path, countEnd);
        int numberEnd = countStart - "-of-".length();
        if (countStart == countEnd || !path.startsWith("-of-", numberEnd)) {
            return Optional.empty();
        }
        int numberStart = digitsBefore(path, numberEnd);
        if (numberStart == numberEnd || numberStart < 1 || path.charAt(numberStart - 1) != '-') {
            return Optional.empty();
        }
        int number = Integer.parseInt(path, numberStart, numberEnd, 10);
        int count = Integer.parseInt(path, countStart, countEnd, 10);
        if (number < 1 || count < number) {
            return Optional.empty();
        }
        return Optional.of(new ShardName(
                path.substring(0, numberStart - 1), number, numberEnd - numberStart, count, path.substring(numberEnd)));
    }

    /// The path of another shard of the same model.
    public String shard(int number) {
        String digits = Integer.toString(number);
        return prefix + "-" + "0".repeat(Math.max(0, numberDigits - digits.length())) + digits + suffix;
    }

    /// Whether `other` is a shard of the same model.
    public boolean isBeside(ShardName other) {
        return prefix.equals(other.prefix) && suffix.equals(other.suffix);
    }

    private static int digitsBefore(String path, int end) {
        int start = end;
        while (start > 0
                && end - start < MAX_DIGITS
                && path.charAt(start - 1) >= '0'
                && path.charAt(start - 1) <= '9') {
            start--;
        }
        return start;
    }
}
