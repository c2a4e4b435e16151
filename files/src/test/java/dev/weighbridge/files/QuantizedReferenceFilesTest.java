package dev.weighbridge.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.packing.LogicalTensor;
import dev.weighbridge.model.packing.Unpacking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Unpacks quantised checkpoints of true layout and compares them with the model they were made of.
class QuantizedReferenceFilesTest {
    @TestFactory
    List<DynamicTest> restoresTheUnquantizedModel() throws IOException {
        try (Stream<Path> folders = Files.list(Shared.path("oracle/files/safetensors"))) {
            return folders.sorted()
                    .map(folder ->
                            DynamicTest.dynamicTest(String.valueOf(folder.getFileName()), () -> restores(folder)))
                    .toList();
        }
    }

    private static void restores(Path folder) throws IOException {
        Config expected = ConfigReader.read(
                        MemoryRepository.source("expected.json", Files.readAllBytes(folder.resolve("expected.json"))))
                .raw();
        Checkpoint checkpoint = read(folder);

        Unpacking unpacking = Unpacking.of(checkpoint);

        long elements = unpacking.tensors().stream()
                .filter(tensor -> !tensor.name().endsWith("e_score_correction_bias"))
                .mapToLong(LogicalTensor::elements)
                .sum();
        assertThat(elements).isEqualTo(expected.integer("logical_params"));
        assertThat(stored(unpacking)).containsExactlyInAnyOrderElementsOf(checkpoint.tensors());
        if (expected.text("kind").equals("llama-quant")) {
            assertThat(elementsByName(unpacking))
                    .isEqualTo(elementsByName(Unpacking.of(read(folder.resolveSibling("llama-bf16")))));
        } else if (expected.text("kind").equals("gptoss-quant")) {
            assertThat(shapesByName(unpacking))
                    .isEqualTo(shapesByName(Unpacking.of(read(folder.resolveSibling("gpt_oss-bf16")))));
        }
    }

    private static Checkpoint read(Path folder) throws IOException {
        String index = "model.safetensors.index.json";
        return ModelReader.read(
                MemoryRepository.of(folder), Files.exists(folder.resolve(index)) ? index : "model.safetensors");
    }

    private static List<StoredTensor> stored(Unpacking unpacking) {
        return Stream.concat(
                        unpacking.tensors().stream().map(LogicalTensor::stored).flatMap(Collection::stream),
                        unpacking.storageOnly().stream())
                .toList();
    }

    private static Map<String, Long> elementsByName(Unpacking unpacking) {
        return unpacking.tensors().stream()
                .collect(Collectors.toMap(LogicalTensor::name, LogicalTensor::elements, Long::sum, TreeMap::new));
    }

    private static Map<String, String> shapesByName(Unpacking unpacking) {
        return unpacking.tensors().stream()
                .collect(Collectors.toMap(
                        LogicalTensor::name, tensor -> tensor.shape().toString(), String::concat, TreeMap::new));
    }
}
