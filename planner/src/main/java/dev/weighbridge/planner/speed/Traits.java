package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.device.Device;
import java.util.Locale;
import java.util.OptionalDouble;

/// What a law needs to know of a device, with a guess for what its maker does not publish.
///
/// @param bandwidth of the memory in bytes a second
/// @param vector 32-bit operations a second
/// @param matrix 16-bit operations a second, on matrix units where it has them, summed in 32 bits
/// @param small operations a second of the narrow types that local programs compute matrices in: half of those of 8-bit
///     integers, which is that of 16 bits summed in 16 bits, where it is more; makers halve only the sums in 32 bits on
///     cards for consumers
/// @param vendor of the device
/// @param generation by which efficiencies are alike; devices with stacked memory are a kind of their own
/// @param isUnified whether processor and GPU share the memory
/// @param isProcessor whether it is a processor with main memory
/// @param isMobile whether it is a laptop's, with less power than the desktop's of that name
/// @param link bytes a second to a neighbour in one direction
record Traits(
        double bandwidth,
        double vector,
        double matrix,
        double small,
        String vendor,
        String generation,
        boolean isUnified,
        boolean isProcessor,
        boolean isMobile,
        double link) {
    /// Operations a byte of devices that do not publish them: the middle of what others have.
    private static final double USUAL_FLOPS_PER_BYTE = 35;

    /// 32-bit operations a byte below which a fast device has stacked memory.
    private static final double STACKED_FLOPS_PER_BYTE = 26;

    private static final double STACKED_BANDWIDTH = 7e11;

    /// One direction of PCIe 4.0 x16.
    private static final double USUAL_LINK = 25e9;

    static Traits of(Device device) {
        double bandwidth = device.bandwidthBytesPerSecond();
        OptionalDouble half = device.peak("fp16").isPresent() ? device.peak("fp16") : device.peak("bf16");
        double vector = device.peak("fp32").orElse(Math.min(half.orElse(1e30), USUAL_FLOPS_PER_BYTE * bandwidth));
        boolean isUnified = device.kind() == Device.Kind.UNIFIED;
        boolean isProcessor = device.kind() == Device.Kind.PROCESSOR || device.kind() == Device.Kind.PHONE;
        boolean isStacked = !isUnified && bandwidth >= STACKED_BANDWIDTH && vector / bandwidth < STACKED_FLOPS_PER_BYTE;
        String name = device.name().toLowerCase(Locale.ROOT);
        return new Traits(
                bandwidth,
                vector,
                Math.max(vector, half.orElse(vector)),
                Math.max(
                        Math.max(vector, half.orElse(vector)),
                        device.peak("int8").orElse(0) / 2),
                device.vendor(),
                device.generation() + (isStacked ? " HBM" : ""),
                isUnified,
                isProcessor,
                name.contains("laptop") || name.contains("mobile") || name.contains("max-q"),
                device.link().bytesPerSecond() > 0 ? device.link().bytesPerSecond() : USUAL_LINK);
    }

    /// Operations a second of matrices at a number of bits a weight, where a serving engine computes at that width.
    static double serving(Device device, Traits traits, double bits) {
        double eight = device.peak("fp8").orElse(device.peak("int8").orElse(traits.matrix));
        if (bits > 10) {
            return traits.matrix;
        }
        return Math.max(traits.matrix, bits > 6 ? eight : device.peak("fp4").orElse(traits.matrix));
    }
}
