package dev.weighbridge.cli.run;

import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.engine.Transformer;
import dev.weighbridge.engine.layer.Step;
import dev.weighbridge.model.family.Families;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// `weigh logits`: the model's output for every position of a prompt of token ids.
@Command(
        name = "logits",
        description = "Show a model's logits for every position of a prompt; an encoder's last hidden states.",
        footer = {"  weigh logits model.gguf --ids 1,15043,3186 --json"})
public final class LogitsCommand implements Callable<Integer> {
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

    @Option(names = "--json", description = "One JSON object: logits, a list for each position.")
    private boolean json;

    /// Builds models by `families` and writes to `terminal`.
    public LogitsCommand(Terminal terminal, Supplier<Families> families) {
        this.terminal = terminal;
        this.families = families;
    }

    @Override
    public Integer call() throws IOException {
        int[] prompt = TokenIds.parse(spec, ids);
        try (Transformer model = Transformer.load(path, families.get())) {
            TokenIds.check(spec, model, prompt);
            float[] outputs = model.forward(new Step(), prompt, 0);
            if (json) {
                terminal.out().print(json(outputs, prompt.length, model.width()));
            } else {
                print(outputs, prompt, model.width());
            }
        }
        return 0;
    }

    private static String json(float[] outputs, int positions, int width) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator =
                JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartObject();
            generator.writeArrayPropertyStart("logits");
            for (int t = 0; t < positions; t++) {
                generator.writeStartArray();
                for (int i = 0; i < width; i++) {
                    generator.writeNumber(outputs[t * width + i]);
                }
                generator.writeEndArray();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        return text + "\n";
    }

    /// The largest of each position, which a person can read.
    private void print(float[] outputs, int[] prompt, int width) {
        for (int t = 0; t < prompt.length; t++) {
            int best = 0;
            for (int i = 1; i < width; i++) {
                best = outputs[t * width + i] > outputs[t * width + best] ? i : best;
            }
            terminal.out()
                    .println("after token " + prompt[t] + ": most likely " + best + " at " + outputs[t * width + best]);
        }
    }
}
