package dev.weighbridge.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.engine.Shared;
import dev.weighbridge.files.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against ids that the tokenizers' own implementations gave (the folder `data/tokenizers` of the shared references).
@SuppressWarnings("NullAway") // a broken reference fails the test
class TokenizerTest {
    private static final String SMALL = """
            {"added_tokens": [{"id": 6, "content": "<|end|>", "special": true}],
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
             "decoder": {"type": "ByteLevel"},
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, "Ġ": 5},
                       "merges": ["a b", "ab c"]}}
            """;

    @Test
    void joinsTheBestNeighboursFirst() {
        Tokenizer tokenizer = small();

        int[] ids = tokenizer.encode("abc ab cab", false);

        assertThat(ids).containsExactly(4, 5, 3, 5, 2, 3);
        assertThat(tokenizer.decode(ids, false)).isEqualTo("abc ab cab");
    }

    @Test
    void takesSpecialTokensForTextWhereTold() {
        Tokenizer tokenizer = small();

        assertThat(tokenizer.encode("ab<|end|>", false, true)).containsExactly(3, 6);
        assertThat(tokenizer.decode(new int[] {3, 6}, false)).isEqualTo("ab");
        assertThat(tokenizer.decode(new int[] {3, 6}, true)).isEqualTo("ab<|end|>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-spm", "bert-bge", "deepseek-coder", "falcon"})
    void cutsTextsAsLlamaCppDoesWithAVocabularyInGguf(String name) throws IOException {
        Path file = Shared.path("data/tokenizers/gguf-vocab/ggml-vocab-" + name + ".gguf");
        Tokenizer tokenizer = TokenizerReader.read(file);

        checkLines(tokenizer, file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3", "llama3_1"})
    void cutsTextsAsHuggingFaceDoesWithATokenizerJson(String name) throws IOException {
        Path folder = Shared.path("data/tokenizers/hf/" + name);
        Tokenizer tokenizer = TokenizerReader.json("tokenizer.json", unpacked(folder.resolve("tokenizer.json.gz")));

        checkVectors(tokenizer, folder.resolve("vectors.json"), true);
        String lines = name.equals("qwen3") ? "ggml-vocab-qwen2.gguf" : "ggml-vocab-llama-bpe.gguf";
        checkLines(
                tokenizer,
                Shared.path("data/tokenizers/vectors-llamacpp").resolve(lines).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokenizer.model.v1", "mistral_instruct_tokenizer_240323.model.v3"})
    void cutsTextsAsSentencePieceDoes(String name) throws IOException {
        Path folder = Shared.path("data/tokenizers/sentencepiece/mistral");

        checkVectors(TokenizerReader.read(folder.resolve(name)), folder.resolve(name + ".vectors.json"), false);
    }

    @Test
    void cutsTextsAsTiktokenDoes() throws IOException {
        Path folder = Shared.path("data/tokenizers/tiktoken");
        Map<String, Object> vectors = read(folder.resolve("cl100k_base.vectors.json"));
        Map<String, Integer> special = new HashMap<>();
        ((Map<?, ?>) vectors.get("special_tokens"))
                .forEach((text, id) -> special.put((String) text, ((Long) id).intValue()));
        String ranks = new String(unpacked(folder.resolve("cl100k_base.tiktoken.gz")), StandardCharsets.UTF_8);

        Tokenizer tokenizer = TokenizerReader.tiktoken(ranks, (String) vectors.get("pat_str"), special);

        checkVectors(tokenizer, folder.resolve("cl100k_base.vectors.json"), false);
    }

    private static Tokenizer small() {
        return TokenizerReader.json("tokenizer.json", SMALL.getBytes(StandardCharsets.UTF_8));
    }

    private static void checkLines(Tokenizer tokenizer, String file) throws IOException {
        String[] texts = Files.readString(Path.of(file + ".inp")).split("\n__ggml_vocab_test__\n", -1);
        List<String> lines = Files.readAllLines(Path.of(file + ".out"));
        SoftAssertions softly = new SoftAssertions();
        for (int i = 0; i < lines.size(); i++) {
            int[] ids = lines.get(i).isBlank()
                    ? new int[0]
                    : Arrays.stream(lines.get(i).trim().split(" +"))
                            .mapToInt(Integer::parseInt)
                            .toArray();
            softly.assertThat(tokenizer.encode(texts[i], false, false))
                    .as(texts[i])
                    .isEqualTo(ids);
        }
        softly.assertAll();
    }

    private static void checkVectors(Tokenizer tokenizer, Path file, boolean special) throws IOException {
        SoftAssertions softly = new SoftAssertions();
        for (Object entry : (List<?>) read(file).get("vectors")) {
            Map<?, ?> vector = (Map<?, ?>) entry;
            String text = (String) vector.get("text");
            int[] ids = ((List<?>) vector.get("ids"))
                    .stream().mapToInt(id -> ((Long) id).intValue()).toArray();
            softly.assertThat(tokenizer.encode(text, false, special)).as(text).isEqualTo(ids);
            if (vector.get("decoded") instanceof String decoded) {
                softly.assertThat(tokenizer.decode(ids, true)).isEqualTo(decoded);
            }
        }
        softly.assertAll();
    }

    private static byte[] unpacked(Path file) throws IOException {
        try (GZIPInputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
            return stream.readAllBytes();
        }
    }

    @SuppressWarnings("unchecked") // an object's keys are texts
    private static Map<String, Object> read(Path file) throws IOException {
        return (Map<String, Object>)
                new JsonReader(file.toString(), Files.readAllBytes(file), JsonReader.Dialect.STRICT).value();
    }
}
