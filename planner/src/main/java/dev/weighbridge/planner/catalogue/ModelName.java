package dev.weighbridge.planner.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A model's name cut into the words that tell models apart.
///
/// Repositories, files and tags wrap the name of a base model in words of packaging: the publisher
/// (`unsloth/`, `Qwen_`), the quantization (`Q4_K_M`, `NVFP4`, `w8a8`, `4bit`), the container (`GGUF`,
/// `MLX`) and the tuning (`Instruct`). [#of(String)] drops the packaging and cuts letters from digits,
/// so that `Llama-3.1-8B`,
/// `llama3.1:8b` and `Meta_Llama_3.1_8B` share the run `llama 3.1 8 b`.
///
/// @param words in lower case; a version such as `3.1` is one word
record ModelName(List<String> words) {
    private static final Pattern EXTENSION =
            Pattern.compile("\\.(gguf|ggml|safetensors|bin|pth?|onnx|json|llamafile)$");
    private static final Pattern SHARD = Pattern.compile("-\\d{5}-of-\\d{5}$");
    /// llama.cpp's file types with what quantizers put around them: `UD-Q4_K_XL`, `i1-IQ3_XXS`, `Q4_0_4_4`.
    private static final Pattern FILE_TYPE = Pattern.compile(
            "(?<![a-z0-9])(?:ud[-_])?(?:i?q[1-9]|tq[12])(?:_(?:\\d|kv?|nl|r\\d|x{0,2}[sl]|m|kt))*(?![a-z0-9])");
    private static final Pattern PACKAGING = Pattern.compile(
            "gguf|ggml|gptq|awq|mlx|exl[23]|bnb|hf|qat|imatrix|i1|ud|"
                    + "quanti[sz]ed|quants?|dynamic|static|latest|marlin|autoround|smoothquant|mixed|block|pertensor|ct|qx\\d*|"
                    + "(?:bf|fp|f|int|uint|nvfp|mxfp|nf|e\\dm)\\d+|mxfp\\d+(?:moe)?|\\d+bits?|w\\d+a\\d+|w\\d+|gs?\\d{2,3}|dq\\d?");
    private static final Pattern VERSION_WITH_UNDERSCORE = Pattern.compile("(?<=\\d)_(?=\\d)");
    private static final Pattern DOT_OUTSIDE_NUMBERS = Pattern.compile("(?<!\\d)\\.|\\.(?!\\d)");
    private static final Pattern WORD = Pattern.compile("\\d+(?:\\.\\d+)*|[a-z]+");

    /// Words of tuning, which change no tensor; a known name may hold one (`glm-4-9b-chat`).
    private static final Set<String> TUNING = Set.of("instruct", "it", "chat", "base", "pt", "text", "release");

    /// Words that make another model of it, with other tensors.
    private static final Set<String> TELLING = Set.of(
            "vl",
            "vision",
            "omni",
            "audio",
            "speech",
            "asr",
            "tts",
            "ocr",
            "multimodal",
            "mm",
            "llava",
            "vila",
            "ovis",
            "internvl",
            "embedding",
            "embed",
            "embeddings",
            "reranker",
            "rerank",
            "reward",
            "eagle",
            "draft",
            "speculator",
            "dflash",
            "medusa",
            "mmproj",
            "lora",
            "adapter",
            "assistant",
            "moe",
            "reap",
            "pruned",
            "mini",
            "small",
            "medium",
            "large",
            "nano",
            "tiny",
            "micro",
            "super",
            "ultra",
            "pro",
            "flash",
            "air",
            "lite",
            "turbo",
            "max",
            "plus",
            "next",
            "scout",
            "maverick",
            "xl",
            "xs",
            "n",
            "e",
            "h",
            "linear");

    /// What quantizers put before the name in place of the slash (`deepseek-ai_DeepSeek-V3`).
    private static final Set<String> PUBLISHERS = Set.of(
            "ai",
            "deepseek",
            "qwen",
            "meta",
            "llama",
            "mistralai",
            "google",
            "microsoft",
            "nvidia",
            "openai",
            "tencent",
            "zai",
            "org",
            "thudm",
            "zhipuai",
            "minimaxai",
            "moonshotai",
            "coherelabs",
            "cohereforai",
            "xiaomimimo",
            "models",
            "amd");

