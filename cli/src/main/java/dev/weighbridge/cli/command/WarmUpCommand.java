package dev.weighbridge.cli.command;

import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/// `weigh warm-up`: runs what users run most, unseen, so that the launcher can record which classes a short command
/// loads
/// and keep them ready (JEP 514). A command that is not run here still works; it starts slower.
@Command(name = "warm-up", hidden = true, description = "Run the usual commands unseen, to record what they load.")
public final class WarmUpCommand implements Runnable {

    private static final List<List<String>> USUAL = List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("inspect", "llama-3.1-8b"),
            List.of("inspect", "--json", "--tensors", "mixtral-8x7b"),
            List.of("inspect", "--tree", "gemma-2-2b"),
            List.of("inspect", "--explain", "qwen3-30b-a3b"),
            List.of("--color=always", "--help"),
            List.of("completion", "--help"),
            List.of("completion", "fish"),
            List.of("--no-such-option"));

    private final Consumer<String[]> weigh;

    /// Runs each command line with `weigh`, which must show nothing.
    public WarmUpCommand(Consumer<String[]> weigh) {
        this.weigh = weigh;
    }

    @Override
    public void run() {
        for (List<String> arguments : USUAL) {
            weigh.accept(arguments.toArray(String[]::new));
        }
    }
}
