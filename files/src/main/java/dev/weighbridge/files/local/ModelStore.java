package dev.weighbridge.files.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A folder that holds models, and whose it is.
///
/// @param origin the program that keeps it
/// @param folder its place
public record ModelStore(Origin origin, Path folder) {
    /// The programs whose stores are known.
    public enum Origin {
        HUGGING_FACE("Hugging Face"),
        OLLAMA("Ollama"),
        LM_STUDIO("LM Studio"),
        LLAMA_CPP("llama.cpp"),
        MODEL_SCOPE("ModelScope"),
        /// A folder that the user named.
        FOLDER("folder");

        private final String label;

        Origin(String label) {
            this.label = label;
        }

        /// The program's name as it is shown.
        public String label() {
            return label;
        }
    }

    /// Where the programs keep their models, as their documentation says; the folders need not exist.
    ///
    /// @param home the user's folder
    /// @param environment the variables that move them: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`,
    /// `OLLAMA_MODELS`, `LLAMA_CACHE`, `MODELSCOPE_CACHE`
    public static List<ModelStore> standard(Path home, Map<String, String> environment) {
        List<ModelStore> stores = new ArrayList<>();
        Path cache = path(environment, "XDG_CACHE_HOME", home.resolve(".cache"));
        Path huggingFace =
                path(environment, "HF_HOME", cache.resolve("huggingface")).resolve("hub");
        stores.add(new ModelStore(Origin.HUGGING_FACE, path(environment, "HF_HUB_CACHE", huggingFace)));
        ollama(home, environment).forEach(folder -> stores.add(new ModelStore(Origin.OLLAMA, folder)));
        stores.add(new ModelStore(Origin.LM_STUDIO, home.resolve(".lmstudio/models")));
        stores.add(new ModelStore(Origin.LM_STUDIO, cache.resolve("lm-studio/models")));
        stores.add(new ModelStore(Origin.LLAMA_CPP, path(environment, "LLAMA_CACHE", cache.resolve("llama.cpp"))));
        stores.add(new ModelStore(Origin.LLAMA_CPP, home.resolve("Library/Caches/llama.cpp")));
        Path modelScope = path(environment, "MODELSCOPE_CACHE", cache.resolve("modelscope/hub"));
        stores.add(new ModelStore(Origin.MODEL_SCOPE, modelScope));
        return stores;
    }

    /// The folders in which Ollama keeps models: the user's, and that of the service on Linux.
    public static List<Path> ollama(Path home, Map<String, String> environment) {
        String moved = environment.getOrDefault("OLLAMA_MODELS", "");
        return moved.isEmpty()
                ? List.of(home.resolve(".ollama/models"), Path.of("/usr/share/ollama/.ollama/models"))
                : List.of(Path.of(moved));
    }

    private static Path path(Map<String, String> environment, String variable, Path fallback) {
        String text = environment.getOrDefault(variable, "");
        return text.isEmpty() ? fallback : Path.of(text);
    }
}
