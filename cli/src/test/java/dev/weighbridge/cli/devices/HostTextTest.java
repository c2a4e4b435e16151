package dev.weighbridge.cli.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.device.Device.Link;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.device.host.Host;
import dev.weighbridge.planner.device.host.HostDevice;
import dev.weighbridge.planner.figure.Basis;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostTextTest {
    private static final long GIB = 1L << 30;

    @Test
    void tellsWhatIsHereWhatIsFreeAndWhatIsAllowed() {
        Device processor = new Device(
                "AMD Ryzen 9 7950X",
                List.of(),
                "AMD",
                Kind.PROCESSOR,
                "Zen 4",
                64 * GIB,
                32 * GIB,
                Basis.EXACT,
                71.5e9,
                Map.of("fp32", 1.5e12),
                Link.NONE,
                170,
                null,
                null,
                Basis.MEASURED,
                "weigh devices --measure",
                "2026-01-02");
        Device gpu = DeviceCatalogue.embedded().find("RTX 4090").orElseThrow();
        Host host = new Host(
                "GNU/Linux",
                new HostDevice(processor, 30 * GIB, "OSHI"),
                32,
                0.2,
                new Host.MainMemory(64 * GIB, 32 * GIB, 2, 5600, "DDR5"),
                List.of(new HostDevice(gpu, 22 * GIB, "nvidia-smi")),
                List.of("NVIDIA GeForce RTX 9990"));

        List<String> lines = HostText.lines(host, plain());

        assertThat(lines)
                .containsExactly(
                        "this machine  GNU/Linux",
                        "  processor  AMD Ryzen 9 7950X, 32 threads",
                        "  memory     64 GiB, 30 GiB free, 32 GiB allowed by the container, 2 channels of DDR5-5600",
                        "  bandwidth  71.5 GB/s  measured 2026-01-02",
                        "  fp32       1.5 TFLOP/s  measured 2026-01-02",
                        "  gpu        NVIDIA GeForce RTX 4090, 23.52 GiB usable, 22 GiB free, 1.01 TB/s, told by nvidia-smi",
                        "  gpu        NVIDIA GeForce RTX 9990, in no catalogue: state its figures in a file (docs/devices.md)");
    }

    private static Output plain() {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return Terminal.of(nowhere, false, nowhere, false, Map.of()).out();
    }
}
