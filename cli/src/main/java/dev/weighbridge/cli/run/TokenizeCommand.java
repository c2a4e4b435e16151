package dev.weighbridge.cli.run;

import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.engine.tokenizer.Tokenizer;
import dev.weighbridge.engine.tokenizer.TokenizerReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// `weigh tokenize`: the tokens of a text.
@Command(
        name = "tokenize",
        description = "Cut a text into tokens.",
        footer = {"  weigh tokenize model.gguf 'Hello world'", "  weigh tokenize tokenizer.json 'Hello' --json"})
public final class TokenizeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "<model>",
            description = "A model's folder, a GGUF file, a tokenizer.json or a tokenizer.model.")
    private Path path = Path.of("");

    @Parameters(index = "1", paramLabel = "<text>", description = "The text.")
    private String text = "";

    @Option(names = "--special", description = "Add the tokens that stand around a text, as a prompt has them.")
    private boolean framed;

    @Option(names = "--json", description = "One JSON object: ids and tokens.")
    private boolean json;

    /// Writes to `terminal`.
    public TokenizeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Tokenizer tokenizer = TokenizerReader.read(path);
        int[] ids = tokenizer.encode(text, framed);
        if (!json) {
            for (int id : ids) {
                terminal.out().printf("%8d  %s%n", id, tokenizer.token(id));
            }
            return 0;
        }
        StringWriter target = new StringWriter();
        try (JsonGenerator generator =
                JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), target)) {
            generator.writeStartObject();
            generator.writeName("ids");
            generator.writeArray(ids, 0, ids.length);
            generator.writeArrayPropertyStart("tokens");
            for (int id : ids) {
                generator.writeString(tokenizer.token(id));
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        terminal.out().println(target);
        return 0;
    }
}
