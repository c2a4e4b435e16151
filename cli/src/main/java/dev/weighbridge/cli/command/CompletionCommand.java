package dev.weighbridge.cli.command;

import dev.weighbridge.cli.terminal.Terminal;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weigh completion`: writes the script that teaches a shell to complete `weigh`.
@Command(
        name = "completion",
        description = "Write the script that lets a shell complete weigh's commands and options.",
        footer = {
            "  weigh completion bash > ~/.local/share/bash-completion/completions/weigh",
            "  weigh completion zsh > ~/.weigh.zsh && echo 'source ~/.weigh.zsh' >> ~/.zshrc",
            "  weigh completion fish > ~/.config/fish/completions/weigh.fish"
        })
public final class CompletionCommand implements Runnable {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "<shell>", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.BASH;

    /// Writes to the terminal's output.
    public CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        CommandLine weigh = spec.root().commandLine();
        terminal.out().print(scriptFor(weigh));
    }

    private String scriptFor(CommandLine weigh) {
        return switch (shell) {
            // One script for both: it loads zsh's own bash emulation when it finds itself in zsh.
            case BASH, ZSH -> AutoComplete.bash(weigh.getCommandName(), weigh);
            case FISH -> FishCompletion.script(weigh);
        };
    }
}
