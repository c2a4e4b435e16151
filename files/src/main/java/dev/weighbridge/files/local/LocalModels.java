package dev.weighbridge.files.local;

import dev.weighbridge.files.hub.OllamaName;
import dev.weighbridge.files.hub.OllamaStore;
import dev.weighbridge.files.local.ModelStore.Origin;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the models of stores and folders by the names of their files.
///
/// What cannot be read is passed over: a store of another user, a link to nothing, a download that was given up.
public final class LocalModels {
    private static final Pattern HUB_FOLDER = Pattern.compile("models--(.+)");
    private static final int MAX_REFERENCE_BYTES = 256;

    private LocalModels() {}

    /// The models of all `stores`, store by store, by name.
    public static List<FoundModel> find(List<ModelStore> stores) {
        List<FoundModel> models = new ArrayList<>();
        for (ModelStore store : stores) {
            if (Files.isDirectory(store.folder())) {
                find(store).stream()
                        .sorted(Comparator.comparing(FoundModel::name))
                        .forEach(models::add);
            }
        }
        return models;
    }

    private static List<FoundModel> find(ModelStore store) {
        return switch (store.origin()) {
            case OLLAMA -> ollama(store.folder());
            case HUGGING_FACE -> hubCache(store);
            case LLAMA_CPP -> {
                List<FoundModel> models = new ArrayList<>(hubCache(store));
                models.addAll(ModelFolder.scan(store));
                yield models;
            }
            case LM_STUDIO, MODEL_SCOPE, FOLDER -> ModelFolder.scan(store);
        };
    }

    private static List<FoundModel> hubCache(ModelStore store) {
        List<FoundModel> models = new ArrayList<>();
        for (Path folder : ModelFolder.children(store.folder())) {
            Matcher name = HUB_FOLDER.matcher(folder.getFileName().toString());
            Optional<Path> snapshot = name.matches() ? snapshot(folder) : Optional.empty();
            if (snapshot.isPresent()) {
                List<Repository.Entry> files = ModelFolder.files(snapshot.get());
                if (files.stream().anyMatch(file -> ModelFolder.isWeights(file.path()))) {
                    Path path = snapshot.get();
                    String shown = name.group(1).replace("--", "/");
                    models.add(new FoundModel(store.origin(), shown, path.toString(), path, files));
                }
            }
        }
        return models;
    }

    /// The snapshot that `main` stands for, else the only or the last one.
    private static Optional<Path> snapshot(Path folder) {
        Path snapshots = folder.resolve("snapshots");
        Path main = folder.resolve("refs").resolve("main");
        try {
            if (Files.isRegularFile(main) && Files.size(main) <= MAX_REFERENCE_BYTES) {
                String commit = Files.readString(main).strip();
                Path snapshot = snapshots.resolve(commit);
                if (commit.matches("[0-9a-zA-Z]+") && Files.isDirectory(snapshot)) {
                    return Optional.of(snapshot);
                }
            }
        } catch (IOException e) {
            // A reference that cannot be read leaves the snapshots themselves.
            return lastOf(snapshots);
        }
        return lastOf(snapshots);
    }

    private static Optional<Path> lastOf(Path snapshots) {
        return ModelFolder.children(snapshots).stream()
                .filter(Files::isDirectory)
                .reduce((first, second) -> second);
    }

    private static List<FoundModel> ollama(Path folder) {
        OllamaStore store = new OllamaStore(folder);
        List<FoundModel> models = new ArrayList<>();
        Path manifests = folder.resolve("manifests");
        for (Path host : ModelFolder.children(manifests)) {
            for (Path namespace : ModelFolder.children(host)) {
                for (Path model : ModelFolder.children(namespace)) {
                    for (Path tag : ModelFolder.children(model)) {
                        ollama(store, tag, manifests.relativize(tag)).ifPresent(models::add);
                    }
                }
            }
        }
        return models;
    }

    private static Optional<FoundModel> ollama(OllamaStore store, Path manifest, Path relative) {
        OllamaName name = new OllamaName(
                relative.getName(0).toString(),
                relative.getName(1).toString(),
                relative.getName(2).toString(),
                relative.getName(3).toString());
        try {
            Optional<Repository> repository = store.find(name);
            if (repository.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new FoundModel(
                    Origin.OLLAMA,
                    name.shown(),
                    "ollama:" + name.shown(),
                    manifest,
                    repository.get().entries()));
        } catch (IOException | WeighException e) {
            // A manifest that is none names no model.
            return Optional.empty();
        }
    }
}
