package dev.weighbridge.planner.device;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A device that can hold and run a model: an accelerator, a chip with unified memory, or a processor with its memory.
///
/// @param name the usual name (`NVIDIA H100 SXM 80GB`)
/// @param aliases further names that people and logs use (`h100`, `NVIDIA H100 80GB HBM3`)
/// @param vendor who makes it
/// @param kind what it is
/// @param generation of its architecture (`Hopper`, `RDNA 3`, `M4`), by which efficiencies are alike
/// @param memoryBytes capacity as sold
/// @param visibleBytes capacity as the driver reports it to programs, or the share of unified memory that a GPU may
/// wire
/// @param bandwidthBytesPerSecond of its memory, peak
/// @param peak dense operations a second by type: `fp32`, `fp16`, `bf16`, `fp8`, `int8`, `fp4`; 0 entries are left out
/// @param link connection to its neighbours
/// @param watts board or package power; 0 where not published
/// @param dollarsPerHour what renting one costs; null where nobody rents it out
/// @param dollarsToBuy its price when new; null where not published
/// @param source where the figures come from
/// @param date of the figures, ISO 8601
public record Device(
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
    public record Link(String name, double bytesPerSecond) {}

    /// Copies the collections.
    public Device {
        aliases = List.copyOf(aliases);
        peak = Map.copyOf(peak);
    }

    /// Dense operations a second for a type, where published.
    public OptionalDouble peak(String type) {
        Double value = peak.get(type);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// What renting one costs, where published.
    public OptionalDouble rent() {
        return dollarsPerHour == null ? OptionalDouble.empty() : OptionalDouble.of(dollarsPerHour);
    }

    /// What buying one costs, where published.
    public OptionalDouble price() {
        return dollarsToBuy == null ? OptionalDouble.empty() : OptionalDouble.of(dollarsToBuy);
    }
}
