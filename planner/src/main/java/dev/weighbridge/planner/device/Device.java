package dev.weighbridge.planner.device;

import dev.weighbridge.planner.figure.Basis;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A device that can hold and run a model: an accelerator, a chip with unified memory, or a processor
/// with its memory.
///
/// @param name the usual name (`NVIDIA H100 SXM 80GB`)
/// @param aliases further names that people and logs use (`h100`, `NVIDIA H100 80GB HBM3`)
/// @param vendor who makes it
/// @param kind what it is
/// @param generation of its architecture (`Hopper`, `RDNA 3`, `M4`), by which efficiencies are alike
/// @param memoryBytes capacity as sold
/// @param visibleBytes capacity as the driver reports it to programs, or the share of unified memory
///     that a GPU may wire
/// @param visibleBasis whether `visibleBytes` was read off a driver or is a usual share of the capacity
/// @param bandwidthBytesPerSecond of its memory, peak
/// @param peak dense operations a second by type: `fp32`, `fp16`, `bf16`, `fp8`, `int8`, `fp4`; those of
///     16 bits and fewer on matrix units where it has them, accumulated in fp32 or int32; a type that
///     runs no faster than fp32 is left out
/// @param link connection to its neighbours
/// @param watts board or package power; 0 where not published
/// @param rental what an hour costs; null where nobody is known to rent it out
/// @param purchase its price when new; null where not published
/// @param basis what bandwidth and peaks rest on
/// @param source where the figures come from
/// @param date of the figures, ISO 8601, to the year, month or day
public record Device(
        String name,
        List<String> aliases,
        String vendor,
        Kind kind,
        String generation,
        long memoryBytes,
        long visibleBytes,
        Basis visibleBasis,
        double bandwidthBytesPerSecond,
        Map<String, Double> peak,
        Link link,
        double watts,
        @Nullable Price rental,
        @Nullable Price purchase,
        Basis basis,
        String source,
        String date) {
    /// What a device is.
    public enum Kind {
        /// An accelerator with memory of its own.
        ACCELERATOR,
        /// One chip whose processor and GPU share the memory (Apple, Grace Blackwell Spark, Strix Halo).
        UNIFIED,
        /// A processor with main memory.
        PROCESSOR,
        /// A telephone or tablet.
        PHONE
    }

    /// A connection between neighbours.
    ///
    /// @param name `NVLink 4`, `PCIe 4.0 x16`, `none`
    /// @param bytesPerSecond in one direction; 0 for none
    public record Link(String name, double bytesPerSecond) {
        /// No connection.
        public static final Link NONE = new Link("none", 0);
    }

    /// What someone asked for a device on a day.
    ///
    /// @param dollars of the United States, for an hour or for the device
    /// @param source who asked it, and for what exactly
    /// @param date ISO 8601, to the year, month or day
    public record Price(double dollars, String source, String date) {}

    /// Copies the collections and checks the figures.
    public Device {
        aliases = List.copyOf(aliases);
        peak = Map.copyOf(peak);
        if (memoryBytes <= 0 || visibleBytes <= 0 || !(bandwidthBytesPerSecond > 0) || !(watts >= 0)) {
            throw new IllegalArgumentException(name + ": memory and bandwidth must be positive, watts not negative");
        }
    }

    /// A device all of whose figures, its prices too, have one source and are published.
    public Device(
            String name,
            List<String> aliases,
            String vendor,
            Kind kind,
            String generation,
            long memoryBytes,
            long visibleBytes,
            double bandwidthBytesPerSecond,
            Map<String, Double> peak,
            Link link,
            double watts,
            @Nullable Double dollarsPerHour,
            @Nullable Double dollarsToBuy,
            String source,
            String date) {
        this(
                name,
                aliases,
                vendor,
                kind,
                generation,
                memoryBytes,
                visibleBytes,
                Basis.PUBLISHED,
                bandwidthBytesPerSecond,
                peak,
                link,
                watts,
                dollarsPerHour == null ? null : new Price(dollarsPerHour, source, date),
                dollarsToBuy == null ? null : new Price(dollarsToBuy, source, date),
                Basis.PUBLISHED,
                source,
                date);
    }

    /// Dense operations a second for a type, where published and faster than [fp32][#peak].
    public OptionalDouble peak(String type) {
        Double value = peak.get(type);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// Dollars that renting one for an hour costs, where published.
    public OptionalDouble rent() {
        return rental == null ? OptionalDouble.empty() : OptionalDouble.of(rental.dollars());
    }

    /// Dollars that buying one costs, where published.
    public OptionalDouble price() {
        return purchase == null ? OptionalDouble.empty() : OptionalDouble.of(purchase.dollars());
    }

    /// The same device with other memory.
    public Device withMemory(long capacity, long visible, Basis ofVisible) {
        return new Device(
                name,
                aliases,
                vendor,
                kind,
                generation,
                capacity,
                visible,
                ofVisible,
                bandwidthBytesPerSecond,
                peak,
                link,
                watts,
                rental,
                purchase,
                basis,
                source,
                date);
    }
}
