package dev.weighbridge.planner.device;

import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.figure.Basis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// The devices known by name.
///
/// A device with several sizes of memory is several entries of one name, the usual size first.
public final class DeviceCatalogue {
    private static final String TABLE = "devices.jsonl";
    private static final double GIB = 1L << 30;

    /// A driver shows a little less than is sold, and a little more where the seller counts decimally.
    private static final double SIZE_TOLERANCE = 0.07;

    private static final int NEAREST = 3;

    /// A name that says all of the text beats whatever stands inside it.
    private static final int WHOLE = 1000;

    private record Entry(Device device, List<DeviceName> names) {
        static Entry of(Device device) {
            List<DeviceName> names = new ArrayList<>();
            names.add(DeviceName.of(device.name()));
            device.aliases().forEach(alias -> names.add(DeviceName.of(alias)));
            return new Entry(device, List.copyOf(names));
        }

        /// Words of the longest of its names that stands in the text; 0 for none.
        int wordsIn(DeviceName text) {
            return names.stream()
                    .filter(name -> name.endIn(text) >= 0)
                    .mapToInt(name -> name.words().size())
                    .max()
                    .orElse(0);
        }

        /// Memory sizes that the text states after one of its names.
        List<Double> sizesIn(DeviceName text) {
            int end = names.stream().mapToInt(name -> name.endIn(text)).max().orElse(0);
            return text.sizesFrom(end);
        }

        boolean hasSizeOf(DeviceName text) {
            return sizesIn(text).stream()
                    .anyMatch(size ->
                            isNear(size * GIB, device.memoryBytes()) || isNear(size * GIB, device.visibleBytes()));
        }

        boolean hasCoresOf(DeviceName text) {
            return names.getFirst().cores().stream().anyMatch(text.cores()::contains);
        }

        private static boolean isNear(double stated, double bytes) {
            return Math.abs(stated - bytes) <= SIZE_TOLERANCE * bytes;
        }
    }

    private final List<Entry> entries;

    private DeviceCatalogue(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /// The catalogue that Weighbridge carries.
    public static DeviceCatalogue embedded() {
        try (InputStream table = DeviceCatalogue.class.getResourceAsStream(TABLE)) {
            return of(new DeviceReader(TABLE)
                    .read(Objects.requireNonNull(table, TABLE).readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A catalogue of these devices.
    public static DeviceCatalogue of(List<Device> devices) {
        return new DeviceCatalogue(devices.stream().map(Entry::of).toList());
    }

    /// This catalogue with the devices of a user's file before its own, so that one of the same name
    /// takes its place. The file holds one JSON object a line or an array of them, with the fields of
    /// `docs/devices.md`.
    ///
    /// @throws UncheckedIOException if the file cannot be read
    /// @throws dev.weighbridge.model.error.MalformedException if it holds something else
    public DeviceCatalogue with(Path userFile) {
        try {
            return with(new DeviceReader(userFile.toString()).read(Files.readAllBytes(userFile)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// This catalogue with these devices before its own.
    public DeviceCatalogue with(List<Device> devices) {
        List<Entry> joined = new ArrayList<>(devices.stream().map(Entry::of).toList());
        joined.addAll(entries);
        return new DeviceCatalogue(joined);
    }

    /// Every device, those of users first; one with several sizes of memory is several.
    public List<Device> devices() {
        return entries.stream().map(Entry::device).toList();
    }

    /// The device that a name means, as a data sheet, a driver, a log or a table of results writes it:
    /// `h100`, `NVIDIA A100-SXM4-40GB`, `M1 Max 32-Core GPU 64GB`, `Core Ultra 7 265K (Nvidia RTX
    /// 4090)`. Of several devices in one name it is the accelerator before the processor, then the one
    /// named at more length; of several sizes the one stated, else the usual one. A processor has
    /// whatever memory is stated.
    public Optional<Device> find(String name) {
        DeviceName text = DeviceName.of(name);
        List<Entry> named = text.words().isEmpty() ? List.of() : best(text);
        if (named.isEmpty()) {
            return Optional.empty();
        }
        named = preferring(named, entry -> entry.hasCoresOf(text));
        named = preferring(named, entry -> entry.hasSizeOf(text));
        Entry found = named.getFirst();
        return Optional.of(found.device().kind() == Kind.PROCESSOR ? resized(found, text) : found.device());
    }

    /// The names nearest to one that is not known, at most three.
    public List<String> nearest(String name) {
        DeviceName text = DeviceName.of(name);
        Comparator<Entry> byLikeness = Comparator.comparingDouble(entry -> -likeness(entry, text));
        return entries.stream()
                .filter(entry -> likeness(entry, text) > 0)
                .sorted(byLikeness)
                .map(entry -> entry.device().name())
                .distinct()
                .limit(NEAREST)
                .toList();
    }

    private static double likeness(Entry entry, DeviceName text) {
        return entry.names().stream()
                .mapToDouble(name -> name.likeness(text))
                .max()
                .orElse(0);
    }

    private List<Entry> best(DeviceName text) {
        List<Entry> best = new ArrayList<>();
        int bestRank = 0;
        for (Entry entry : entries) {
            int words = entry.wordsIn(text);
            int rank = words == 0 ? 0 : precedence(entry.device().kind()) + words;
            rank += words == text.words().size() ? WHOLE : 0;
            if (rank > bestRank) {
                best.clear();
                bestRank = rank;
            }
            if (rank == bestRank && rank > 0) {
                best.add(entry);
            }
        }
        return best;
    }

    /// An accelerator in a computer is what runs the model, whatever the computer's processor is.
    private static int precedence(Kind kind) {
        return switch (kind) {
            case ACCELERATOR -> 200;
            case UNIFIED -> 100;
            case PROCESSOR, PHONE -> 0;
        };
    }

    private static List<Entry> preferring(List<Entry> entries, Predicate<Entry> wish) {
        List<Entry> wished = entries.stream().filter(wish).toList();
        return wished.isEmpty() ? entries : wished;
    }

    private static Device resized(Entry entry, DeviceName text) {
        Device processor = entry.device();
        List<Double> sizes = entry.sizesIn(text);
        if (sizes.isEmpty() || entry.hasSizeOf(text)) {
            return processor;
        }
        double share = (double) processor.visibleBytes() / processor.memoryBytes();
        double bytes = sizes.getFirst() * GIB;
        return processor.withMemory(Math.max(1, (long) bytes), Math.max(1, (long) (bytes * share)), Basis.ESTIMATED);
    }
}
