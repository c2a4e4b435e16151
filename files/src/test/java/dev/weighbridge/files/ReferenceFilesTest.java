package dev.weighbridge.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.files.gguf.GgmlType;
import dev.weighbridge.files.gguf.GgufHeader;
import dev.weighbridge.files.gguf.GgufReader;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.safetensors.SafetensorsHeader;
import dev.weighbridge.files.safetensors.SafetensorsReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Compares the readers with what the formats' own libraries (gguf-py 0.19, safetensors 0.8) wrote and say.
class ReferenceFilesTest {
    @SuppressWarnings("unchecked") // a JSON object's keys are always texts
    private static Config json(Path path) throws IOException {
        Object value = new JsonReader(path.toString(), Files.readAllBytes(path), JsonReader.Dialect.PYTHON).value();
        return Config.of((Map<String, Object>) Objects.requireNonNull(value));
    }

    private static ByteSource source(Path path) throws IOException {
        return MemoryRepository.source(path.getFileName().toString(), Files.readAllBytes(path));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> readsGgufFilesExactly() throws IOException {
        return list(Shared.path("oracle/files/gguf")).stream()
                .filter(path -> path.toString().endsWith(".gguf"))
                .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> readsExactly(path)));
    }

    private static void readsExactly(Path path) throws IOException {
        Config expected = json(path.resolveSibling(path.getFileName() + ".expected.json"));

        GgufHeader header = GgufReader.readHeaderInFull(source(path));

        assertThat(header.version()).isEqualTo((int) expected.integer("version"));
        assertThat(header.alignment()).isEqualTo((int) expected.integer("alignment"));
        assertThat(header.dataOffset()).isEqualTo(expected.integer("data_offset"));
        assertThat(header.tensors().stream()
                        .map(tensor -> List.of(
                                tensor.name(),
                                boxed(tensor.shape().reversed().toArray()),
                                tensor.dataType().name(),
                                (long) GgmlType.code(tensor.dataType()).orElseThrow(),
                                tensor.shape().elements(),
                                tensor.bytes(),
                                tensor.offset()))
                        .toList())
                .isEqualTo(expected.items("tensors"));
        Config metadata = expected.part("metadata");
        assertThat(header.metadata().names()).isEqualTo(metadata.names());
        for (String key : metadata.names()) {
            assertThat(header.metadata().values().get(key))
                    .as(key)
                    .isEqualTo(metadata.items(key).get(1));
        }
        assertThat(header.findings()).isEmpty();
    }

    private static List<Long> boxed(long[] dimensions) {
        return Arrays.stream(dimensions).boxed().toList();
    }

    @Test
    void readsTheSplitModelWhole() throws IOException {
        MemoryRepository repository = MemoryRepository.of(Shared.path("oracle/files/gguf"));

        Checkpoint checkpoint = GgufReader.read(repository, "split-00002-of-00003.gguf");

        assertThat(checkpoint.files()).hasSize(3);
        assertThat(checkpoint.tensors().stream()
                        .mapToLong(tensor -> tensor.shape().elements())
                        .sum())
                .isEqualTo(8192 + 8192 + 4352);
    }

    @TestFactory
    Stream<DynamicTest> readsSafetensorsFoldersExactly() throws IOException {
        return list(Shared.path("oracle/files/safetensors")).stream()
                .map(folder ->
                        DynamicTest.dynamicTest(folder.getFileName().toString(), () -> readsFolderExactly(folder)));
    }

    private static void readsFolderExactly(Path folder) throws IOException {
        Config expected = json(folder.resolve("expected.json"));
        long elements = 0;
        for (Config file : expected.parts("files")) {
            SafetensorsHeader header = SafetensorsReader.readHeader(source(folder.resolve(file.text("file"))));

            long data = 8 + file.integer("header_bytes");
            Set<Object> tensors = new HashSet<>();
            for (StoredTensor tensor : header.tensors()) {
                tensors.add(List.of(
                        tensor.name(),
                        tensor.dataType().name(),
                        boxed(tensor.shape().toArray()),
                        tensor.offset() - data,
                        tensor.offset() - data + tensor.bytes()));
                elements += tensor.shape().elements();
            }
            assertThat(header.headerBytes()).isEqualTo(file.integer("header_bytes"));
            assertThat(tensors).isEqualTo(new HashSet<Object>(file.items("tensors")));
            assertThat(header.metadata().values())
                    .isEqualTo(file.partOrEmpty("metadata").values());
        }
        assertThat(elements).isEqualTo(expected.integer("stored_elements"));

        String first = Files.exists(folder.resolve("model.safetensors.index.json"))
                ? "model.safetensors.index.json"
                : "model.safetensors";
        Checkpoint checkpoint = SafetensorsReader.read(MemoryRepository.of(folder), first);
        assertThat(checkpoint.tensorBytes()).isEqualTo(expected.integer("data_bytes"));
        assertThat(checkpoint.files()).hasSize(expected.parts("files").size());
        assertThat(checkpoint.findings()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> refusesMalformedFilesInASentenceWithinASecond() throws IOException {
        return list(Shared.path("oracle/files/malformed")).stream()
                .filter(path ->
                        !path.toString().endsWith(".csv") && !path.toString().endsWith(".pt"))
                .filter(path -> !path.getFileName().toString().startsWith("cfg-"))
                .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> refuses(path)));
    }

    private static void refuses(Path path) throws IOException {
        String name = path.getFileName().toString();
        byte[] bytes = Files.readAllBytes(path);
        MemoryRepository repository = new MemoryRepository();
        String opened = name.endsWith(".index.json") ? "model.safetensors.index.json" : name;
        repository.with(opened, bytes);

        assertTimeout(
                Duration.ofSeconds(1),
                () -> assertThatThrownBy(() -> {
                            if (name.endsWith(".gguf")) {
                                GgufReader.read(repository, opened);
                            } else {
                                SafetensorsReader.read(repository, opened);
                            }
                        })
                        .isInstanceOf(WeighException.class)
                        .message()
                        .hasSizeBetween(20, 300)
                        .doesNotContain("\n"));
    }

    @TestFactory
    Stream<DynamicTest> refusesMalformedConfigurationsInASentence() throws IOException {
        Families families = AllFamilies.families();
        return list(Shared.path("oracle/files/malformed")).stream()
                .filter(path -> String.valueOf(path.getFileName()).startsWith("cfg-"))
                .map(path -> DynamicTest.dynamicTest(
                        path.getFileName().toString(),
                        () -> assertThatThrownBy(() -> families.blueprint(
                                        ConfigReader.read(source(path)).config()))
                                .isInstanceOf(WeighException.class)
                                .message()
                                .hasSizeBetween(20, 400)
                                .doesNotContain("\n")));
    }

    @Test
    void readsPublishedVocabulariesAndModels() throws IOException {
        for (String folder : List.of(
                "data/tokenizers/gguf-vocab", "data/models/stories260K", "data/models/tiny-qwen3-shakespeare")) {
            for (Path path : list(Shared.path(folder))) {
                if (!path.toString().endsWith(".gguf")) {
                    continue;
                }
                GgufHeader header = GgufReader.readHeader(source(path));
                GgufHeader full = GgufReader.readHeaderInFull(source(path));

                assertThat(full.tensors()).isEqualTo(header.tensors());
                assertThat(full.metadata().items("tokenizer.ggml.tokens"))
                        .as(path.toString())
                        .hasSize((int) header.arrayLength("tokenizer.ggml.tokens"))
                        .isNotEmpty();
            }
        }
    }
}
