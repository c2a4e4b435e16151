package dev.weighbridge.files.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRepositoryTest {
    @TempDir
    Path folder;

    @Test
    void listsAFolderWithoutItsSubfolders() throws IOException {
        write("config.json", 2);
        write("model.safetensors", 7);
        write("onnx/model.onnx", 3);

        Repository repository = LocalRepository.of(folder);

        assertThat(repository.entries())
                .containsExactly(new Repository.Entry("config.json", 2), new Repository.Entry("model.safetensors", 7));
    }

    @Test
    void listsTheComponentsOfADiffusersPipeline() throws IOException {
        write("model_index.json", 2);
        write("unet/config.json", 3);
        write("vae/diffusion_pytorch_model.safetensors", 5);
        write("vae/deeper/other.bin", 5);

        Repository repository = LocalRepository.of(folder);

        assertThat(repository.entries())
                .extracting(Repository.Entry::path)
                .containsExactly("model_index.json", "unet/config.json", "vae/diffusion_pytorch_model.safetensors");
        try (ByteSource source = repository.open("unet/config.json")) {
            assertThat(source.size()).isEqualTo(3);
        }
    }

    @Test
    void followsTheLinksOfTheHubCacheAndTakesItsName() throws IOException {
        write("models--org--tiny-model/blobs/0123", 9);
        Path snapshot = Files.createDirectories(folder.resolve("models--org--tiny-model/snapshots/abc"));
        Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/0123"));
        Files.createSymbolicLink(snapshot.resolve("gone.json"), Path.of("../../blobs/missing"));

        Repository repository = LocalRepository.of(snapshot);

        assertThat(repository.name()).isEqualTo("org/tiny-model");
        assertThat(repository.entries()).containsExactly(new Repository.Entry("model.safetensors", 9));
    }

    @Test
    void listsWithAFileWhatBelongsToIt() throws IOException {
        write("a-00001-of-00002.safetensors", 1);
        write("a-00002-of-00002.safetensors", 2);
        write("a-00002-of-00003.safetensors", 3);
        write("b-00001-of-00002.safetensors", 4);
        write("config.json", 5);
        write("c.onnx", 6);
        write("c.onnx.data", 7);

        assertThat(LocalRepository.of(folder.resolve("a-00001-of-00002.safetensors"))
                        .entries())
                .extracting(Repository.Entry::path)
                .containsExactly("a-00001-of-00002.safetensors", "a-00002-of-00002.safetensors", "config.json");
        assertThat(LocalRepository.of(folder.resolve("c.onnx")).entries())
                .extracting(Repository.Entry::path)
                .containsExactly("c.onnx", "c.onnx.data", "config.json");
    }

    @Test
    void readsWhatItOpens() throws IOException {
        Files.write(folder.resolve("data"), new byte[] {1, 2, 3, 4});

        try (ByteSource source = LocalRepository.of(folder.resolve("data")).open("data")) {
            ByteBuffer target = ByteBuffer.allocate(2);
            source.readFully(1, target);

            assertThat(target.array()).containsExactly(2, 3);
            assertThat(source.name()).isEqualTo(folder.resolve("data").toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "a/../../secret", "/etc/passwd", "", ".", "a//../b", "a/./b", "a\0b"})
    void refusesANameThatLeadsOutOfTheFolder(String path) throws IOException {
        write("model/config.json", 1);
        write("secret", 1);
        Repository repository = LocalRepository.of(folder.resolve("model"));

        assertThatThrownBy(() -> repository.open(path))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("does not name a file inside");
        assertThatThrownBy(() -> repository.find(path)).isInstanceOf(RefusedException.class);
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> LocalRepository.of(folder.resolve("none.gguf")))
                .isInstanceOf(NotFoundException.class)
                .hasMessage(folder.resolve("none.gguf") + " does not exist");
        assertThatThrownBy(() -> LocalRepository.of(folder).open("none.gguf"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("there is no file none.gguf in " + folder);
    }

    private void write(String path, int bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }
}
