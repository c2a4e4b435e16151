package dev.weighbridge.planner.device.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.planner.device.Device.Kind;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.device.host.Hardware.Graphics;
import dev.weighbridge.planner.device.host.Hardware.Module;
import dev.weighbridge.planner.figure.Basis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Outputs are written as the tools write them, in the forms of several of their versions.
class HostReaderTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;
    private static final DeviceCatalogue CATALOGUE = DeviceCatalogue.embedded();
    private static final Module DDR5 = new Module("P0 CHANNEL A/DIMM 0", "DDR5", 5600);

    @TempDir
    Path root;

    private final Map<String, String> answers = new HashMap<>();

    @Test
    void findsTwoGpusOfNvidiaWithWhatIsFree() {
        answers.put("nvidia-smi", """
                NVIDIA GeForce RTX 4090, 24564, 23412
                NVIDIA A100-SXM4-40GB, 40960, 40336
                """);

        Host host = read(hardware("Intel(R) Core(TM) i9-13900K", 64 * GIB, List.of()));

        assertThat(host.devices())
                .extracting(device -> device.name())
                .containsExactly("NVIDIA GeForce RTX 4090", "NVIDIA A100 SXM 40GB");
        assertThat(host.accelerators().getFirst().freeBytes()).isEqualTo(23412 * MIB);
        assertThat(host.accelerators().getFirst().device().visibleBytes())
                .isEqualTo(CATALOGUE.find("4090").orElseThrow().visibleBytes());
    }

    @Test
    void takesMainMemoryForAChipWhoseToolStatesNone() {
        answers.put("nvidia-smi", "NVIDIA GB10, [N/A], [N/A]\n");

        Host host = read(hardware("ARMv8 Processor", 121 * GIB, List.of()));

        HostDevice spark = host.accelerators().getFirst();
        assertThat(spark.device().name()).isEqualTo("NVIDIA GB10");
        assertThat(spark.device().kind()).isEqualTo(Kind.UNIFIED);
        assertThat(spark.device().memoryBytes()).isEqualTo(121 * GIB);
        assertThat(spark.freeBytes()).isLessThanOrEqualTo(110 * GIB);
    }

    @Test
    void namesWhatIsInNoCatalogue() {
        answers.put("nvidia-smi", "NVIDIA GeForce RTX 9990, 65536, 65000\n");

        Host host = read(hardware("AMD Ryzen 9 7950X 16-Core Processor", 64 * GIB, List.of()));

        assertThat(host.accelerators()).isEmpty();
        assertThat(host.unknown()).containsExactly("NVIDIA GeForce RTX 9990");
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                [{"gpu": 0, "asic": {"market_name": "AMD Instinct MI300X", "vendor_id": "0x1002"},
                  "vram": {"type": "HBM3", "size": {"value": 196592, "unit": "MB"}}}]
                """, """
                {"gpu_data": [{"gpu": 0, "asic": {"market_name": "AMD Instinct MI300X", "oam_id": "N/A"},
                  "vram": {"type": "HBM3", "size": {"value": 196592, "unit": "MB"}, "max_bandwidth": "N/A"}}]}
                """})
    void readsAmdSmiOfBothForms(String output) {
        answers.put("amd-smi static", output);
        answers.put("amd-smi metric", """
                [{"gpu": 0, "mem_usage": {"total_vram": {"value": 196592, "unit": "MB"},
                  "used_vram": {"value": 1592, "unit": "MB"}, "free_vram": {"value": 195000, "unit": "MB"}}}]
                """);

        Host host = read(hardware("AMD EPYC 9654 96-Core Processor", 1024 * GIB, List.of()));

        assertThat(host.devices()).extracting(device -> device.name()).containsExactly("AMD Instinct MI300X");
        assertThat(host.accelerators().getFirst().freeBytes()).isEqualTo(195000 * MIB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                WARNING: AMD GPU device(s) is/are in a low-power state. Check power control/runtime_status
                {"card0": {"Card Series": "AMD Radeon RX 7900 XTX", "Card Model": "0x744c",
                  "VRAM Total Memory (B)": "25753026560", "VRAM Total Used Memory (B)": "1753026560"},
                 "system": {"Driver version": "6.8.5"}}
                """, """
                {"card0": {"Card series": "0x744c", "Card model": "Radeon RX 7900 XTX", "GFX Version": "gfx1100",
                  "VRAM Total Memory (B)": "25753026560", "VRAM Total Used Memory (B)": "1753026560"}}
                """})
    void readsRocmSmiOfBothForms(String output) {
        answers.put("rocm-smi", output);

        Host host = read(hardware("AMD Ryzen 7 5800X 8-Core Processor", 32 * GIB, List.of()));

        assertThat(host.devices()).extracting(device -> device.name()).containsExactly("AMD Radeon RX 7900 XTX");
        assertThat(host.accelerators().getFirst().freeBytes()).isEqualTo(24_000_000_000L);
    }

    @Test
    void knowsAGpuWithoutANameByItsProcessor() {
        answers.put("rocm-smi", """
                {"card0": {"Card Series": "AMD Radeon Graphics", "VRAM Total Memory (B)": "536870912",
                  "VRAM Total Used Memory (B)": "100000000", "GTT Total Memory (B)": "115964116992"}}
                """);

        Host host = read(hardware("AMD RYZEN AI MAX+ 395 w/ Radeon 8060S", 125 * GIB, List.of()));

        HostDevice gpu = host.accelerators().getFirst();
        assertThat(gpu.device().name()).isEqualTo("AMD Ryzen AI Max+ 395 (Radeon 8060S)");
        assertThat(gpu.device().visibleBytes()).isEqualTo(536870912L + 115964116992L);
    }

    @Test
    void runsModelsOnTheCardAndNotOnTheProcessorsOwnGpu() {
        answers.put("nvidia-smi", "NVIDIA GeForce RTX 4070 Laptop GPU, 8188, 7900\n");
        answers.put("rocm-smi", """
                {"card0": {"Card Series": "AMD Radeon 780M Graphics", "VRAM Total Memory (B)": "536870912",
                  "VRAM Total Used Memory (B)": "100000000", "GTT Total Memory (B)": "16106127360"}}
                """);

        Host host = read(hardware("AMD Ryzen 7 7840HS w/ Radeon 780M Graphics", 30 * GIB, List.of()));

        assertThat(host.accelerators()).hasSize(2);
        assertThat(host.devices())
                .extracting(device -> device.name())
                .containsExactly("NVIDIA GeForce RTX 4070 Laptop");
    }

    @Test
    void readsAnAppleChipWithItsCoresAndTheUsualShare() {
        answers.put("system_profiler", """
                {"SPDisplaysDataType": [{"_name": "Apple M1 Max", "sppci_model": "Apple M1 Max", "sppci_cores": "24",
                  "spdisplays_vendor": "sppci_vendor_Apple", "sppci_bus": "spdisplays_builtin"}]}
                """);
        answers.put("sysctl", "0\n");

        Host host = read(hardware("Apple M1 Max", 32 * GIB, List.of()));

        HostDevice gpu = host.accelerators().getFirst();
        assertThat(gpu.device().name()).isEqualTo("Apple M1 Max (24-core GPU)");
        assertThat((double) gpu.device().visibleBytes() / GIB).isBetween(24.9, 25.0);
    }

    @Test
    void obeysTheLimitThatTheUserOfAMacHasSet() {
        answers.put("system_profiler", """
                {"SPDisplaysDataType": [{"_name": "Apple M4 Max", "sppci_model": "Apple M4 Max", "sppci_cores": "40"}]}
                """);
        answers.put("sysctl", "122880\n");

        Host host = read(hardware("Apple M4 Max", 128 * GIB, List.of()));

        assertThat(host.devices().getFirst().visibleBytes()).isEqualTo(120 * GIB);
        assertThat(host.devices().getFirst().visibleBasis()).isEqualTo(Basis.EXACT);
    }

    @Test
    void findsACardThatOnlyTheOperatingSystemLists() {
        Hardware hardware = with(
                hardware("Intel(R) Core(TM) Ultra 7 265K", 64 * GIB, List.of()),
                new Graphics("Battlemage G21 [Intel Arc B580]", 12 * GIB),
                new Graphics("Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]", 20 * GIB),
                new Graphics("ASPEED Graphics Family", 0));

        Host host = read(hardware);

        assertThat(host.devices())
                .extracting(device -> device.name())
                .containsExactly("Intel Arc B580", "AMD Radeon RX 7900 XT");
    }

    @Test
    void countsTheChannelsThatTheFirmwareNames() {
        List<Module> modules = List.of(
                DDR5,
                new Module("P0 CHANNEL B/DIMM 0", "DDR5", 5600),
                new Module("P0 CHANNEL A/DIMM 1", "DDR5", 5600),
                new Module("P0 CHANNEL B/DIMM 1", "DDR5", 5600));

        Host host = read(hardware("AMD Ryzen 9 7950X 16-Core Processor", 64 * GIB, modules));

        assertThat(host.memory().channels()).isEqualTo(2);
        assertThat(host.processor().device().bandwidthBytesPerSecond()).isEqualTo(2 * 5600e6 * 8);
        assertThat(host.processor().device().basis()).isEqualTo(Basis.EXACT);
    }

    @Test
    void takesTheMakersFigureWhereTheFirmwareTellsNothing() {
        Host host = read(hardware("AMD EPYC 9654 96-Core Processor", 768 * GIB, List.of()));

        assertThat(host.processor().device().bandwidthBytesPerSecond()).isEqualTo(460.8e9);
        assertThat(host.processor().device().basis()).isEqualTo(Basis.ESTIMATED);
    }

    @Test
    void restsOnItsOwnMeasurementButNotOnAnotherMachines() {
        Hardware hardware = hardware("AMD EPYC 9654 96-Core Processor", 768 * GIB, List.of(DDR5));
        Measurement own = new Measurement(hardware.processor(), 8, "2026-01-02", 20e9, 310e9, 80e9, 600e9);
        Measurement other = new Measurement("another", 8, "2026-01-02", 20e9, 310e9, 80e9, 600e9);

        Host measured = reader(hardware).read(CATALOGUE, own);
        Host unmeasured = reader(hardware).read(CATALOGUE, other);

        assertThat(measured.processor().device().bandwidthBytesPerSecond()).isEqualTo(310e9);
        assertThat(measured.processor().device().basis()).isEqualTo(Basis.MEASURED);
        assertThat(measured.processor().device().date()).isEqualTo("2026-01-02");
        assertThat(unmeasured.processor().device().basis()).isNotEqualTo(Basis.MEASURED);
    }

    @Test
    void keepsWithinWhatAContainerAllows() throws IOException {
        file("proc/self/cgroup", "0::/\n");
        file("sys/fs/cgroup/memory.max", "8589934592\n");
        file("sys/fs/cgroup/memory.current", "2147483648\n");
        file("sys/fs/cgroup/cpu.max", "150000 100000\n");

        Host host = read(hardware("AMD EPYC 7763 64-Core Processor", 256 * GIB, List.of()));

        assertThat(host.processor().device().visibleBytes()).isEqualTo(8 * GIB);
        assertThat(host.processor().freeBytes()).isEqualTo(6 * GIB);
        assertThat(host.threads()).isEqualTo(2);
        assertThat(host.memory().isLimited()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "[1]",
                "{\"card0\": 3}",
                "NVIDIA,1",
                ",,",
                "null",
                "Failed to initialize NVML"
            })
    void survivesWhateverAToolWrites(String output) {
        for (String tool :
                List.of("nvidia-smi", "amd-smi static", "amd-smi metric", "rocm-smi", "system_profiler", "sysctl")) {
            answers.put(tool, output);
        }

        Host host = read(hardware("AMD Ryzen 5 5600X 6-Core Processor", 32 * GIB, List.of()));

        assertThat(host.accelerators()).isEmpty();
    }

    private Host read(Hardware hardware) {
        return reader(hardware).read(CATALOGUE, null);
    }

    private HostReader reader(Hardware hardware) {
        return new HostReader(
                () -> hardware, this::answer, new ControlGroups(root), 8, () -> Instant.parse("2026-02-03T04:05:06Z"));
    }

    private Optional<String> answer(List<String> command) {
        @Nullable String whole = answers.get(command.get(0) + " " + (command.size() > 1 ? command.get(1) : ""));
        return Optional.ofNullable(whole == null ? answers.get(command.get(0)) : whole);
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static Hardware hardware(String processor, long bytes, List<Module> modules) {
        return new Hardware(
                "GNU/Linux",
                processor,
                8,
                16,
                4_500_000_000L,
                0.5,
                Set.of("avx2"),
                bytes,
                bytes - 11 * GIB,
                modules,
                List.of());
    }

    private static Hardware with(Hardware hardware, Graphics... graphics) {
        return new Hardware(
                hardware.system(),
                hardware.processor(),
                hardware.physicalCores(),
                hardware.logicalCores(),
                hardware.hertz(),
                hardware.load(),
                hardware.features(),
                hardware.totalBytes(),
                hardware.availableBytes(),
                hardware.modules(),
                List.of(graphics));
    }
}
