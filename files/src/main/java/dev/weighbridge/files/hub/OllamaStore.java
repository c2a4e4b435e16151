package dev.weighbridge.files.hub;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The folder in which Ollama keeps its models: `manifests/HOST/NAMESPACE/MODEL/TAG` and `blobs/sha256-…`.
///
/// @param folder `~/.ollama/models`, or what OLLAMA_MODELS names
public record OllamaStore(Path folder) {
    private static final int MAX_MANIFEST_BYTES = 1024 * 1024;

    /// The model of that name, where it is in the store.
    public Optional<Repository> find(OllamaName name) throws IOException {
        Path manifest = folder.resolve("manifests")
                .resolve(name.host().replace(":", ""))
                .resolve(name.namespace())
                .resolve(name.model())
                .resolve(name.tag());
        return Files.isRegularFile(manifest) ? Optional.of(open(name, manifest)) : Optional.empty();
    }

    private Repository open(OllamaName name, Path manifest) throws IOException {
        if (Files.size(manifest) > MAX_MANIFEST_BYTES) {
            throw new NotFoundException(manifest + " is too long to be a manifest of Ollama");
        }
        JsonReader json = new JsonReader(manifest.toString(), Files.readAllBytes(manifest), JsonReader.Dialect.STRICT);
        return new Stored(name.shown(), folder.resolve("blobs"), OllamaLayer.read(json));
    }

    private record Stored(String name, Path blobs, List<OllamaLayer> layers) implements Repository {
        @Override
        public List<Entry> entries() {
            return layers.stream()
                    .map(layer -> layer.file().entry())
                    .sorted(Comparator.comparing(Entry::path))
                    .toList();
        }

        @Override
        public ByteSource open(String path) throws IOException {
            OllamaLayer layer = layers.stream()
                    .filter(known -> known.path().equals(path))
                    .findFirst()
                    .orElseThrow(() -> new NotFoundException("there is no file " + path + " in " + name));
            return LocalRepository.of(blobs).open(layer.digest().replace(':', '-'));
        }

        @Override
        public void close() {}
    }
}
