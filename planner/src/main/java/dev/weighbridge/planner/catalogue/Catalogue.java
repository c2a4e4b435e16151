package dev.weighbridge.planner.catalogue;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.naming.EditDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The models known by name.
///
/// The table is a text of one JSON object a line. A lookup parses the one line it needs. A model whose
/// tensors are those of another names it in `like` and gives the fields that differ, if any.
public final class Catalogue {
    private static final String TABLE = "models.jsonl";

    private final List<String> lines;
    private @Nullable NameIndex index;

    private Catalogue(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    /// The catalogue that Weighbridge carries.
    public static Catalogue embedded() {
        return new Catalogue(JsonLines.read(Catalogue.class, TABLE));
    }

    /// The model of that name or alias, in whatever case; dots, dashes and underscores are one, and so
    /// is the publisher's own repository name.
    public Optional<KnownModel> find(String name) {
        return index().exactly(name).map(lines::get).map(this::parse);
    }

    /// The model that a repository, a file or a tag is a packaging of: [#find(String)] where it is known
    /// as it stands, else the known model whose name stands in it with nothing beside it but a publisher, a
    /// quantization, a container or a tuning. `unsloth/Qwen3.6-35B-A3B-GGUF`,
    /// `Qwen_Qwen3.5-9B-Q4_K_M.gguf` and `RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8` are
    /// packagings. A path is tried from its end, since the file in a folder may be `model.safetensors`.
    public Optional<KnownModel> resolve(String name) {
        String part = name.strip().replace('\\', '/');
        while (part.contains("/") && ModelName.of(part).isGeneric()) {
            part = part.substring(0, part.lastIndexOf('/'));
        }
        String packaged = part;
        return index().exactly(packaged)
                .or(() -> index().within(packaged))
                .map(lines::get)
                .map(this::parse);
    }

    /// Every model, sorted by name.
    public List<KnownModel> models() {
        return lines.stream().map(this::parse).toList();
    }

    /// The names nearest to one that is not known, at most three.
    public List<String> nearest(String name) {
        String wanted = NameIndex.key(name);
        List<String> names = index().firstNames();
        List<String> containing = names.stream()
                .filter(known -> NameIndex.key(known).contains(wanted))
                .toList();
        return EditDistance.nearest(name, containing.isEmpty() ? names : containing, NameIndex::key, 3);
    }

    /// Name, aliases and repository, read off the start of the line without parsing the configuration.
    private static List<String> names(String line) {
        List<String> names = new ArrayList<>();
        int end = line.indexOf(",\"source\":");
        String head = line.substring(0, end) + "}";
        Config entry = JsonLines.object(TABLE, head);
        names.add(entry.text("name"));
        names.addAll(entry.texts("aliases"));
        names.add(entry.text("repository"));
        return names;
    }

    private NameIndex index() {
        NameIndex made = index;
        if (made == null) {
            made = new NameIndex(lines.stream().map(Catalogue::names).toList());
            index = made;
        }
        return made;
    }

    private KnownModel parse(String line) {
        Config entry = JsonLines.object(TABLE, line);
        return new KnownModel(
                entry.text("name"),
                entry.texts("aliases"),
                entry.text("repository"),
                entry.text("source"),
                entry.has("published_parameters") ? entry.integer("published_parameters") : null,
                config(entry));
    }

    private Config config(Config entry) {
        if (!entry.has("like")) {
            return ConfigReader.resolve(entry.part("config"));
        }
        Config like = find(entry.text("like")).orElseThrow().config();
        return entry.partOrEmpty("config").orElse(like);
    }
}
