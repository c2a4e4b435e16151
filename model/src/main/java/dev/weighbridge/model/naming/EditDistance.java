package dev.weighbridge.model.naming;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/// How far apart two names are, for the question "did you mean …?".
public final class EditDistance {
    private EditDistance() {}

    /// Letters to replace, insert or remove until the one name is the other (Levenshtein).
    public static int between(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    /// The `count` names nearest to `wanted`, the nearest first; equally near ones in their natural order.
    ///
    /// @param key what of a name is compared
    public static List<String> nearest(String wanted, Collection<String> names, UnaryOperator<String> key, int count) {
        String sought = key.apply(wanted);
        return names.stream()
                .sorted(Comparator.comparingInt((String name) -> between(sought, key.apply(name)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
    }
}
