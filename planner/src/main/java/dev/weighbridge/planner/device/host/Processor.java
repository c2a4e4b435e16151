package dev.weighbridge.planner.device.host;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.device.Device.Link;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.figure.Basis;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a device of the processor and the main memory.
///
/// What was measured here goes before what the firmware tells of the memory, this before what the maker
/// says of the processor, and this before a guess.
final class Processor {
    /// Two channels of DDR4-3200, the usual memory of a desktop, where nothing is known.
    private static final double GUESSED_BANDWIDTH = 51.2e9;

    private static final double GUESSED_HERTZ = 3e9;
    private static final double BYTES_A_TRANSFER = 8;

    private record Figure(double value, Basis basis, String source) {}

    private final Hardware hardware;
    private final @Nullable Measurement measurement;
    private final @Nullable Device known;

    Processor(Hardware hardware, DeviceCatalogue catalogue, @Nullable Measurement measurement) {
        this.hardware = hardware;
        this.measurement = measurement;
        this.known = catalogue
                .find(hardware.processor())
                .filter(device -> device.kind() == Kind.PROCESSOR || device.kind() == Kind.UNIFIED)
                .orElse(null);
    }

    /// The device of this processor in the catalogue, if its GPU shares the memory.
    Optional<Device> unified() {
        return Optional.ofNullable(known).filter(device -> device.kind() == Kind.UNIFIED);
    }

    Device device(long usableBytes, String date) {
        Figure bandwidth = bandwidth();
        return new Device(
                hardware.processor().isBlank() ? "this processor" : hardware.processor(),
                List.of("cpu", "this processor"),
                known == null ? "unknown" : known.vendor(),
                Kind.PROCESSOR,
                known == null ? "unknown" : known.generation(),
                hardware.totalBytes(),
                usableBytes,
                Basis.EXACT,
                bandwidth.value(),
                Map.of("fp32", measurement == null ? peak() : measurement.floatsOfAll()),
                Link.NONE,
                known == null || known.kind() == Kind.UNIFIED ? 0 : known.watts(),
                null,
                null,
                measurement == null ? bandwidth.basis() : Basis.MEASURED,
                bandwidth.source(),
                measurement == null ? date : measurement.date());
    }

    private Figure bandwidth() {
        if (measurement != null) {
            return new Figure(measurement.bandwidthOfAll(), Basis.MEASURED, "weigh devices --measure");
        }
        MemoryChannels channels = MemoryChannels.of(hardware.modules());
        if (channels.count() > 0) {
            return new Figure(
                    channels.count() * channels.megatransfersPerSecond() * 1e6 * BYTES_A_TRANSFER,
                    channels.isCertain() ? Basis.EXACT : Basis.ESTIMATED,
                    "the firmware's list of memory modules");
        }
        if (known != null) {
            return new Figure(known.bandwidthBytesPerSecond(), Basis.ESTIMATED, known.source());
        }
        return new Figure(GUESSED_BANDWIDTH, Basis.ESTIMATED, "a guess: two channels of DDR4-3200");
    }

    /// Cores · operations a cycle of one core · clock.
    private double peak() {
        double hertz = hardware.hertz() > 0 ? hardware.hertz() : GUESSED_HERTZ;
        return hardware.physicalCores() * operationsACycle(hardware.features()) * hertz;
    }

    /// Two fused multiply-adds a cycle, each two operations on every 32-bit lane of the widest vector.
    private static double operationsACycle(Set<String> features) {
        int lanes = features.contains("avx512f") ? 16 : features.contains("avx2") ? 8 : 4;
        return 2.0 * 2 * lanes;
    }
}
