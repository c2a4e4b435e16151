package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.engine.tokenizer.AddedTokens.Added;
import dev.weighbridge.files.gguf.GgufReader;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds and reads the tokenizer that belongs to a model.
public final class TokenizerReader {
    private TokenizerReader() {}

    /// The tokenizer of a model's folder (`tokenizer.json`, else `tokenizer.model`), of a GGUF file, or of one such
    /// file.
    ///
    /// @throws NotFoundException if there is none
    /// @throws MalformedException if it is broken
    /// @throws IOException if it cannot be read
    public static Tokenizer read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (String name : List.of("tokenizer.json", "tokenizer.model")) {
                if (Files.isRegularFile(path.resolve(name))) {
                    return read(path.resolve(name));
                }
            }
            throw new NotFoundException(path + " holds no tokenizer.json and no tokenizer.model");
        }
        String name = Objects.toString(path.getFileName(), "");
        if (name.endsWith(".gguf")) {
            return gguf(path);
        }
        byte[] bytes = Files.readAllBytes(path);
        return name.endsWith(".json") ? json(name, bytes) : SentencePieceModel.read(bytes);
    }

    /// The tokenizer that the text of a `tokenizer.json` describes.
    @SuppressWarnings("unchecked") // an object's keys are texts
    public static Tokenizer json(String name, byte[] bytes) {
        JsonReader reader = new JsonReader(name, bytes, JsonReader.Dialect.STRICT);
        Object value = reader.value();
        reader.endDocument();
        if (!(value instanceof Map<?, ?> root)) {
            throw new MalformedException(name + " holds no object");
        }
        return TokenizerJson.read(Config.of((Map<String, @Nullable Object>) root));
    }

    private static Tokenizer gguf(Path path) throws IOException {
        LocalRepository repository = LocalRepository.of(path);
        try (ByteSource source = repository.open(repository.file().orElseThrow())) {
            return GgufVocabulary.read(GgufReader.readHeaderInFull(source).metadata());
        }
    }

    /// The tokenizer of tiktoken's rank files: lines of a token in base 64 and its rank.
    ///
    /// @param pattern what cuts a text into pieces
    /// @param special ids of special tokens by their text
    public static Tokenizer tiktoken(String ranks, String pattern, Map<String, Integer> special) {
        Map<String, Integer> vocabulary = new HashMap<>();
        ranks.lines().filter(line -> !line.isBlank()).forEach(line -> {
            int blank = line.indexOf(' ');
            try {
                byte[] token = Base64.getDecoder().decode(line.substring(0, Math.max(0, blank)));
                StringBuilder text = new StringBuilder(token.length);
                for (byte b : token) {
                    text.append(ByteLevel.character(b & 0xff));
                }
                vocabulary.put(
                        text.toString(),
                        Integer.valueOf(line.substring(blank + 1).trim()));
            } catch (IllegalArgumentException e) {
                throw new MalformedException("the line \"" + line + "\" is no token in base 64 with its rank");
            }
        });
        Map<String, Integer> all = new HashMap<>(vocabulary);
        List<Added> added = new ArrayList<>();
        special.forEach((text, id) -> {
            added.add(Added.special(id, text));
            all.put(text, id);
        });
        Pattern pieces = TokenPattern.of(pattern);
        return new Tokenizer(
                Vocabularies.byId(all),
                new AddedTokens(added),
                Normalizer.NONE,
                PreTokenizer.sequence(List.of(
                        PreTokenizer.split(pieces, PreTokenizer.Behavior.REMOVED, true),
                        (piece, _) -> List.of(ByteLevel.encode(piece)))),
                RankedTokens.byRank(vocabulary),
                PieceDecoder.byteLevel(),
                Tokenizer.Frame.NONE);
    }
}
