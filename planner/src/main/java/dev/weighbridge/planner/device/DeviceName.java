package dev.weighbridge.planner.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A device's name taken apart, so that the many ways to write one compare equal.
///
/// Makers, brands and punctuation go; `RTX3090`, `rtx-3090` and `NVIDIA GeForce RTX 3090` all are `rtx
/// 3090`. Sizes of memory and counts of cores are told apart from the words, because some write them and
/// some do not.
///
/// @param words the words in order, split where letters meet digits
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
            "tm",
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

    /// How far `SXM4` and the like say more than `SXM`.
    private static final Pattern SOCKET = Pattern.compile("\\bsxm ?[2-6]\\b");

    private static final Pattern CORES = Pattern.compile(
            "\\b(\\d{1,3})[ -]?(?:gpu[ -])?cores?(?: gpu)?\\b|\\b(\\d{1,2})c(?: gpu)?\\b|\\b(\\d{1,2}) gpu\\b");
    private static final Pattern COUNT = Pattern.compile("^\\s*\\d{1,4}\\s*[x×*]\\s+|\\s[x×]\\s*\\d{1,4}\\s*$");
    private static final Pattern PIECE =
            Pattern.compile("(?<![\\w.])(\\d{1,5}(?:\\.\\d{1,3})?)[ -]?(gi?b|tb)\\b|([a-z]+|\\d+(?:\\.\\d+)?|\\+)");

    DeviceName {
        words = List.copyOf(words);
        sizes = List.copyOf(sizes);
        cores = Set.copyOf(cores);
    }

    static DeviceName of(String text) {
        String rest = text.toLowerCase(Locale.ROOT)
                .replace("(r)", " ")
                .replace("(tm)", " ")
                .replace("max-q", "maxq")
                .replace('_', ' ');
        rest = COUNT.matcher(rest).replaceAll(" ");
        Set<Integer> cores = new TreeSet<>();
        rest = CORES.matcher(rest).replaceAll(found -> {
            cores.add(Integer.parseInt(found.group().replaceAll("\\D", "")));
            return " ";
        });
        rest = SOCKET.matcher(rest).replaceAll("sxm");
        List<String> words = new ArrayList<>();
        List<Size> sizes = new ArrayList<>();
        Matcher piece = PIECE.matcher(rest);
        while (piece.find()) {
            if (piece.group(1) != null) {
                double number = Double.parseDouble(piece.group(1));
                sizes.add(new Size(piece.group(2).equals("tb") ? number * 1024 : number, words.size()));
            } else if (!NOISE.contains(piece.group())) {
                words.add(piece.group());
            }
        }
        return new DeviceName(words, sizes, cores);
    }

    /// Sizes that can be those of a device whose name ends at a word: what stands before belongs to
    /// something else, unless it opens the text.
    List<Double> sizesFrom(int end) {
        return sizes.stream()
                .filter(size -> size.place() >= end || size.place() == 0)
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

    /// How alike two names are: the share of words that both have, from 0 to 1.
    double likeness(DeviceName other) {
        Set<String> all = new TreeSet<>(words);
        all.addAll(other.words);
        Set<String> both = new TreeSet<>(words);
        both.retainAll(other.words);
        return all.isEmpty() ? 0 : (double) both.size() / all.size();
    }
}
