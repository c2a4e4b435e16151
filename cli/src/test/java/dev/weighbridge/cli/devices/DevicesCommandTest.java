package dev.weighbridge.cli.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesCommandTest {
    private static final String BOX = """
            [{"name": "Our Box", "aliases": ["box"], "vendor": "Us", "kind": "unified", "generation": "Mark 2",
              "memory_gib": [96, 48], "visible_gib": [72, 36], "visible_basis": "estimated", "bandwidth_gb_s": 512,
              "tflops": {"fp32": 20, "fp16": 80}, "link": {"name": "PCIe 5.0 x16", "gb_s": 63}, "watts": 200,
              "rent": {"usd_per_hour": 0.4, "source": "our bill", "date": "2026-01"},
              "buy": {"usd": 4200, "source": "our shop", "date": "2025-12"},
              "source": "our bench", "date": "2026-01-15"}]
            """;

    @TempDir
    Path folder;

    @Test
    void showsADeviceOfOurOwnWithTheSourceOfEachFigure() throws IOException {
        Path file = Files.writeString(folder.resolve("devices.json"), BOX);

        CliRun run = CliRun.weigh("devices", "--file", file.toString(), "box");

        assertThat(run).isEqualTo(new CliRun(0, """
                Our Box  unified · Mark 2 · Us
                  memory     96 GiB      as sold
                  usable     72 GiB      estimated
                  bandwidth  512 GB/s    published
                  fp32       20 TFLOP/s  published, dense
                  fp16       80 TFLOP/s  published, dense
                  link       63 GB/s     PCIe 5.0 x16, each way
                  power      200 W       at most
                  rent       $0.40/h     our bill, 2026-01
                  price      $4,200      our shop, 2025-12
                  source     our bench, 2026-01-15
                  also       box
                """, ""));
    }

    @Test
    void takesTheUsualFileOfTheUserIntoTheTable() throws IOException {
        Path file = folder.resolve(".config").resolve("weigh").resolve("devices.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, BOX);

        CliRun run = CliRun.with("HOME", folder.toString()).weigh("devices", "--vendor", "us");

        assertThat(run).isEqualTo(new CliRun(0, """
                DEVICE      MEMORY  USABLE  BANDWIDTH      16 BIT  RENT/H
                Our Box  48/96 GiB           512 GB/s  80 TFLOP/s   $0.40
                1 device; published figures, ~ estimated; weigh devices <name> tells sources and dates
                """, ""));
    }

    @Test
    void writesADeviceAsJson() throws IOException {
        Path file = Files.writeString(folder.resolve("devices.json"), BOX);

        CliRun run = CliRun.weigh("devices", "--json", "--file", file.toString(), "Our Box 48GB");

        assertThat(run.out()).isEqualTo("""
                {"name":"Our Box","aliases":["box"],"vendor":"Us","kind":"unified","generation":"Mark 2",\
                "memory_bytes":51539607552,"visible_bytes":38654705664,"visible_basis":"estimated",\
                "bandwidth_bytes_per_s":512000000000,\
                "peak_operations_per_s":{"fp16":80000000000000,"fp32":20000000000000},\
                "link":{"name":"PCIe 5.0 x16","bytes_per_s":63000000000},"watts":200.0,\
                "rent":{"usd_per_hour":0.4,"source":"our bill","date":"2026-01"},\
                "price":{"usd":4200.0,"source":"our shop","date":"2025-12"},\
                "basis":"published","source":"our bench","date":"2026-01-15"}
                """);
    }

    @Test
    void showsThisMachineAndTheCatalogue() {
        CliRun run = CliRun.weigh("devices");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("this machine")
                .contains("  processor  ", "  memory     ", "NVIDIA H100 SXM 80GB");
    }

    @Test
    void namesTheNearestOfAnUnknownDevice() {
        CliRun run = CliRun.weigh("devices", "RTX 9090");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err())
                .startsWith("weigh: no device is called 'RTX 9090'")
                .contains("RTX 3090");
    }

    @Test
    void refusesAFileOfAnotherKindByItsField() throws IOException {
        Path file = Files.writeString(folder.resolve("devices.json"), "[{\"name\": \"A\", \"memory_gib\": -1}]");

        CliRun run = CliRun.weigh("devices", "--file", file.toString(), "A");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("device A: memory_gib must be above 0");
    }

    @Test
    void saysThatAFileIsNotThere() {
        CliRun run =
                CliRun.weigh("devices", "--file", folder.resolve("none.json").toString());

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).startsWith("weigh: there is no file ");
    }

    @Test
    void measuresAndKeepsWhatWasMeasured() {
        CliRun measured = CliRun.with("WEIGH_CACHE", folder.toString()).weigh("devices", "--measure");

        CliRun shown = CliRun.with("WEIGH_CACHE", folder.toString()).weigh("devices");

        assertThat(measured.out()).contains("memory bandwidth", "fp32 matrix product", "measured on");
        assertThat(folder.resolve("measured.json")).exists();
        assertThat(shown.out()).contains("GB/s  measured 20");
    }
}
