package dev.weighbridge.planner.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceCatalogueTest {
    private static final double GIB = 1L << 30;
    private static final DeviceCatalogue DEVICES = DeviceCatalogue.embedded();

    @TempDir
    Path folder;

    @Test
    void knowsHundredsOfDevicesWithSourceAndDate() {
        assertThat(DEVICES.devices()).hasSizeGreaterThan(300).allSatisfy(device -> {
            assertThat(device.source()).as(device.name()).isNotBlank();
            assertThat(device.date()).as(device.name()).matches(Pattern.compile("(19|20)\\d\\d(-\\d\\d){0,2}"));
            assertThat(device.peak()).as(device.name()).isNotEmpty();
        });
    }

    @Test
    void findsEveryDeviceByItsNameAndAliases() {
        for (Device device : DEVICES.devices()) {
            assertThat(DEVICES.find(device.name()).map(Device::name)).contains(device.name());
            for (String alias : device.aliases()) {
                assertThat(DEVICES.find(alias)).as(alias).isPresent();
            }
        }
    }

    // Names as llama.cpp, vLLM, nvidia-smi and tables of results write them.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NVIDIA H100 80GB HBM3                        | NVIDIA H100 SXM 80GB             | 80  | 3350
            NVIDIA H100 (79.18 GiB)                      | NVIDIA H100 SXM 80GB             | 80  | 3350
            NVIDIA H100 PCIe                             | NVIDIA H100 PCIe 80GB            | 80  | 2039
            NVIDIA A100-SXM4-40GB                        | NVIDIA A100 SXM 40GB             | 40  | 1555
            A100-PCIE-40GB                               | NVIDIA A100 PCIe 40GB            | 40  | 1555
            A100                                         | NVIDIA A100 SXM 80GB             | 80  | 2039
            Tesla V100-SXM2-16GB                         | NVIDIA Tesla V100 SXM2 16GB      | 16  | 900
            Tesla P40                                    | NVIDIA Tesla P40                 | 24  | 347
            3080 10GB                                    | NVIDIA GeForce RTX 3080          | 10  | 760
            RTX3080-12GB                                 | NVIDIA GeForce RTX 3080 12GB     | 12  | 912
            4x NVIDIA GeForce RTX 3090                   | NVIDIA GeForce RTX 3090          | 24  | 936
            rtx4090                                      | NVIDIA GeForce RTX 4090          | 24  | 1008
            NVIDIA GeForce RTX 4090 Laptop GPU           | NVIDIA GeForce RTX 4090 Laptop   | 16  | 576
            8xH100                                       | NVIDIA H100 SXM 80GB             | 80  | 3350
            RTX 3090 x 2                                 | NVIDIA GeForce RTX 3090          | 24  | 936
            GMKtec G3 Plus (Intel N150)                  | Intel N100                       | 16  | 38.4
            AMD Ryzen 9 7950X3D 16-Core Processor        | AMD Ryzen 9 7950X                | 64  | 83.2
            RTX 3070 mobile                              | NVIDIA GeForce RTX 3070 Laptop   | 8   | 448
            NVIDIA RTX 6000 Ada Generation               | NVIDIA RTX 6000 Ada              | 48  | 960
            Quadro RTX 6000                              | NVIDIA Quadro RTX 6000           | 24  | 672
            Intel 265K Custom PC (Nvidia RTX 2080 Ti)    | NVIDIA GeForce RTX 2080 Ti       | 11  | 616
            Pi 5 - 8GB (AMD RX 6500 XT)                  | AMD Radeon RX 6500 XT            | 4   | 144
            Pi 5 - 16GB                                  | Raspberry Pi 5                   | 16  | 17.1
            M1 Max 32-Core GPU 64GB                      | Apple M1 Max (32-core GPU)       | 64  | 400
            M1 Ultra (48 GPU Core) 64GB                  | Apple M1 Ultra (48-core GPU)     | 64  | 800
            Apple M5 (10-core GPU)                       | Apple M5 (10-core GPU)           | 32  | 153.6
            M2 Max 30c 96GB                              | Apple M2 Max (30-core GPU)       | 96  | 400
            AmpereOne A192-32X (512GB)                   | Ampere AmpereOne A192-32X        | 512 | 332.8
            EPYC 9654 1.5TB                              | AMD EPYC 9654                    | 1536 | 460.8
            Ryzen AI Max+ 395 (Radeon 8060S)             | AMD Ryzen AI Max+ 395 (Radeon 8060S) | 128 | 256
            AMD Instinct MI300X OAM                      | AMD Instinct MI300X              | 192 | 5300
            AMD Radeon RX 7900 XTX                       | AMD Radeon RX 7900 XTX           | 24  | 960
            Intel(R) Arc(TM) B580 Graphics               | Intel Arc B580                   | 12  | 456
            NVIDIA H100 96GB HBM2e                       | NVIDIA H100 SXM 96GB             | 96  | 3350
            TPU v5e                                      | Google TPU v5e                   | 16  | 819
            """)
    void findsADeviceHoweverItIsWritten(String written, String name, double gib, double gigabytesPerSecond) {
        Device found = DEVICES.find(written).orElseThrow();

        assertThat(found.name()).isEqualTo(name);
        assertThat(found.memoryBytes() / GIB).isEqualTo(gib);
        assertThat(found.bandwidthBytesPerSecond() / 1e9).isEqualTo(gigabytesPerSecond);
    }

    @ParameterizedTest
    @CsvSource({"RTX 9090", "RTX 4090 Super", "M9 Ultra", "GPU", "3 GPUs", "CPU (ARM64)", "CUDA0", "''"})
    void findsNothingForWhatIsNoDevice(String written) {
        assertThat(DEVICES.find(written)).isEmpty();
    }

    @Test
    void takesAnyTextForAName() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] pieces = {
            "RTX", "4090", " ", "-", "(", "80GB", "1.5", "core", "gpu", "x", "c", "+", "M", "1", "×", "Ti", "é"
        };
        for (int i = 0; i < 300; i++) {
            String text = random.ints(random.nextInt(8), 0, pieces.length)
                    .mapToObj(piece -> pieces[piece])
                    .collect(Collectors.joining());

            assertThatCode(() -> {
                        DeviceName.of(text);
                        DEVICES.find(text);
                        DEVICES.nearest(text);
                    })
                    .as("seed %d, text %s", seed, text)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void namesTheNearestOfAnUnknownOne() {
        assertThat(DEVICES.nearest("RTX 4090 Super")).hasSize(3).allMatch(name -> name.contains("Super"));
    }

    @Test
    void showsWhatTheDriverShows() {
        // vLLM on an H100 prints 79.19 GiB in all, on an RTX 4090 23.52.
        assertThat(DEVICES.find("H100").orElseThrow().visibleBytes() / GIB).isBetween(79.18, 79.2);
        assertThat(DEVICES.find("4090").orElseThrow().visibleBytes() / GIB).isBetween(23.51, 23.53);
    }

    @Test
    void takesTheDevicesOfAUserFirst() throws IOException {
        Path file = Files.writeString(folder.resolve("devices.json"), """
                [{"name": "RTX 4090", "memory_gib": 20, "bandwidth_gb_s": 900},
                 {"name": "Our Box", "memory_gib": [96, 48], "bandwidth_gb_s": 500, "tflops": {"fp16": 100},
                  "rent": {"usd_per_hour": 0.4, "source": "our bill", "date": "2026-01"}}]
                """);

        DeviceCatalogue devices = DEVICES.with(file);

        assertThat(devices.find("4090").orElseThrow().memoryBytes() / GIB).isEqualTo(24);
        assertThat(devices.find("RTX 4090").orElseThrow().memoryBytes() / GIB).isEqualTo(20);
        assertThat(devices.find("our box 48GB").orElseThrow().rent()).hasValue(0.4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [{"name": "A", "memory_gib": 0, "bandwidth_gb_s": 1}]                      | memory_gib
            [{"name": "A", "memory_gib": 1, "bandwidth_gb_s": -1}]                     | bandwidth_gb_s
            [{"name": "A", "memory_gib": 1e300, "bandwidth_gb_s": 1}]                  | memory_gib
            [{"name": "A", "memory_gib": [1, 2], "visible_gib": 1, "bandwidth_gb_s": 1}] | visible_gib
            [{"name": "A", "memory_gib": 1, "bandwidth_gb_s": 1, "kind": "toaster"}]   | toaster
            [{"memory_gib": 1, "bandwidth_gb_s": 1}]                                   | name
            [3]                                                                        | devices
            3                                                                          | devices.json
            """)
    void refusesAMalformedFileByTheField(String json, String named) throws IOException {
        Path file = Files.writeString(folder.resolve("devices.json"), json);

        assertThatThrownBy(() -> DEVICES.with(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(named);
    }
}