    /// Names of files and branches that every repository has.
    private static final Set<String> GENERIC = Set.of("model", "pytorch", "consolidated", "main", "config", "weights");

    /// Copies the list.
    ModelName {
        words = List.copyOf(words);
    }

    /// The words of a repository, a file or a tag; the publisher before a slash is not among them.
    static ModelName of(String name) {
        String text = name.strip().toLowerCase(Locale.ROOT);
        text = EXTENSION.matcher(text).replaceFirst("");
        text = SHARD.matcher(text).replaceFirst("");
        text = text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
        text = FILE_TYPE.matcher(text).replaceAll(" ");
        text = VERSION_WITH_UNDERSCORE.matcher(text).replaceAll(".");
        text = DOT_OUTSIDE_NUMBERS.matcher(text).replaceAll(" ");
        List<String> words = new ArrayList<>();
        for (String part : text.split("[^a-z0-9.]+", -1)) {
            if (!PACKAGING.matcher(part).matches()) {
                Matcher word = WORD.matcher(part);
                while (word.find()) {
                    words.add(word.group());
                }
            }
        }
        return new ModelName(words);
    }

    /// Whether this names a packaging of `known`: its words occur in one run, words of tuning skipped,
    /// and what is left over names no other model.
    boolean holds(ModelName known) {
        if (known.words.isEmpty()) {
            return false;
        }
        for (int start = 0; start < words.size(); start++) {
            int end = endOfRun(known.words, start);
            if (end > 0 && isPackaging(known, start, end)) {
                return true;
            }
        }
        return false;
    }

    /// Whether only words remain that name any model's file (`model.safetensors`, `main`).
    boolean isGeneric() {
        return GENERIC.containsAll(words);
    }

    /// The index after the run of `known` that begins at `start`, or -1.
    private int endOfRun(List<String> known, int start) {
        int at = start;
        for (int i = 0; i < known.size(); at++) {
            if (at == words.size()) {
                return -1;
            }
            if (words.get(at).equals(known.get(i))) {
                i++;
            } else if (i == 0 || !TUNING.contains(words.get(at))) {
                return -1;
            }
        }
        return at;
    }

    /// Whether the words outside the run leave the model what it is. A name without a count of
    /// parameters stands for many models, so nothing but a publisher, tuning and numbers may stand
    /// beside it.
    private boolean isPackaging(ModelName known, int start, int end) {
        boolean sized = known.isSized();
        for (int i = 0; i < words.size(); i++) {
            if (i >= start && i < end) {
                continue;
            }
            String word = words.get(i);
            boolean isNumber = Character.isDigit(word.charAt(0));
            if (TELLING.contains(word) || (isNumber && isFollowedBy(i, "b"))) {
                return false;
            }
            boolean isPlain = isNumber || TUNING.contains(word) || word.equals("v");
            boolean isPublisher = i < start && PUBLISHERS.contains(word);
            if (!sized && !isPlain && !isPublisher) {
                return false;
            }
        }
        return true;
    }

    /// Whether a count of parameters is among the words: a number and `b` or `m`.
    private boolean isSized() {
        for (int i = 0; i < words.size(); i++) {
            if (Character.isDigit(words.get(i).charAt(0)) && (isFollowedBy(i, "b") || isFollowedBy(i, "m"))) {
                return true;
            }
        }
        return false;
    }

    /// The same without the count of active parameters at its end (`a3b`), or this one where there is none.
    ModelName withoutActive() {
        int last = words.size();
        boolean active = last > 3
                && words.get(last - 1).equals("b")
                && Character.isDigit(words.get(last - 2).charAt(0))
                && words.get(last - 3).equals("a");
        return active ? new ModelName(words.subList(0, last - 3)) : this;
    }

    private boolean isFollowedBy(int index, String word) {
        return index + 1 < words.size() && words.get(index + 1).equals(word);
    }
}
