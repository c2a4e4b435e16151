package dev.weighbridge.planner.device;

import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.figure.Basis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
/// The table is a text of one JSON object a line; a line with several sizes of memory is several devices
/// of one name, the usual size first. A lookup parses the lines that the name can mean, not the others.
public final class DeviceCatalogue {
    private static final String TABLE = "devices.jsonl";
    private static final double GIB = 1L << 30;

    /// A driver shows a little less than is sold, and a little more where the seller counts decimally.
    private static final double SIZE_TOLERANCE = 0.07;

    private static final int NEAREST = 3;
    private static final double ALIKE = 0.5;

    /// Of a longer text only the start can be a name.
    private static final int LONGEST_NAME = 80;

    /// A name that says all of the text beats whatever stands inside it.
    private static final int WHOLE = 1000;

    private final List<DeviceEntry> entries;

    private DeviceCatalogue(List<DeviceEntry> entries) {
        this.entries = List.copyOf(entries);
    }

    /// The catalogue that Weighbridge carries.
    public static DeviceCatalogue embedded() {
        DeviceReader reader = new DeviceReader(TABLE);
        try (InputStream table = DeviceCatalogue.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return new DeviceCatalogue(text.lines()
                    .filter(line -> line.startsWith("{"))
                    .map(line -> DeviceEntry.of(reader, line))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A catalogue of these devices.
    public static DeviceCatalogue of(List<Device> devices) {
        return new DeviceCatalogue(devices.stream().map(DeviceEntry::of).toList());
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
        List<DeviceEntry> joined =
                new ArrayList<>(devices.stream().map(DeviceEntry::of).toList());
        joined.addAll(entries);
        return new DeviceCatalogue(joined);
    }

    /// Every device, those of users first; one with several sizes of memory is several.
    public List<Device> devices() {
        return entries.stream().flatMap(entry -> entry.devices().stream()).toList();
    }

    /// The device that a name means, as a data sheet, a driver, a log or a table of results writes it:
    /// `h100`, `NVIDIA A100-SXM4-40GB`, `M1 Max 32-Core GPU 64GB`, `Core Ultra 7 265K (Nvidia RTX
    /// 4090)`. Of several devices in one name it is the accelerator before the processor, then the one
    /// named at more length; of several sizes the one stated, else the usual one. A processor has
    /// whatever memory is stated.
    public Optional<Device> find(String name) {
        DeviceName text = DeviceName.of(name);
        List<DeviceEntry> named = preferring(best(text), entry -> entry.hasCoresOf(text));
        Device found = null;
        double nearest = Double.POSITIVE_INFINITY;
        for (DeviceEntry entry : named) {
            for (Device device : entry.devices()) {
                double distance = distance(device, entry.sizesIn(text));
                if (found == null || distance < nearest) {
                    found = device;
                    nearest = distance;
                }
            }
        }
        if (found != null && found.kind() == Kind.PROCESSOR && nearest > SIZE_TOLERANCE) {
            return Optional.of(resized(found, named.getFirst().sizesIn(text)));
        }
        return Optional.ofNullable(found);
    }

    /// The names nearest to one that is not known, at most three.
    public List<String> nearest(String name) {
        DeviceName text = DeviceName.of(name.substring(0, Math.min(name.length(), LONGEST_NAME)));
        return entries.stream()
                .filter(entry -> entry.likeness(text) >= ALIKE)
                .sorted(Comparator.comparingDouble(entry -> -entry.likeness(text)))
                .map(DeviceEntry::name)
                .distinct()
                .limit(NEAREST)
                .toList();
    }

    private List<DeviceEntry> best(DeviceName text) {
        List<DeviceEntry> best = new ArrayList<>();
        int bestRank = 0;
        for (DeviceEntry entry : entries) {
            int words = entry.wordsIn(text);
            if (words == 0) {
                continue;
            }
            int rank = words + precedence(entry.kind()) + (words == text.words().size() ? WHOLE : 0);
            if (rank > bestRank) {
                best.clear();
                bestRank = rank;
            }
            if (rank == bestRank) {
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

    private static <T> List<T> preferring(List<T> all, Predicate<T> wish) {
        List<T> wished = all.stream().filter(wish).toList();
        return wished.isEmpty() ? all : wished;
    }

    /// How far the nearest of the sizes is from the device's, as a share of it; infinite for none near.
    private static double distance(Device device, List<Double> sizes) {
        return sizes.stream()
                .mapToDouble(size -> Math.min(
                        Math.abs(size * GIB / device.memoryBytes() - 1),
                        Math.abs(size * GIB / device.visibleBytes() - 1)))
                .filter(distance -> distance <= SIZE_TOLERANCE)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private static Device resized(Device processor, List<Double> sizes) {
        if (sizes.isEmpty() || sizes.getFirst() <= 0) {
            return processor;
        }
        double share = (double) processor.visibleBytes() / processor.memoryBytes();
        double bytes = sizes.getFirst() * GIB;
        return processor.withMemory((long) bytes, Math.max(1, (long) (bytes * share)), Basis.ESTIMATED);
    }
}
