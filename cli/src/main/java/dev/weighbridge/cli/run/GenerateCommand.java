package dev.weighbridge.cli.run;

import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.engine.Transformer;
import dev.weighbridge.engine.layer.Step;
import dev.weighbridge.model.family.Families;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weigh generate`: the token ids that follow a prompt of token ids.
@Command(
        name = "generate",
        description = "Generate token ids after a prompt of token ids, the most likely each time.",
        footer = {"  weigh generate model.gguf --ids 1,15043 --max-tokens 16 --greedy --json"})
public final class GenerateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Families> families;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1", paramLabel = "<model>", description = "A model's folder, or one of its files.")
    private Path path = Path.of("");

    @Option(
            names = "--ids",
            required = true,
            paramLabel = "<ids>",
            description = "The prompt: ids with commas between.")
    private String ids = "";

    @Option(names = "--max-tokens", paramLabel = "<n>", description = "At most so many new tokens; ${DEFAULT-VALUE}.")
    private int maxTokens = 16;

    @Option(names = "--greedy", description = "The most likely token each time, which is also done without it.")
    @SuppressWarnings("UnusedVariable") // said by those who want no other way to be taken for granted
    private boolean greedy;

    @Option(names = "--ignore-eos", description = "Go on after the token that ends a text.")
    private boolean ignoreEnd;

    @Option(names = "--json", description = "One JSON object: ids, the new ones.")
    private boolean json;

    /// Builds models by `families` and writes to `terminal`.
    public GenerateCommand(Terminal terminal, Supplier<Families> families) {
        this.terminal = terminal;
        this.families = families;
    }

    @Override
    public Integer call() throws IOException {
        int[] prompt = TokenIds.parse(spec, ids);
        if (maxTokens < 1) {
            throw new ParameterException(spec.commandLine(), "--max-tokens must be at least 1");
        }
        try (Transformer model = Transformer.load(path, families.get())) {
            TokenIds.check(spec, model, prompt);
            List<Integer> chosen = generate(model, prompt);
            String list = chosen.stream().map(String::valueOf).collect(Collectors.joining(","));
            terminal.out().println(json ? "{\"ids\":[" + list + "]}" : list);
        }
        return 0;
    }

    private List<Integer> generate(Transformer model, int[] prompt) {
        Step step = new Step();
        List<Integer> chosen = new ArrayList<>();
        float[] outputs = model.forward(step, prompt, 0);
        int row = prompt.length - 1;
        while (chosen.size() < maxTokens) {
            int best = best(outputs, row * model.width(), model.width());
            chosen.add(best);
            boolean ends = !ignoreEnd && model.endTokens().contains(best);
            if (ends || chosen.size() == maxTokens) {
                break;
            }
            outputs = model.forward(step, new int[] {best}, prompt.length + chosen.size() - 1);
            row = 0;
        }
        return chosen;
    }

    private static int best(float[] outputs, int from, int width) {
        float[] row = Arrays.copyOfRange(outputs, from, from + width);
        int best = 0;
        for (int i = 1; i < width; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }
}
