package dev.weighbridge.cli.run;

import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.engine.template.ChatTemplate;
import dev.weighbridge.engine.template.ChatTemplateReader;
import dev.weighbridge.engine.template.TemplateException;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `weigh render`: the text that a model's chat template makes of messages.
@Command(
        name = "render",
        description = "Write messages as the text that a model was trained on, by its own chat template.",
        footer = {
            "  weigh render model.gguf messages.json",
            "",
            "  messages.json: a list of messages, or an object with messages, tools, add_generation_prompt …"
        })
public final class RenderCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            index = "0",
            paramLabel = "<model>",
            description = "A model's folder, a GGUF file, or a template in a .jinja file.")
    private Path path = Path.of("");

    @Parameters(index = "1", paramLabel = "<messages>", description = "A JSON file.")
    private Path messages = Path.of("");

    /// Writes to `terminal`.
    public RenderCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ChatTemplateReader.Found found = ChatTemplateReader.read(path);
        Map<String, @Nullable Object> values = new LinkedHashMap<>(found.values());
        values.put("add_generation_prompt", true);
        values.putAll(read());
        try {
            terminal.out().print(ChatTemplate.parse(found.template()).render(values, LocalDateTime::now));
        } catch (TemplateException e) {
            throw e.isRefusal()
                    ? new RefusedException("the model's chat template refuses: " + e.getMessage())
                    : new MalformedException("the chat template of " + path + " cannot be followed: " + e.getMessage());
        }
        return 0;
    }

    @SuppressWarnings("unchecked") // an object's keys are texts
    private Map<String, @Nullable Object> read() throws IOException {
        JsonReader reader =
                new JsonReader(messages.toString(), Files.readAllBytes(messages), JsonReader.Dialect.STRICT);
        Object value = reader.value();
        reader.endDocument();
        return switch (value) {
            case Map<?, ?> object -> (Map<String, @Nullable Object>) object;
            case List<?> list -> Map.of("messages", list);
            case null, default ->
                throw new MalformedException(messages + " holds neither a list of messages nor an object with one");
        };
    }
}
