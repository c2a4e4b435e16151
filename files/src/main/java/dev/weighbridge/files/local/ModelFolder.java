package dev.weighbridge.files.local;

import dev.weighbridge.files.source.Repository;
import dev.weighbridge.files.source.ShardName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Walks a folder and its subfolders and tells models by the files that lie together.
///
/// A folder with weights and a `config.json`, or with a `model_index.json` and its components, is one model.
/// Elsewhere each file of weights is one, and the shards of one set are one together. GGUF files are models
/// wherever they lie; a vision projector (`mmproj`) is part of another model and none itself. A folder that links
/// lead to twice is walked once, and the walk ends at a depth and a number of folders that no store reaches.
final class ModelFolder {
    private static final int MAX_DEPTH = 12;
    private static final int MAX_FOLDERS = 100_000;
    private static final List<String> WEIGHTS =
            List.of(".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".onnx");

    private final ModelStore store;
    private final Set<Path> visited = new HashSet<>();
    private final List<FoundModel> models = new ArrayList<>();

    private ModelFolder(ModelStore store) {
        this.store = store;
    }

    /// The models of a store whose layout is that of its folders.
    static List<FoundModel> scan(ModelStore store) {
        ModelFolder folder = new ModelFolder(store);
        folder.walk(store.folder(), 0);
        return folder.models;
    }

    /// What lies in a folder, by name; nothing where it cannot be read.
    static List<Path> children(Path folder) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            paths.forEach(children::add);
        } catch (IOException | DirectoryIteratorException e) {
            // A folder that is not there or not readable holds no models for this user.
            return List.of();
        }
        children.sort(Comparator.naturalOrder());
        return children;
    }

    /// The files of a model's folder, one level of subfolders included.
    static List<Repository.Entry> files(Path folder) {
        List<Repository.Entry> files = new ArrayList<>();
        for (Path path : children(folder)) {
            if (Files.isDirectory(path)) {
                for (Path inner : children(path)) {
                    entry(path.getFileName() + "/" + inner.getFileName(), inner).ifPresent(files::add);
                }
            } else {
                entry(path.getFileName().toString(), path).ifPresent(files::add);
            }
        }
        files.sort(Comparator.comparing(Repository.Entry::path));
        return files;
    }

    /// Whether a file of that name holds tensors.
    static boolean isWeights(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        boolean training = name.startsWith("training_args") || name.startsWith("optimizer") || name.startsWith("rng_");
        return !training && WEIGHTS.stream().anyMatch(name::endsWith);
    }

    private static Optional<Repository.Entry> entry(String name, Path path) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(new Repository.Entry(name, attributes.size()))
                    : Optional.empty();
        } catch (IOException e) {
            // A link to nothing: the file was never fetched, or is gone.
            return Optional.empty();
        }
    }

    private void walk(Path folder, int depth) {
        if (depth > MAX_DEPTH || visited.size() >= MAX_FOLDERS || !visit(folder)) {
            return;
        }
        List<Path> children = children(folder);
        Map<String, Repository.Entry> files = new LinkedHashMap<>();
        List<Path> folders = new ArrayList<>();
        for (Path child : children) {
            String name = child.getFileName().toString();
            if (Files.isDirectory(child)) {
                folders.add(child);
            } else {
                entry(name, child).ifPresent(file -> files.put(name, file));
            }
        }
        if (files.containsKey("model_index.json")) {
            models.add(found(folder, name(folder), files(folder)));
            return;
        }
        addModels(folder, files);
        for (Path child : folders) {
            if (!child.getFileName().toString().startsWith(".") && !isHubFolder(child)) {
                walk(child, depth + 1);
            }
        }
    }

    /// The caches of the hub are read by their own layout.
    private boolean isHubFolder(Path folder) {
        return store.origin() == ModelStore.Origin.LLAMA_CPP
                && folder.getFileName().toString().startsWith("models--");
    }

    private boolean visit(Path folder) {
        try {
            return visited.add(folder.toRealPath());
        } catch (IOException e) {
            // Links that end nowhere or go round in circles.
            return false;
        }
    }

    private void addModels(Path folder, Map<String, Repository.Entry> files) {
        boolean configured = files.containsKey("config.json");
        List<Repository.Entry> together = new ArrayList<>();
        Map<String, List<Repository.Entry>> alone = new LinkedHashMap<>();
        for (Repository.Entry file : files.values()) {
            String name = file.path().toLowerCase(Locale.ROOT);
            if (!isWeights(name) || name.startsWith("mmproj")) {
                continue;
            }
            if (configured && !name.endsWith(".gguf")) {
                together.add(file);
            } else if (!name.endsWith(".bin") || name.startsWith("pytorch_model") || name.startsWith("ggml")) {
                alone.computeIfAbsent(set(file.path()), key -> new ArrayList<>())
                        .add(file);
            }
        }
        if (!together.isEmpty()) {
            List<Repository.Entry> all = files.values().stream()
                    .filter(file -> !file.path().toLowerCase(Locale.ROOT).endsWith(".gguf"))
                    .toList();
            models.add(found(folder, name(folder), all));
        }
        alone.forEach((set, parts) -> {
            Path first = folder.resolve(parts.getFirst().path());
            models.add(found(first, name(folder.resolve(set)), parts));
        });
    }

    /// What the shards of one set have in common; for another file its own name.
    private static String set(String file) {
        String extension = file.substring(file.lastIndexOf('.'));
        return ShardName.parse(file, extension)
                .map(shard -> shard.prefix() + extension)
                .orElse(file);
    }

    private FoundModel found(Path path, String name, List<Repository.Entry> files) {
        return new FoundModel(store.origin(), name, path.toString(), path, files);
    }

    private String name(Path path) {
        String name = store.folder().relativize(path).toString().replace('\\', '/');
        String shown = name.isEmpty() ? String.valueOf(path.toAbsolutePath().getFileName()) : name;
        if (store.origin() != ModelStore.Origin.MODEL_SCOPE) {
            return shown;
        }
        // ModelScope writes a dot as three underscores, and newer versions keep models in a folder of that name.
        String dotted = shown.replace("___", ".");
        return dotted.startsWith("models/") ? dotted.substring("models/".length()) : dotted;
    }
}
