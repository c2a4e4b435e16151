package dev.weighbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeighTest {

    private static final String HELP = """
            Usage: weigh [-hV] [--color=<when>] [COMMAND]

            Weighs an AI model's parameters: what they are, what they need and what they
            will do.

            Options:
              -h, --help           Show this help.
              -V, --version        Show the version.
                  --color=<when>   When to use colour: auto, always, never.

            Commands:
              inspect     Say exactly what parameters a model has: count, active, by role,
                            as stored, at each precision.
              fit         Say whether a model fits: memory at each precision, speed and
                            cost on the devices named or on this machine; if not, why and
                            what would help.
              list        List the models on this machine with count, size and precision:
                            those of Hugging Face, Ollama, LM Studio, llama.cpp and
                            ModelScope, or those of the folders named.
              devices     Show this machine and the devices that are known: memory,
                            bandwidth, speed, power, rent. With a name: that device, with
                            the source and date of each figure.
              logits      Show a model's logits for every position of a prompt; an
                            encoder's last hidden states.
              generate    Generate token ids after a prompt of token ids, the most likely
                            each time.
              tokenize    Cut a text into tokens.
              render      Write messages as the text that a model was trained on, by its
                            own chat template.
              validate    Hold the plans against a table of measured allocations,
                            start-ups, training peaks or speeds.
              pick        Pick a model for a task and a machine: ranked by published
                            scores, at the precision to take, with memory, speed and cost.
                            On a terminal the list can be searched, sorted and opened.
              compare     Compare models side by side: parameters, licence, memory, speed,
                            cost and quality, each with its basis, and with charts as a
                            page.
              emit        Write the launch command, script or manifest that runs a model as
                            weigh fit plans it.
              completion  Write the script that lets a shell complete weigh's commands and
                            options.

            Examples:
              weigh inspect llama-3.1-8b
              weigh inspect hf:Qwen/Qwen3-8B
              weigh fit llama-3.1-70b --device H100 --devices 2
              weigh list
              weigh devices
              weigh completion bash > ~/.local/share/bash-completion/completions/weigh

            Exit codes: 0 fine, 1 the answer is no, 2 bad usage, 3 bad input, 4 not found
            or unreachable.
            """;

    @Test
    void showsHelpWhenAsked() {
        CliRun run = CliRun.weigh("--help");

        assertThat(run).isEqualTo(new CliRun(0, HELP, ""));
    }

    @Test
    void showsHelpAsAnErrorWhenNothingIsAsked() {
        CliRun run = CliRun.weigh();

        assertThat(run).isEqualTo(new CliRun(2, "", HELP));
    }

    @Test
    void keepsHelpWithinANarrowTerminal() {
        CliRun run = CliRun.onTerminal(60).with("NO_COLOR", "1").weigh("--help");

        assertThat(run.out().lines().filter(line -> !line.contains("completions/weigh")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
    }

    @Test
    void showsTheVersion() {
        CliRun run = CliRun.weigh("--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).matches("weigh \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?( \\([0-9a-f]{7,}(-dirty)?\\))?\\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void refusesAnUnknownOptionAndNamesTheLikely() {
        CliRun run = CliRun.weigh("--colour=never");

        assertThat(run).isEqualTo(new CliRun(2, "", """
                weigh: unknown option '--colour=never'

                hint: did you mean --color? See 'weigh --help'.
                """));
    }

    @Test
    void refusesAnUnknownCommand() {
        CliRun run = CliRun.weigh("xyzzy");

        assertThat(run).isEqualTo(new CliRun(2, "", """
                weigh: unknown command 'xyzzy'

                hint: see 'weigh --help'.
                """));
    }

    @Test
    void takesAnArgumentThatStartsWithAnAtSignAsItIs() {
        CliRun run = CliRun.weigh("@/etc/hosts");

        assertThat(run.err()).startsWith("weigh: unknown command '@/etc/hosts'");
    }

    @Test
    void colorsOnATerminalOnly() {
        assertThat(CliRun.onTerminal(80).weigh("--help").out()).contains("\033[");
        assertThat(CliRun.weigh("--help").out()).doesNotContain("\033[");
    }

    @Test
    void colorsErrorsOnATerminal() {
        CliRun run = CliRun.onTerminal(80).weigh("--nonsense");

        assertThat(run.err()).startsWith("\033[31mweigh:\033[0m unknown option");
    }

    @Test
    void honoursNoColor() {
        CliRun run = CliRun.onTerminal(80).with("NO_COLOR", "1").weigh("--help");

        assertThat(run.out()).doesNotContain("\033[");
    }

    @Test
    void letsTheOptionOverrideWhatItSees() {
        assertThat(CliRun.with("NO_COLOR", "1")
                        .weigh("--color=always", "--help")
                        .out())
                .contains("\033[");
        assertThat(CliRun.onTerminal(80).weigh("--color=never", "--help").out()).doesNotContain("\033[");
    }

    @Test
    void takesTheColorOptionAfterTheCommandToo() {
        CliRun run = CliRun.weigh("completion", "--color=always", "--help");

        assertThat(run.out()).contains("\033[");
    }

    @Test
    void endsSilentlyWhenTheReaderHasGone() {
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("Broken pipe");
            }
        };

        assertThat(runWithOutput(gone)).isEqualTo(141);
    }

    @Test
    void saysSoWhenTheOutputCannotBeWritten() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThat(runWithOutput(full)).isEqualTo(3);
    }

    private static int runWithOutput(OutputStream out) {
        Terminal terminal = Terminal.of(out, false, OutputStream.nullOutputStream(), false, Map.of());
        return Weigh.run(terminal, Map.of(), "--help");
    }
}
