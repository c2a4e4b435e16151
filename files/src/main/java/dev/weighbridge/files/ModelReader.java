package dev.weighbridge.files;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.files.gguf.GgufReader;
import dev.weighbridge.files.onnx.OnnxReader;
import dev.weighbridge.files.pytorch.PytorchReader;
import dev.weighbridge.files.safetensors.SafetensorsReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.files.source.ShardName;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the model that a repository holds, whatever its format: finds the files that matter, reads their headers, and
/// puts the configuration beside them.
///
/// Of several formats in one repository the first of this order is read: safetensors, GGUF, PyTorch, ONNX, a
/// configuration
/// alone. All of them hold the same parameters where a publisher offers a choice.
public final class ModelReader {
    private static final String CONFIG = "config.json";
    private static final String PIPELINE = "model_index.json";
    private static final List<String> PYTORCH_EXTENSIONS = List.of(".bin", ".pt", ".pth", ".ckpt");
    private static final List<String> EXTENSIONS =
            List.of(".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".onnx");

    private ModelReader() {}

    /// Reads the model of a repository.
    ///
    /// @throws NotFoundException if it holds no model
    /// @throws UnsupportedException if it holds several and none is the obvious one
    public static Checkpoint read(Repository repository) throws IOException {
        String path = mainFile(repository);
        return read(repository, path).named(repository.name());
    }

    /// Reads the model that one file of a repository is, with the configuration that lies beside it.
    public static Checkpoint read(Repository repository, String path) throws IOException {
        return switch (formatOf(repository, path)) {
            case GGUF -> GgufReader.read(repository, path);
            case SAFETENSORS -> withConfig(repository, path, SafetensorsReader.read(repository, path));
            case PYTORCH -> withConfig(repository, path, PytorchReader.read(repository, path));
            case ONNX -> withConfig(repository, path, OnnxReader.read(repository, path));
            case CONFIG -> configAlone(repository, path);
        };
    }

    /// The folder of each component of a diffusers repository, by the name its `model_index.json` gives it; empty for
    /// any
    /// other repository.
    public static Map<String, String> components(Repository repository) throws IOException {
        if (repository.find(PIPELINE).isEmpty()) {
            return Map.of();
        }
        Config index = pipelineIndex(repository);
        Map<String, String> components = new LinkedHashMap<>();
        for (String name : index.names()) {
            boolean stored = repository.entries().stream()
                    .anyMatch(entry -> entry.path().startsWith(name + "/") && isWeights(entry.path()));
            if (stored) {
                components.put(name, mainFile(repository, name + "/"));
            }
        }
        return components;
    }

    /// The `model_index.json` of a diffusers repository as it stands.
    public static Config pipelineIndex(Repository repository) throws IOException {
        return readConfig(repository, PIPELINE).raw();
    }

    private static boolean isWeights(String path) {
        return EXTENSIONS.stream().anyMatch(path::endsWith);
    }

    private static Checkpoint withConfig(Repository repository, String path, Checkpoint checkpoint) throws IOException {
        String beside = folderOf(path) + CONFIG;
        if (repository.find(beside).isEmpty()) {
            return checkpoint;
        }
        ConfigReader.Reading reading = readConfig(repository, beside);
        return checkpoint.withConfig(reading.config()).withFindings(reading.findings());
    }

    private static Checkpoint configAlone(Repository repository, String path) throws IOException {
        long bytes = repository.find(path).map(Repository.Entry::bytes).orElse(0L);
        ConfigReader.Reading reading = readConfig(repository, path);
        return new Checkpoint(
                Format.CONFIG,
                nameOf(repository, path),
                List.of(new StoredFile(path, bytes)),
                Config.EMPTY,
                reading.config(),
                List.of(),
                reading.findings(),
                bytes);
    }

    /// A file's model is called after the file, or after its folder where every file of the kind has the same name.
    private static String nameOf(Repository repository, String path) {
        String name = repository.name().replaceFirst("/?" + Pattern.quote(path) + "$", "");
        return path.equals(CONFIG) && !name.isEmpty() ? name.substring(name.lastIndexOf('/') + 1) : path;
    }

    private static ConfigReader.Reading readConfig(Repository repository, String path) throws IOException {
        try (ByteSource source = repository.open(path)) {
            return ConfigReader.read(source);
        }
    }

    private static String folderOf(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private static String mainFile(Repository repository) throws IOException {
        return mainFile(repository, "");
    }

    /// The file that stands for the model in a folder of the repository.
    private static String mainFile(Repository repository, String folder) throws IOException {
        List<String> here = repository.entries().stream()
                .map(Repository.Entry::path)
                .filter(path -> path.startsWith(folder) && path.indexOf('/', folder.length()) < 0)
                .toList();
        List<List<String>> choices = List.of(
                named(here, folder, "model.safetensors.index.json", "diffusion_pytorch_model.safetensors.index.json"),
                named(here, folder, "model.safetensors", "diffusion_pytorch_model.safetensors"),
                ending(here, ".safetensors.index.json"),
                firstParts(here, ".safetensors"),
                firstParts(here, ".gguf"),
                named(here, folder, "pytorch_model.bin.index.json", "pytorch_model.bin"),
                ending(here, ".bin.index.json"),
                PYTORCH_EXTENSIONS.stream()
                        .flatMap(extension -> ending(here, extension).stream())
                        .toList(),
                ending(here, ".onnx"),
                named(here, folder, CONFIG, "params.json"));
        for (List<String> choice : choices) {
            if (choice.size() == 1) {
                return choice.getFirst();
            }
            if (choice.size() > 1) {
                throw new UnsupportedException(
                        repository.name() + " holds " + choice.size() + " models: "
                                + String.join(", ", choice.subList(0, Math.min(5, choice.size())))
                                + (choice.size() > 5 ? ", …" : ""),
                        "name the file of the one you mean");
            }
        }
        throw new NotFoundException("no model in " + repository.name() + (folder.isEmpty() ? "" : "/" + folder)
                + ": there is neither a weight file (" + String.join(", ", EXTENSIONS) + ") nor a config.json");
    }

    /// The first of `names` that is there, as a list of at most one.
    private static List<String> named(List<String> paths, String folder, String... names) {
        for (String name : names) {
            if (paths.contains(folder + name)) {
                return List.of(folder + name);
            }
        }
        return List.of();
    }

    private static List<String> ending(List<String> paths, String extension) {
        return paths.stream().filter(path -> path.endsWith(extension)).toList();
    }

    /// Files of that extension, of a split model the first part alone.
    private static List<String> firstParts(List<String> paths, String extension) {
        List<String> found = new ArrayList<>();
        for (String path : ending(paths, extension)) {
            Optional<ShardName> shard = ShardName.parse(path, extension);
            if (shard.isEmpty() || shard.get().number() == 1) {
                found.add(path);
            }
        }
        return found;
    }

    private static Format formatOf(Repository repository, String path) throws IOException {
        String name = path.toLowerCase(Locale.ROOT);
        if (name.endsWith(".gguf")) {
            return Format.GGUF;
        }
        if (name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json")) {
            return Format.SAFETENSORS;
        }
        if (name.endsWith(".bin.index.json") || PYTORCH_EXTENSIONS.stream().anyMatch(name::endsWith)) {
            return Format.PYTORCH;
        }
        if (name.endsWith(".onnx")) {
            return Format.ONNX;
        }
        return name.endsWith(".json") ? Format.CONFIG : sniff(repository, path);
    }

    /// The format by the first bytes, for a file whose name does not tell (a blob of a store).
    private static Format sniff(Repository repository, String path) throws IOException {
        try (ByteSource source = repository.open(path)) {
            byte[] start = new byte[(int) Math.min(9, source.size())];
            source.readFully(0, ByteBuffer.wrap(start));
            String letters = new String(start, StandardCharsets.ISO_8859_1);
            if (letters.startsWith("GGUF")) {
                return Format.GGUF;
            }
            if (letters.startsWith("PK") || letters.startsWith("\u0080")) {
                return Format.PYTORCH;
            }
            if (start.length == 9 && start[8] == '{') {
                return Format.SAFETENSORS;
            }
            if (start.length > 0 && start[0] == '{') {
                return Format.CONFIG;
            }
            throw new MalformedException(source.name()
                    + " is no model file: it starts like none of GGUF, safetensors, PyTorch, ONNX or JSON");
        }
    }
}
