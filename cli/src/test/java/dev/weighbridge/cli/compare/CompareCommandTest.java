package dev.weighbridge.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private static final List<String> ON_A_CARD = List.of("--device", "RTX 4090", "--runtime", "vllm");

    @Test
    void setsModelsSideBySide() {
        CliRun run = run("compare", "qwen3-8b", "llama-3.1-8b");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("on NVIDIA GeForce RTX 4090 · vllm · context 8,192\n")
                .containsPattern("parameters +8,190,735,360 +8,030,261,248")
                .containsPattern("licence +Apache-2.0 \\(yes\\) +Llama 3.1 Community \\(conditional\\)")
                .containsPattern("released +2025-04-29 +2024-07-23")
                .containsPattern("fits +yes +yes")
                // Artificial Analysis: 55.6 against 34.0 at IFBench, MMLU-Pro and GPQA diamond; the bands are apart.
                .containsPattern("chat +°55\\.\\d \\(\\d+–\\d+\\) 3/3 +°34\\.\\d \\(\\d+–\\d+\\) 3/3 +best: qwen3-8b");
    }

    @Test
    void writesJson() {
        CliRun run = run("compare", "qwen3-8b", "llama-3.1-8b", "--json");

        assertThat(run.out())
                .startsWith(
                        "{\"machine\":\"NVIDIA GeForce RTX 4090\",\"runtime\":\"vllm\",\"context\":8192,\"models\":[")
                .contains("\"model\":\"qwen3-8b\",\"parameters\":8190735360,\"active_parameters\":8190735360")
                .contains("\"best\":{\"chat\":\"qwen3-8b\"");
    }

    @Test
    void writesAPageThatLoadsNothing(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("page.html");

        CliRun run = run("compare", "qwen3-8b", "llama-3.1-8b", "--html", page.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(Files.readString(page))
                .startsWith("<!doctype html>")
                .contains("Quality and speed", "Quality and memory", "Quality and cost", "<circle", "8,190,735,360")
                .doesNotContain("src=", "href=", "@import", "url(");
    }

    @Test
    void refusesATaskThatItDoesNotKnow() {
        CliRun run = run("compare", "qwen3-8b", "llama-3.1-8b", "--task", "cooking");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no task is called 'cooking'");
    }

    @Test
    void needsTwoModels() {
        assertThat(run("compare", "qwen3-8b").exitCode()).isEqualTo(2);
    }

    private static CliRun run(String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of(arguments));
        all.addAll(ON_A_CARD);
        return CliRun.weigh(all.toArray(String[]::new));
    }
}
