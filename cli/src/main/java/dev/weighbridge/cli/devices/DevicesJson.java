package dev.weighbridge.cli.devices;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Price;
import dev.weighbridge.planner.device.host.Host;
import dev.weighbridge.planner.device.host.HostDevice;
import dev.weighbridge.planner.device.host.Measurement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes one JSON object a line; the field names are those of `docs/devices.md`.
final class DevicesJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private DevicesJson() {}

    /// This machine and devices.
    static void write(Writer target, Host host, List<Device> devices) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            json.writeStartObject();
            json.writeName("machine");
            writeHost(json, host);
            json.writeArrayPropertyStart("devices");
            devices.forEach(device -> writeDevice(json, device));
            json.writeEndArray();
            json.writeEndObject();
        }
        newline(target);
    }

    /// One device.
    static void write(Writer target, Device device) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            writeDevice(json, device);
        }
        newline(target);
    }

    /// A measurement, as [Measurement] reads it.
    static void write(Writer target, Measurement measurement) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            json.writeStartObject();
            json.writeStringProperty("processor", measurement.processor());
            json.writeNumberProperty("threads", measurement.threads());
            json.writeStringProperty("date", measurement.date());
            writePair(json, "bandwidth_gb_s", measurement.bandwidthOfOne(), measurement.bandwidthOfAll());
            writePair(json, "fp32_gflops", measurement.floatsOfOne(), measurement.floatsOfAll());
            json.writeEndObject();
        }
        newline(target);
    }

    private static void writePair(JsonGenerator json, String name, double one, double all) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("one_thread", Math.round(one / 1e6) / 1e3);
        json.writeNumberProperty("all_threads", Math.round(all / 1e6) / 1e3);
        json.writeEndObject();
    }

    private static void writeHost(JsonGenerator json, Host host) {
        json.writeStartObject();
        json.writeStringProperty("system", host.system());
        json.writeNumberProperty("threads", host.threads());
        json.writeNumberProperty("memory_bytes", host.memory().installedBytes());
        json.writeNumberProperty("memory_limit_bytes", host.memory().limitBytes());
        json.writeNumberProperty("memory_free_bytes", host.processor().freeBytes());
        json.writeName("processor");
        writeDevice(json, host.processor().device());
        json.writeArrayPropertyStart("accelerators");
        for (HostDevice accelerator : host.accelerators()) {
            json.writeStartObject();
            json.writeNumberProperty("free_bytes", accelerator.freeBytes());
            json.writeStringProperty("told_by", accelerator.toldBy());
            json.writeName("device");
            writeDevice(json, accelerator.device());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("unknown");
        host.unknown().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeDevice(JsonGenerator json, Device device) {
        json.writeStartObject();
        json.writeStringProperty("name", device.name());
        json.writeArrayPropertyStart("aliases");
        device.aliases().forEach(json::writeString);
        json.writeEndArray();
        json.writeStringProperty("vendor", device.vendor());
        json.writeStringProperty("kind", device.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("generation", device.generation());
        json.writeNumberProperty("memory_bytes", device.memoryBytes());
        json.writeNumberProperty("visible_bytes", device.visibleBytes());
        json.writeStringProperty("visible_basis", device.visibleBasis().label());
        json.writeNumberProperty("bandwidth_bytes_per_s", (long) device.bandwidthBytesPerSecond());
        json.writeObjectPropertyStart("peak_operations_per_s");
        new TreeMap<>(device.peak()).forEach((type, peak) -> json.writeNumberProperty(type, peak.longValue()));
        json.writeEndObject();
        json.writeObjectPropertyStart("link");
        json.writeStringProperty("name", device.link().name());
        json.writeNumberProperty("bytes_per_s", (long) device.link().bytesPerSecond());
        json.writeEndObject();
        if (device.watts() > 0) {
            json.writeNumberProperty("watts", device.watts());
        } else {
            json.writeNullProperty("watts");
        }
        writePrice(json, "rent", "usd_per_hour", device.rental());
        writePrice(json, "price", "usd", device.purchase());
        json.writeStringProperty("basis", device.basis().label());
        json.writeStringProperty("source", device.source());
        json.writeStringProperty("date", device.date());
        json.writeEndObject();
    }

    private static void writePrice(JsonGenerator json, String name, String unit, @Nullable Price price) {
        if (price == null) {
            json.writeNullProperty(name);
            return;
        }
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty(unit, price.dollars());
        json.writeStringProperty("source", price.source());
        json.writeStringProperty("date", price.date());
        json.writeEndObject();
    }

    private static void newline(Writer target) {
        try {
            target.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
