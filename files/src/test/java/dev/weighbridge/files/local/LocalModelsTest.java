package dev.weighbridge.files.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weighbridge.files.hub.SourceResolver;
import dev.weighbridge.files.hub.SourceSettings;
import dev.weighbridge.files.local.ModelStore.Origin;
import dev.weighbridge.files.source.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalModelsTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private void write(String path, int bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }

    private List<FoundModel> find(Origin origin) {
        return LocalModels.find(List.of(new ModelStore(origin, folder)));
    }

    @Test
    void findsTheSnapshotsOfTheHubCache() throws IOException {
        String repository = "models--org--tiny/";
        write(repository + "blobs/1", 7);
        write(repository + "snapshots/old/config.json", 1);
        Path snapshot = folder.resolve(repository + "snapshots/abc1");
        write(repository + "snapshots/abc1/onnx/model.onnx", 3);
        Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/1"));
        Files.createSymbolicLink(snapshot.resolve("gone.json"), Path.of("../../blobs/2"));
        Files.createDirectories(folder.resolve(repository + "refs"));
        Files.writeString(folder.resolve(repository + "refs/main"), "abc1\n");
        write("models--org--half/snapshots/x/config.json", 5);
        write("datasets--org--data/snapshots/x/model.safetensors", 5);

        assertThat(find(Origin.HUGGING_FACE))
                .containsExactly(new FoundModel(
                        Origin.HUGGING_FACE,
                        "org/tiny",
                        snapshot.toString(),
                        snapshot,
                        List.of(
                                new Repository.Entry("model.safetensors", 7),
                                new Repository.Entry("onnx/model.onnx", 3))));
    }

    @Test
    void findsTheModelsOfOllama() throws IOException {
        Path manifests = Files.createDirectories(folder.resolve("manifests/registry.ollama.ai/library/tiny"));
        Files.writeString(manifests.resolve("1b"), """
                {"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:%s","size":2}]}""".formatted(DIGEST));
        Files.writeString(manifests.resolve("broken"), "{");

        List<FoundModel> models = find(Origin.OLLAMA);

        assertThat(models)
                .extracting(FoundModel::name, FoundModel::address, FoundModel::bytes)
                .containsExactly(tuple("tiny:1b", "ollama:tiny:1b", 2L));
    }

    @Test
    void findsFilesAndFoldersWhereverTheyLie() throws IOException {
        write("org/one-GGUF/one-Q4_K_M.gguf", 1);
        write("org/one-GGUF/one-Q8_0-00001-of-00002.gguf", 2);
        write("org/one-GGUF/one-Q8_0-00002-of-00002.gguf", 3);
        write("org/one-GGUF/mmproj-one.gguf", 4);
        write("org/two/config.json", 5);
        write("org/two/model-00001-of-00002.safetensors", 6);
        write("org/two/model-00002-of-00002.safetensors", 7);
        write("pipeline/model_index.json", 8);
        write("pipeline/unet/model.safetensors", 9);
        write("lora/adapter_model.safetensors", 10);
        write("torch/best.pt", 11);
        write("torch/optimizer.pt", 12);
        write("other/firmware.bin", 13);
        write(".hidden/x.gguf", 14);
        write("notes.txt", 15);

        assertThat(find(Origin.FOLDER))
                .extracting(
                        FoundModel::name,
                        model -> folder.relativize(model.path()).toString(),
                        FoundModel::bytes)
                .containsExactly(
                        tuple("lora/adapter_model.safetensors", "lora/adapter_model.safetensors", 10L),
                        tuple("org/one-GGUF/one-Q4_K_M.gguf", "org/one-GGUF/one-Q4_K_M.gguf", 1L),
                        tuple("org/one-GGUF/one-Q8_0.gguf", "org/one-GGUF/one-Q8_0-00001-of-00002.gguf", 5L),
                        tuple("org/two", "org/two", 18L),
                        tuple("pipeline", "pipeline", 17L),
                        tuple("torch/best.pt", "torch/best.pt", 11L));
    }

    @Test
    void givesAddressesThatCanBeResolved() throws IOException {
        write("org/one.gguf", 1);
        write("org/two/config.json", 5);
        write("org/two/model.safetensors", 6);

        try (SourceResolver resolver = new SourceResolver(SourceSettings.standard())) {
            for (FoundModel model : find(Origin.LM_STUDIO)) {
                assertThat(resolver.resolve(model.address())).isPresent();
            }
        }
    }

    @Test
    void walksAFolderOnceThatLinksLeadBackTo() throws IOException {
        write("a/one.gguf", 1);
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);
        Files.createSymbolicLink(folder.resolve("again"), folder.resolve("a"));
        Files.createSymbolicLink(folder.resolve("self"), folder.resolve("self"));

        assertThat(find(Origin.FOLDER)).extracting(FoundModel::name).containsExactly("a/one.gguf");
    }

    @Test
    void showsTheNamesOfModelScope() throws IOException {
        write("models/Qwen/Qwen2___5-1B/config.json", 1);
        write("models/Qwen/Qwen2___5-1B/model.safetensors", 1);

        assertThat(find(Origin.MODEL_SCOPE)).extracting(FoundModel::name).containsExactly("Qwen/Qwen2.5-1B");
    }

    @Test
    void findsBothLayoutsOfLlamaCpp() throws IOException {
        write("org_repo_one.gguf", 1);
        write("models--org--two/snapshots/x/two.gguf", 2);

        assertThat(find(Origin.LLAMA_CPP)).extracting(FoundModel::name).containsExactly("org/two", "org_repo_one.gguf");
    }

    @Test
    void findsNothingWhereThereIsNoStore() {
        assertThat(LocalModels.find(ModelStore.standard(folder, Map.of("OLLAMA_MODELS", "/no/such"))))
                .isEmpty();
    }

    @Test
    void putsTheStoresWhereTheVariablesSay() {
        Map<String, String> environment = Map.of(
                "HF_HOME", "/hf", "OLLAMA_MODELS", "/ollama", "LLAMA_CACHE", "/llama", "MODELSCOPE_CACHE", "/ms");

        assertThat(ModelStore.standard(Path.of("/home"), environment))
                .contains(
                        new ModelStore(Origin.HUGGING_FACE, Path.of("/hf/hub")),
                        new ModelStore(Origin.OLLAMA, Path.of("/ollama")),
                        new ModelStore(Origin.LLAMA_CPP, Path.of("/llama")),
                        new ModelStore(Origin.MODEL_SCOPE, Path.of("/ms")),
                        new ModelStore(Origin.LM_STUDIO, Path.of("/home/.lmstudio/models")));
        assertThat(ModelStore.standard(Path.of("/home"), Map.of("HF_HUB_CACHE", "/hub", "XDG_CACHE_HOME", "/cache")))
                .contains(
                        new ModelStore(Origin.HUGGING_FACE, Path.of("/hub")),
                        new ModelStore(Origin.OLLAMA, Path.of("/home/.ollama/models")),
                        new ModelStore(Origin.LLAMA_CPP, Path.of("/cache/llama.cpp")));
    }
}
