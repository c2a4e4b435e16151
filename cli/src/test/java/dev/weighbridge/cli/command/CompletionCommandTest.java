package dev.weighbridge.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.CliRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCommandTest {

    @Test
    void showsHelpWithExamples() {
        CliRun run = CliRun.weigh("completion", "--help");

        assertThat(run).isEqualTo(new CliRun(0, """
                Usage: weigh completion [-h] [--color=<when>] <shell>

                Write the script that lets a shell complete weigh's commands and options.

                Arguments:
                      <shell>          One of bash, zsh, fish.

                Options:
                  -h, --help           Show this help.
                      --color=<when>   When to use colour: auto, always, never.

                Examples:
                  weigh completion bash > ~/.local/share/bash-completion/completions/weigh
                  weigh completion zsh > ~/.weigh.zsh && echo 'source ~/.weigh.zsh' >> ~/.zshrc
                  weigh completion fish > ~/.config/fish/completions/weigh.fish
                """, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void writesAScriptForBashAndZsh(String shell) {
        CliRun run = CliRun.weigh("completion", shell);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("#!/usr/bin/env bash\n")
                .contains("complete -F _complete_weigh", "bashcompinit", "--version", "completion")
                .doesNotContain("warm-up");
    }

    @Test
    void refusesAShellItDoesNotKnow() {
        CliRun run = CliRun.weigh("completion", "tcsh");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("was 'tcsh'", "hint: see 'weigh completion --help'.");
    }

    @Test
    void asksForTheShell() {
        CliRun run = CliRun.weigh("completion");

        assertThat(run).isEqualTo(new CliRun(2, "", """
                weigh: missing required parameter: '<shell>'

                hint: see 'weigh completion --help'.
                """));
    }
}
