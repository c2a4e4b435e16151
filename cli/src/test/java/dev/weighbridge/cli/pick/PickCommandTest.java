package dev.weighbridge.cli.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.CliRun;
import org.junit.jupiter.api.Test;

class PickCommandTest {
    private static final String[] MIT_FOR_CODE = {
        "pick", "--task", "coding", "--licence", "mit", "--device", "RTX 4090", "--runtime", "vllm", "--limit", "2"
    };

    @Test
    void picksAsATableWherePiped() {
        CliRun run = CliRun.weigh(MIT_FOR_CODE);

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("A model for coding  that writes and mends programs\non NVIDIA GeForce RTX 4090 · vllm")
                .contains("Ranked by the mean of LiveCodeBench, SciCode, Terminal-Bench Hard")
                .doesNotContain("\033");
    }

    @Test
    void refusesATaskThatItDoesNotKnow() {
        CliRun run = CliRun.weigh("pick", "--task", "cooking", "--device", "RTX 4090", "--runtime", "vllm");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no task is called 'cooking'; known are chat, coding, reasoning");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void refusesALimitOfNothing() {
        CliRun run = CliRun.weigh("pick", "--limit", "0", "--device", "RTX 4090", "--runtime", "vllm");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--limit must be at least 1, not 0");
    }

    @Test
    void answersNoWhereNothingFits() {
        CliRun run = CliRun.weigh(
                "pick", "--task", "chat", "--licence", "no such licence", "--device", "RTX 4090", "--runtime", "vllm");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("no model passes; left out: ");
    }
}
