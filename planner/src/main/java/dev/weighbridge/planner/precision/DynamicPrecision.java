package dev.weighbridge.planner.precision;

import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.figure.Basis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// A GGUF file whose types its maker chose for this model (Unsloth's `UD-Q4_K_XL`): no rule gives its size.
///
/// It is estimated from the file type of like name by the ratio that published files of the name have to
/// it: the
/// median, with a band that holds four in five of all that are known.
///
/// @param name as published
/// @param base the file type of like name
/// @param ratio of its size to the base's
/// @param band half the width of the 80 % band, as a share
record DynamicPrecision(String name, GgufPrecision base, double ratio, double band) implements Precision {
    private static final String TABLE = "unsloth-dynamic.tsv";

    /// A published size.
    private record Published(String name, String base, double ratio) {
        static Published parse(String line) {
            String[] fields = line.split("\t");
            return new Published(fields[0], fields[1], Double.parseDouble(fields[3]) / Double.parseDouble(fields[4]));
        }
    }

    /// The precision of that name, where sizes were published under it.
    static Optional<DynamicPrecision> find(String name) {
        String wanted = name.toUpperCase(Locale.ROOT);
        if (!wanted.startsWith("UD")) {
            return Optional.empty();
        }
        List<Published> table = table();
        List<Published> named = table.stream()
                .filter(published -> published.name().replace('_', '-').equals(wanted.replace('_', '-')))
                .toList();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        FileType base = FileType.parse(named.getFirst().base()).orElseThrow();
        double ratio = quantile(named.stream().map(Published::ratio).toList(), 0.5);
        return Optional.of(
                new DynamicPrecision(named.getFirst().name(), new GgufPrecision(base, true), ratio, deviation(table)));
    }

    /// The deviation from the median of their name that four in five published sizes stay within.
    private static double deviation(List<Published> table) {
        List<Double> deviations = new ArrayList<>();
        for (Published published : table) {
            List<Double> ratios = table.stream()
                    .filter(other -> other.name().equals(published.name()))
                    .map(Published::ratio)
                    .toList();
            if (ratios.size() > 1) {
                deviations.add(Math.abs(published.ratio() / quantile(ratios, 0.5) - 1));
            }
        }
        return quantile(deviations, 0.8);
    }

    private static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        double at = share * (sorted.size() - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
    }

    private static List<Published> table() {
        try (InputStream table = DynamicPrecision.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Published::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Format format() {
        return Format.GGUF;
    }

    @Override
    public StoredWeights store(Anatomy model) {
        return new Scaled(base.store(model), ratio, band);
    }

    /// The base's weights in proportion.
    private record Scaled(StoredWeights base, double ratio, double band) implements StoredWeights {
        @Override
        public long bytes(Weight weight) {
            return scaled(base.bytes(weight));
        }

        @Override
        public String type(Weight weight) {
            return base.type(weight);
        }

        @Override
        public long total() {
            return scaled(base.total());
        }

        @Override
        public long apart() {
            return base.apart();
        }

        @Override
        public long padded() {
            return scaled(base.padded());
        }

        @Override
        public Basis basis() {
            return Basis.ESTIMATED;
        }

        private long scaled(long bytes) {
            return Math.round(bytes * ratio);
        }
    }
}
