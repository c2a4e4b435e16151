package dev.weighbridge.files.hub;

import dev.weighbridge.files.http.HttpSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where models are looked for, and as whom.
///
/// @param huggingFace endpoint of the hub or of a mirror (`HF_ENDPOINT`)
/// @param huggingFaceToken of the user (`HF_TOKEN`); null for none
/// @param modelScope endpoint of ModelScope
/// @param modelScopeToken of the user (`MODELSCOPE_API_TOKEN`); null for none
/// @param ollamaRegistry endpoint of Ollama's registry
/// @param ollamaStores folders in which Ollama keeps models, asked before the registry (`OLLAMA_MODELS`)
/// @param home what `~` stands for; null where it stands for itself
/// @param cache folder in which headers of remote files are kept; null for none
/// @param http how requests are made
public record SourceSettings(
        URI huggingFace,
        @Nullable String huggingFaceToken,
        URI modelScope,
        @Nullable String modelScopeToken,
        URI ollamaRegistry,
        List<Path> ollamaStores,
        @Nullable Path home,
        @Nullable Path cache,
        HttpSettings http) {
    /// Copies the list.
    public SourceSettings {
        ollamaStores = List.copyOf(ollamaStores);
    }

    /// The public hubs without tokens, stores or cache.
    public static SourceSettings standard() {
        return new SourceSettings(
                URI.create("https://huggingface.co"),
                null,
                URI.create("https://www.modelscope.cn"),
                null,
                URI.create("https://" + OllamaName.DEFAULT_HOST),
                List.of(),
                null,
                null,
                HttpSettings.standard());
    }
}
