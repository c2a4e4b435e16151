package dev.weighbridge.planner.device;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.device.Device.Link;
import dev.weighbridge.planner.device.Device.Price;
import dev.weighbridge.planner.figure.Basis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads devices from JSON: one object a line, or one array of objects.
///
/// An object whose `memory_gib` is a list is one device for each size, the usual one first.
final class DeviceReader {
    private static final double GIB = 1L << 30;

    /// Far above any device, far below what overflows.
    private static final double MOST = 1e9;

    private final String file;

    DeviceReader(String file) {
        this.file = file;
    }

    /// The start of a line of the own table.
    ///
    /// @param name the usual name
    /// @param aliases further names
    /// @param kind what the device is
    record Head(String name, List<String> aliases, Kind kind) {}

    /// Name, aliases and kind, which open a line of the own table, without parsing the rest.
    Head head(String line) {
        int end = line.indexOf(",\"generation\":");
        Config head = object(line.substring(0, end) + "}");
        return new Head(head.text("name"), head.texts("aliases"), kind(head));
    }

    /// The devices of one line.
    List<Device> readLine(String line) {
        return devices(object(line));
    }

    List<Device> read(byte[] json) {
        List<Device> devices = new ArrayList<>();
        for (Config entry : entries(json)) {
            devices.addAll(devices(entry));
        }
        return devices;
    }

    private List<Config> entries(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8).strip();
        List<Config> entries = new ArrayList<>();
        if (text.startsWith("[")) {
            Object value = new JsonReader(file, json, JsonReader.Dialect.STRICT).value();
            entries.addAll(
                    Config.of(Map.of("devices", Objects.requireNonNull(value))).parts("devices"));
        } else {
            text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> entries.add(object(line)));
        }
        return entries;
    }

    @SuppressWarnings("unchecked") // a JSON object's keys are texts
    private Config object(String line) {
        Object value = new JsonReader(file, line.getBytes(StandardCharsets.UTF_8), JsonReader.Dialect.STRICT).value();
        if (!(value instanceof Map<?, ?> object)) {
            throw new MalformedException(file + " must hold an array of devices, or one device, an object, a line");
        }
        return Config.of((Map<String, @Nullable Object>) object);
    }

    private List<Device> devices(Config entry) {
        List<Double> capacities = figures(entry, "memory_gib");
        List<Double> visible = entry.has("visible_gib") ? figures(entry, "visible_gib") : capacities;
        if (visible.size() != capacities.size()) {
            throw refuse(entry, "visible_gib", "must state as many sizes as memory_gib");
        }
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < capacities.size(); i++) {
            devices.add(device(entry, capacities.get(i), visible.get(i)));
        }
        return devices;
    }

    private Device device(Config entry, double capacity, double visible) {
        Config link = entry.partOrEmpty("link");
        return new Device(
                entry.text("name"),
                entry.texts("aliases"),
                entry.text("vendor", "unknown"),
                kind(entry),
                entry.text("generation", "unknown"),
                (long) (capacity * GIB),
                (long) (visible * GIB),
                basis(entry, "visible_basis", entry.has("visible_gib") ? Basis.PUBLISHED : Basis.ESTIMATED),
                positive(entry, "bandwidth_gb_s", entry.number("bandwidth_gb_s")) * 1e9,
                peaks(entry),
                link.names().isEmpty()
                        ? Link.NONE
                        : new Link(link.text("name"), positive(entry, "link.gb_s", link.number("gb_s")) * 1e9),
                entry.has("watts") ? positive(entry, "watts", entry.number("watts")) : 0,
                price(entry, "rent", "usd_per_hour"),
                price(entry, "buy", "usd"),
                basis(entry, "basis", Basis.PUBLISHED),
                entry.text("source", file),
                entry.text("date", "undated"));
    }

    private Kind kind(Config entry) {
        String stated = entry.text("kind", "accelerator");
        for (Kind kind : Kind.values()) {
            if (kind.name().equalsIgnoreCase(stated)) {
                return kind;
            }
        }
        throw refuse(entry, "kind", "must be accelerator, unified, processor or phone, found " + stated);
    }

    private Basis basis(Config entry, String field, Basis fallback) {
        String stated = entry.text(field, fallback.label());
        for (Basis basis : Basis.values()) {
            if (basis.label().equals(stated.toLowerCase(Locale.ROOT))) {
                return basis;
            }
        }
        throw refuse(entry, field, "must be exact, measured, published or estimated, found " + stated);
    }

    private Map<String, Double> peaks(Config entry) {
        Map<String, Double> peaks = new LinkedHashMap<>();
        Config stated = entry.partOrEmpty("tflops");
        for (String type : stated.names()) {
            peaks.put(type, positive(entry, "tflops." + type, stated.number(type)) * 1e12);
        }
        return peaks;
    }

    private @Nullable Price price(Config entry, String field, String unit) {
        if (!entry.has(field)) {
            return null;
        }
        Config price = entry.part(field);
        return new Price(
                positive(entry, field + "." + unit, price.number(unit)),
                price.text("source", file),
                price.text("date", "undated"));
    }

    private List<Double> figures(Config entry, String field) {
        List<Double> figures =
                entry.values().get(field) instanceof List<?> ? entry.numbers(field) : List.of(entry.number(field));
        if (figures.isEmpty()) {
            throw refuse(entry, field, "states no size");
        }
        figures.forEach(figure -> positive(entry, field, figure));
        return figures;
    }

    private double positive(Config entry, String field, double figure) {
        if (!(figure > 0 && figure <= MOST)) {
            throw refuse(entry, field, "must be above 0 and at most 10^9, found " + figure);
        }
        return figure;
    }

    private MalformedException refuse(Config entry, String field, String what) {
        return new MalformedException(file + ": device " + entry.text("name") + ": " + field + " " + what);
    }
}
