package dev.weighbridge.planner.device;

import dev.weighbridge.model.naming.EditDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A device's name taken apart, so that the many ways to write one compare equal.
///
/// Makers, brands and punctuation go, words are split where letters meet digits: `RTX3090`, `rtx-3090`
/// and `NVIDIA GeForce RTX 3090` all are `rtx 3090`. Sizes of memory and counts of cores are told apart
/// from the words, because some write them and some do not.
///
/// @param words the words in order
/// @param sizes memory sizes stated
/// @param cores GPU cores stated
record DeviceName(List<String> words, List<Size> sizes, Set<Integer> cores) {
    /// A memory size in a name.
    ///
    /// @param gibibytes the number
    /// @param place how many words stand before it
    record Size(double gibibytes, int place) {}

    /// Makers and brands that say nothing that the rest of the name does not.
    private static final Set<String> NOISE = Set.of(
            "nvidia",
            "geforce",
            "amd",
            "radeon",
            "intel",
            "apple",
            "graphics",
            "gpu",
            "tesla",
            "instinct",
            "corporation",
            "raspberry",
            "processor",
            "cpu",
            "google",
            "huawei",
            "qualcomm",
            "generation",
            "edition",
            "the",
            "soc");

    /// Words that make another device of the one they follow.
    private static final Set<String> QUALIFIERS = Set.of(
            "ti",
            "super",
            "xt",
            "xtx",
            "gre",
            "laptop",
            "mobile",
            "max",
            "maxq",
            "pro",
            "ultra",
            "ada",
            "blackwell",
            "plus",
            "+",
            "x",
            "s",
            "m",
            "d",
            "g",
            "e",
            "p",
            "a",
            "h",
            "u",
            "hs",
            "hx",
            "k",
            "ks",
            "f",
            "nvl",
            "pcie",
            "sxm",
            "sff",
            "elite",
            "server");

    /// A number of devices before a name or after it: `8xH100`, `RTX 3090 x 2`.
    private static final Pattern COUNT =
            Pattern.compile("^\\s*\\d{1,3}\\s*[x×*]\\s*(?=[a-z(])|(?:\\s|(?<=[0-9)]))[x×*]\\s*\\d{1,3}\\s*$");

    /// Longer runs of digits are no part of a name.
    private static final int MOST_DIGITS = 6;

    DeviceName {
        words = List.copyOf(words);
        sizes = List.copyOf(sizes);
        cores = Set.copyOf(cores);
    }

    static DeviceName of(String text) {
        String one = COUNT.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        List<Token> tokens = tokens(one.replace("(r)", " ").replace("(tm)", " "));
        List<String> words = new ArrayList<>(tokens.size());
        List<Size> sizes = new ArrayList<>();
        Set<Integer> cores = new TreeSet<>();
        int next = 0;
        while (next < tokens.size()) {
            List<Token> rest = tokens.subList(next, tokens.size());
            int taken = takeSize(rest, words.size(), sizes);
            if (taken == 0) {
                taken = takeCores(rest, cores);
            }
            next += taken == 0 ? takeWord(rest, words) : taken;
        }
        return new DeviceName(words, sizes, cores);
    }

    /// Sizes that can be those of a device whose name begins at a word: what stands before belongs to
    /// something else, unless it opens the text.
    List<Double> sizesFrom(int start) {
        return sizes.stream()
                .filter(size -> size.place() > start || size.place() == 0)
                .map(Size::gibibytes)
                .toList();
    }

    /// Where these words end in `text`, standing there one after the other; -1 where they do not, or
    /// where what follows makes them another device.
    int endIn(DeviceName text) {
        if (words.isEmpty()) {
            return -1;
        }
        for (int end = words.size(); end <= text.words.size(); end++) {
            if (text.words.subList(end - words.size(), end).equals(words)
                    && (end == text.words.size() || !QUALIFIERS.contains(text.words.get(end)))) {
                return end;
            }
        }
        return -1;
    }

    /// How alike two names are, from 0 to 1: one less the share of letters that must change (Levenshtein).
    double likeness(DeviceName other) {
        String some = String.join("", words);
        String others = String.join("", other.words);
        int longest = Math.max(some.length(), others.length());
        return longest == 0 ? 0 : 1 - (double) EditDistance.between(some, others) / longest;
    }

    /// A run of letters, a number, or a plus sign.
    ///
    /// @param glued whether nothing stands between it and the token before
    private record Token(String text, boolean glued) {
        boolean isNumber() {
            return Character.isDigit(text.charAt(0));
        }

        boolean is(String word) {
            return text.equals(word);
        }
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int end = 0;
        int start = 0;
        while (start < text.length()) {
            int next = endOfRun(text, start);
            if (next == start) {
                start++;
            } else {
                tokens.add(new Token(text.substring(start, next), start == end && start > 0));
                end = next;
                start = next;
            }
        }
        return tokens;
    }

    private static int endOfRun(String text, int start) {
        int at = start;
        if (text.charAt(at) == '+') {
            return at + 1;
        }
        while (at < text.length() && isLetter(text.charAt(at))) {
            at++;
        }
        if (at > start) {
            return at;
        }
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        boolean isFraction =
                at > start && at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1));
        if (isFraction) {
            at++;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
        }
        return at;
    }

    private static boolean isLetter(char letter) {
        return letter >= 'a' && letter <= 'z';
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static int takeSize(List<Token> rest, int place, List<Size> sizes) {
        boolean isSize = rest.size() > 1
                && isPlainNumber(rest.get(0))
                && (rest.get(1).is("gb") || rest.get(1).is("gib") || rest.get(1).is("tb"))
                && (rest.size() == 2 || !rest.get(2).glued());
        if (!isSize) {
            return 0;
        }
        double number = Double.parseDouble(rest.get(0).text());
        sizes.add(new Size(rest.get(1).is("tb") ? number * 1024 : number, place));
        return 2;
    }

    /// Takes `32-core GPU`, `48 GPU core`, `40 GPU` and `30c`.
    private static int takeCores(List<Token> rest, Set<Integer> cores) {
        if (rest.size() < 2
                || !isPlainNumber(rest.get(0))
                || rest.get(0).text().length() > 3
                || rest.get(0).text().contains(".")) {
            return 0;
        }
        int taken = 1;
        boolean namesGpu = rest.get(taken).is("gpu");
        if (namesGpu) {
            taken++;
        }
        boolean namesCores = rest.size() > taken
                && (rest.get(taken).is("core") || rest.get(taken).is("cores"));
        if (namesCores) {
            taken++;
        }
        boolean isShort = !namesGpu
                && !namesCores
                && rest.get(taken).is("c")
                && rest.get(taken).glued()
                && rest.get(0).text().length() < 3;
        if (isShort) {
            taken++;
        }
        if (!namesGpu && !namesCores && !isShort) {
            return 0;
        }
        cores.add(Integer.parseInt(rest.get(0).text()));
        return taken;
    }

    /// A number that stands apart from letters before it, and has few digits.
    private static boolean isPlainNumber(Token token) {
        return token.isNumber() && !token.glued() && token.text().length() <= MOST_DIGITS;
    }

    private static int takeWord(List<Token> rest, List<String> words) {
        String word = rest.get(0).text();
        if (word.equals("max") && rest.size() > 1 && rest.get(1).is("q")) {
            words.add("maxq");
            return 2;
        }
        if (word.equals("sxm")) {
            words.add(word);
            return rest.size() > 1 && rest.get(1).isNumber() && rest.get(1).glued() ? 2 : 1;
        }
        if (!NOISE.contains(word)) {
            words.add(word);
        }
        return 1;
    }
}
