package dev.weighbridge.files.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.files.http.FakeServer;
import dev.weighbridge.files.http.Fetchers;
import dev.weighbridge.files.http.HeaderCache;
import dev.weighbridge.files.http.HttpFetcher;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import dev.weighbridge.model.error.WeighException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubRepositoryTest {
    private static final String TREE = "/api/models/org/model/tree/main?recursive=true";
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private final FakeServer hub = new FakeServer();
    private final FakeServer cdn = new FakeServer();
    private final HttpFetcher fetcher = Fetchers.quick();

    @AfterEach
    void close() {
        fetcher.close();
        hub.close();
        cdn.close();
    }

    private HuggingFaceRepository huggingFace() {
        return new HuggingFaceRepository(hub.uri(""), "secret", "org/model", "main", fetcher, null);
    }

    private static byte[] read(Repository repository, String path) throws IOException {
        try (ByteSource source = repository.open(path)) {
            ByteBuffer target = ByteBuffer.allocate((int) source.size());
            source.readFully(0, target);
            return target.array();
        }
    }

    @Test
    void listsAHuggingFaceRepositoryPageByPage() throws IOException {
        String second = "/api/models/org/model/tree/main?recursive=true&cursor=x";
        hub.on(TREE, FakeServer.text("""
                        [{"type":"directory","oid":"1","size":0,"path":"onnx"},
                         {"type":"file","oid":"2","size":10,"path":"config.json"}]""", Map.of("Link", "<" + hub.uri(second) + ">; rel=\"next\"")));
        hub.on(second, FakeServer.text("""
                        [{"type":"file","oid":"3","size":135,"path":"a.gguf","lfs":{"oid":"sum","size":135}}]""", Map.of()));

        assertThat(huggingFace().entries())
                .containsExactly(new Repository.Entry("a.gguf", 135), new Repository.Entry("config.json", 10));
        assertThat(hub.asked()).extracting(FakeServer.Asked::authorization).containsOnly("Bearer secret");
    }

    @Test
    void opensAFileThroughTheContentNetworkWithoutTheToken() throws IOException {
        byte[] bytes = "a header".getBytes(StandardCharsets.UTF_8);
        hub.on(
                "/org/model/resolve/main/sub%20folder/a.gguf",
                FakeServer.status(302, Map.of("Location", cdn.uri("/blob").toString())));
        cdn.on("/blob", FakeServer.file(bytes, "\"1\""));

        assertThat(read(huggingFace(), "sub folder/a.gguf")).isEqualTo(bytes);
        assertThat(hub.asked()).extracting(FakeServer.Asked::authorization).containsOnly("Bearer secret");
        assertThat(cdn.asked()).extracting(FakeServer.Asked::authorization).containsOnly("");
    }

    @Test
    void opensAListedFileWithoutAskingForItsLength() throws IOException {
        hub.on(TREE, FakeServer.text("[{\"type\":\"file\",\"oid\":\"3\",\"size\":5,\"path\":\"a\"}]", Map.of()));
        hub.on("/org/model/resolve/main/a", FakeServer.file(new byte[5], "\"1\""));
        HuggingFaceRepository repository =
                new HuggingFaceRepository(hub.uri(""), null, "org/model", "main", fetcher, new HeaderCache(folder));

        repository.entries();
        read(repository, "a");
        read(repository, "a");

        assertThat(hub.asked()).extracting(FakeServer.Asked::method).containsExactly("GET", "GET");
    }

    @Test
    void namesARevisionWithSlashesAsOneSegment() throws IOException {
        hub.on("/org/model/resolve/refs%2Fpr%2F1/a", FakeServer.file(new byte[1], "\"1\""));

        assertThat(read(new HuggingFaceRepository(hub.uri(""), null, "org/model", "refs/pr/1", fetcher, null), "a"))
                .hasSize(1);
    }

    @Test
    void saysHowToReadAGatedModel() {
        hub.on(TREE, FakeServer.status(403, Map.of("X-Error-Code", "GatedRepo")));

        assertThatThrownBy(() -> huggingFace().entries())
                .isInstanceOf(RefusedException.class)
                .hasMessage("org/model is gated: its authors ask to accept a license first")
                .extracting(e -> ((WeighException) e).hint().orElse(""))
                .isEqualTo("accept it on " + hub.uri("/org/model") + " and set HF_TOKEN to a token of that account");
    }

    @Test
    void saysThatAModelIsAbsentOrPrivate() {
        hub.on(TREE, FakeServer.status(401, Map.of("X-Error-Code", "RepoNotFound")));
        assertThatThrownBy(() -> huggingFace().entries())
                .isInstanceOf(RefusedException.class)
                .hasMessage("org/model does not exist on localhost or is private");

        hub.on(TREE, FakeServer.status(404, Map.of("X-Error-Code", "RepoNotFound")));
        assertThatThrownBy(() -> huggingFace().entries())
                .isInstanceOf(NotFoundException.class)
                .hasMessage("org/model does not exist on localhost, or the token may not see it");
    }

    @Test
    void saysWhichRevisionOrFileIsMissing() {
        hub.on(TREE, FakeServer.status(404, Map.of("X-Error-Code", "RevisionNotFound")));
        hub.on("/org/model/resolve/main/a", FakeServer.status(404, Map.of("X-Error-Code", "EntryNotFound")));

        assertThatThrownBy(() -> huggingFace().entries())
                .isInstanceOf(NotFoundException.class)
                .hasMessage("org/model has no revision main");
        assertThatThrownBy(() -> huggingFace().open("a"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("there is no file a in org/model");
    }

    @Test
    void triesAgainWhenTheHubIsBusy() throws IOException {
        hub.once(TREE, FakeServer.status(429, Map.of("Retry-After", "2")))
                .once(TREE, FakeServer.status(500, Map.of()))
                .on(TREE, FakeServer.text("[]", Map.of()));

        assertThat(huggingFace().entries()).isEmpty();
        assertThat(hub.asked()).hasSize(3);
    }

    @Test
    void givesUpOnAHubThatStaysBusy() {
        hub.on(TREE, FakeServer.status(503, Map.of()));

        assertThatThrownBy(() -> huggingFace().entries()).isInstanceOf(UnavailableException.class);
    }

    @Test
    void followsNoNextPageToAnotherServer() {
        hub.on(TREE, FakeServer.text("[]", Map.of("Link", "<" + cdn.uri("/next") + ">; rel=\"next\"")));

        assertThatThrownBy(() -> huggingFace().entries())
                .isInstanceOf(RefusedException.class)
                .hasMessageEndingWith("names a next page on another server");
        assertThat(cdn.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{\"type\":\"file\"}]",
                "[{\"type\":\"file\",\"path\":\"a\",\"size\":-1}]",
                "[",
                "<html>",
                "[{\"type\":\"file\",\"path\":1,\"size\":1}]"
            })
    void refusesAListingThatIsNone(String answer) {
        hub.on(TREE, FakeServer.text(answer, Map.of()));

        assertThatThrownBy(() -> huggingFace().entries())
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("/api/models/org/model/tree/main");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../other/model/resolve/main/a", "/a", "a/../b", "", "a\\b", "a\nb"})
    void opensNothingOutsideTheRepository(String path) {
        assertThatThrownBy(() -> huggingFace().open(path)).isInstanceOf(NotFoundException.class);
        assertThat(hub.asked()).isEmpty();
    }

    @Test
    void readsAModelScopeRepository() throws IOException {
        hub.on("/api/v1/models/org/model/repo/files?Revision=master&Recursive=true", FakeServer.text("""
                        {"Code":200,"Success":true,"Data":{"Files":[
                          {"Name":"sub","Path":"sub","Type":"tree","Size":0},
                          {"Name":"a.gguf","Path":"sub/a.gguf","Type":"blob","Size":3,"Sha256":"sum"}]}}""", Map.of()));
        hub.on("/models/org/model/resolve/master/sub/a.gguf", FakeServer.file(new byte[] {1, 2, 3}, "\"1\""));
        Repository repository = new ModelScopeRepository(hub.uri(""), null, "org/model", "master", fetcher, null);

        assertThat(repository.entries()).containsExactly(new Repository.Entry("sub/a.gguf", 3));
        assertThat(read(repository, "sub/a.gguf")).containsExactly(1, 2, 3);
    }

    @Test
    void saysThatAModelScopeModelIsAbsent() {
        Repository repository = new ModelScopeRepository(hub.uri(""), null, "org/model", "master", fetcher, null);

        assertThatThrownBy(repository::entries)
                .isInstanceOf(NotFoundException.class)
                .hasMessage("org/model does not exist on localhost");
    }

    private Repository ollama(URI registry) {
        return new OllamaRepository(registry, OllamaName.parse("tiny:1b").orElseThrow(), fetcher, null);
    }

    @Test
    void readsTheLayersOfAnOllamaModel() throws IOException {
        hub.on("/v2/library/tiny/manifests/1b", FakeServer.text("""
                        {"schemaVersion":2,
                         "config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"%1$s","size":1},
                         "layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"%1$s","size":4},
                                   {"mediaType":"application/vnd.ollama.image.template","digest":"%1$s","size":2}]}""".formatted(DIGEST), Map.of()));
        hub.on(
                "/v2/library/tiny/blobs/" + DIGEST,
                FakeServer.status(307, Map.of("Location", cdn.uri("/b").toString())));
        cdn.on("/b", FakeServer.file(new byte[] {1, 2, 3, 4}, "\"1\""));
        Repository repository = ollama(hub.uri(""));

        assertThat(read(repository, "model.gguf")).containsExactly(1, 2, 3, 4);
        assertThat(repository.entries())
                .containsExactly(new Repository.Entry("model.gguf", 4), new Repository.Entry("template", 2));
        assertThatThrownBy(() -> repository.open("adapter.gguf")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void saysThatAnOllamaModelIsAbsent() {
        assertThatThrownBy(() -> ollama(hub.uri("")).entries())
                .isInstanceOf(NotFoundException.class)
                .hasMessage("there is no model tiny:1b in localhost");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"layers\":[{\"mediaType\":\"x\",\"digest\":\"sha256:../../x\",\"size\":1}]}",
                "{\"layers\":[{\"mediaType\":\"x\",\"size\":1}]}",
                "[]"
            })
    void refusesAManifestThatIsNone(String answer) {
        hub.on("/v2/library/tiny/manifests/1b", FakeServer.text(answer, Map.of()));

        assertThatThrownBy(() -> ollama(hub.uri("")).entries()).isInstanceOf(MalformedException.class);
    }

    @Test
    void readsAFileAtAnAddressAndWhatLiesBesideIt() throws IOException {
        hub.on("/x/model.gguf", FakeServer.file(new byte[] {1, 2}, "\"1\""));
        hub.on("/x/config.json", FakeServer.file(new byte[] {3}, "\"1\""));
        Repository repository = new UrlRepository(hub.uri("/x/model.gguf"), fetcher, null);

        assertThat(repository.entries()).containsExactly(new Repository.Entry("model.gguf", 2));
        assertThat(read(repository, "config.json")).containsExactly(3);
        assertThat(repository.find("other.json")).isEmpty();
        for (String path : List.of("../y/model.gguf", "/model.gguf", "")) {
            assertThatThrownBy(() -> repository.open(path)).isInstanceOf(NotFoundException.class);
        }
    }
}
