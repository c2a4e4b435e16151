package dev.weighbridge.files.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.http.FakeServer;
import dev.weighbridge.files.http.Fetchers;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceResolverTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private final FakeServer hub = new FakeServer();
    private SourceResolver resolver = new SourceResolver(SourceSettings.standard());

    @BeforeEach
    void open() {
        resolver = new SourceResolver(new SourceSettings(
                hub.uri(""),
                null,
                hub.uri(""),
                null,
                hub.uri(""),
                List.of(folder.resolve("ollama")),
                folder,
                null,
                Fetchers.settings()));
    }

    @AfterEach
    void close() {
        resolver.close();
        hub.close();
    }

    private Source resolve(String text) throws IOException {
        return resolver.resolve(text).orElseThrow();
    }

    @Test
    void takesAFileOrAFolderOfThisMachine() throws IOException {
        Files.writeString(folder.resolve("m.gguf"), "x");

        Source file = resolve(folder.resolve("m.gguf").toString());
        Source inHome = resolve("~/m.gguf");
        Source all = resolve(folder.toString());
        Source address = resolve(folder.resolve("m.gguf").toUri().toString());

        assertThat(file.repository()).isInstanceOf(LocalRepository.class);
        assertThat(file.file()).contains("m.gguf");
        assertThat(inHome.file()).contains("m.gguf");
        assertThat(all.file()).isEmpty();
        assertThat(address.file()).contains("m.gguf");
    }

    @ParameterizedTest
    @CsvSource({
        "hf:org/model, org/model, ''",
        "hf://org/model, org/model, ''",
        "hf:gpt2, gpt2, ''",
        "HF:org/model@v1:a.gguf, org/model, a.gguf",
        "huggingface:org/model:sub/a.gguf, org/model, sub/a.gguf",
        "https://huggingface.co/org/model, org/model, ''",
        "https://huggingface.co/org/model/tree/main, org/model, ''",
        "https://huggingface.co/org/model/blob/main/sub/a.gguf, org/model, sub/a.gguf",
        "https://huggingface.co/org/model/resolve/main/a.gguf?download=true, org/model, a.gguf",
        "https://hf.co/org/model, org/model, ''"
    })
    void takesAModelOfHuggingFace(String text, String name, String file) throws IOException {
        Source source = resolve(text);

        assertThat(source.repository()).isInstanceOf(HuggingFaceRepository.class);
        assertThat(source.repository().name()).isEqualTo(name);
        assertThat(source.selection()).isEqualTo(file.isEmpty() ? null : file);
    }

    @ParameterizedTest
    @CsvSource({
        "ms:org/model, ''",
        "modelscope:org/model@v1:a.gguf, a.gguf",
        "https://www.modelscope.cn/models/org/model, ''",
        "https://modelscope.cn/models/org/model/summary, ''",
        "https://www.modelscope.cn/models/org/model/resolve/master/a.gguf, a.gguf",
        "https://www.modelscope.cn/models/org/model/file/view/master/a.gguf, a.gguf"
    })
    void takesAModelOfModelScope(String text, String file) throws IOException {
        Source source = resolve(text);

        assertThat(source.repository()).isInstanceOf(ModelScopeRepository.class);
        assertThat(source.repository().name()).isEqualTo("org/model");
        assertThat(source.selection()).isEqualTo(file.isEmpty() ? null : file);
    }

    @ParameterizedTest
    @CsvSource({
        "ollama:tiny, tiny:latest",
        "ollama:tiny:1b, tiny:1b",
        "ollama:user/tiny:1b-q4_K_M, user/tiny:1b-q4_K_M",
        "ollama:hf.co/org/tiny:Q4_K_M, hf.co/org/tiny:Q4_K_M",
        "https://ollama.com/library/tiny:1b, tiny:1b",
        "https://ollama.com/user/tiny, user/tiny:latest"
    })
    void takesAModelOfOllama(String text, String name) throws IOException {
        Source source = resolve(text);

        assertThat(source.repository()).isInstanceOf(OllamaRepository.class);
        assertThat(source.repository().name()).isEqualTo(name);
    }

    @Test
    void looksIntoOllamasStoreFirst() throws IOException {
        Path manifests = Files.createDirectories(folder.resolve("ollama/manifests/registry.ollama.ai/library/tiny"));
        Files.writeString(manifests.resolve("1b"), """
                {"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:%s","size":2}]}""".formatted(DIGEST));
        Path blobs = Files.createDirectories(folder.resolve("ollama/blobs"));
        Files.write(blobs.resolve("sha256-" + DIGEST), new byte[] {1, 2});

        Source source = resolve("ollama:tiny:1b");

        assertThat(source.file()).contains("model.gguf");
        assertThat(source.repository().entries()).containsExactly(new Repository.Entry("model.gguf", 2));
        try (ByteSource bytes = source.repository().open("model.gguf")) {
            assertThat(bytes.size()).isEqualTo(2);
        }
        assertThat(hub.asked()).isEmpty();
    }

    @Test
    void takesAFileAtAnyAddress() throws IOException {
        Source source = resolve("https://example.org/x/model.gguf");

        assertThat(source.repository()).isInstanceOf(UrlRepository.class);
        assertThat(source.selection()).isEqualTo("model.gguf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3.2:3b", "Qwen3-8B", "org/model", "gpt2", "a model", "llama-3.1-8b"})
    void leavesNamesToTheCaller(String text) throws IOException {
        assertThat(resolver.resolve(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no/such/folder", "./none", "../none", "~/none", "none.gguf", "sub/none.safetensors"})
    void saysThatAPathIsAbsent(String text) {
        assertThatThrownBy(() -> resolver.resolve(text))
                .isInstanceOf(NotFoundException.class)
                .hasMessageEndingWith("does not exist");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf:",
                "hf:a/b/c",
                "hf:../x",
                "hf:org/model@",
                "ms:model",
                "ollama:",
                "ollama:a b",
                "https://",
                "https://host",
                "https://host/",
                "https://user:word@host/a.gguf",
                "https://ho st/a",
                "file://host/a",
                "",
                "  "
            })
    void saysWhatIsWrongWithAnAddress(String text) {
        assertThatThrownBy(() -> resolver.resolve(text)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/a.gguf", "ftp://host/a.gguf", "git:host/a"})
    void saysWhichAddressesItKnows(String text) {
        assertThatThrownBy(() -> resolver.resolve(text))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("are not known here")
                .extracting(e -> ((WeighException) e).hint().orElse(""))
                .isEqualTo("name a path, hf:org/name, ms:org/name, ollama:name or https://…");
    }

    private static Source quantizations(String selection) {
        Repository repository = new MemoryRepository()
                .with("m-Q4_K_M.gguf", new byte[1])
                .with("m-Q8_0.gguf", new byte[1])
                .with("BF16/m-BF16-00001-of-00002.gguf", new byte[1])
                .with("BF16/m-BF16-00002-of-00002.gguf", new byte[1])
                .with("x/other-Q8_0.gguf", new byte[1])
                .with("mmproj-F16.gguf", new byte[1]);
        return new Source(repository, selection);
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_K_M, m-Q4_K_M.gguf",
        "q4_k_m, m-Q4_K_M.gguf",
        "BF16, BF16/m-BF16-00001-of-00002.gguf",
        "m-Q8_0.gguf, m-Q8_0.gguf"
    })
    void findsAFileByItsQuantization(String selection, String expected) throws IOException {
        assertThat(quantizations(selection).file()).contains(expected);
    }

    @Test
    void saysWhereASelectionFitsNoneOrSeveral() {
        assertThatThrownBy(() -> quantizations("Q2_K").file())
                .isInstanceOf(NotFoundException.class)
                .hasMessage("there is no file Q2_K in memory");
        assertThatThrownBy(() -> quantizations("Q8_0").file())
                .isInstanceOf(NotFoundException.class)
                .hasMessage("\"Q8_0\" fits 2 files of memory");
    }

    @Test
    void asksTheHubForNothingBeforeItIsUsed() throws IOException {
        resolve("hf:org/model:Q4_K_M");
        resolve(URI.create("https://example.org/a.gguf").toString());

        assertThat(hub.asked()).isEmpty();
    }
}
