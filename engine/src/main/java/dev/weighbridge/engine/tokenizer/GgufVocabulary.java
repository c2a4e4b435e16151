package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.engine.tokenizer.AddedTokens.Added;
import dev.weighbridge.engine.tokenizer.BytePairModel.Merge;
import dev.weighbridge.engine.tokenizer.BytePairModel.Unknown;
import dev.weighbridge.engine.tokenizer.PreTokenizer.Behavior;
import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Builds a tokenizer from the metadata of a GGUF file (`tokenizer.ggml.*`).
final class GgufVocabulary {
    private static final String TABLE = "pre-tokenizers.jsonl";
    private static final String MARK = "▁";

    /// Types of tokens (`llama_token_type`).
    private static final int UNKNOWN = 2;

    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private final Config metadata;
    private final List<String> tokens;
    private final Map<String, Integer> vocabulary = new HashMap<>();

    private GgufVocabulary(Config metadata) {
        this.metadata = metadata;
        this.tokens = Vocabularies.list(metadata, "tokenizer.ggml.tokens").stream()
                .map(String::valueOf)
                .toList();
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.putIfAbsent(tokens.get(id), id);
        }
    }

    /// The tokenizer.
    ///
    /// @param metadata of the file, long lists included
    /// @throws UnsupportedException if the file has none or one of a kind that is not known
    static Tokenizer read(Config metadata) {
        return new GgufVocabulary(metadata).build();
    }

    private Tokenizer build() {
        String model = metadata.text("tokenizer.ggml.model", "");
        if (tokens.isEmpty()) {
            throw new UnsupportedException("the file holds no vocabulary");
        }
        return switch (model) {
            case "gpt2", "gemma4" -> bytePairs();
            case "llama" -> scored();
            case "bert" -> wordPieces();
            case "t5" -> unigram();
            default -> throw new UnsupportedException("vocabularies of the kind " + model + " are not known");
        };
    }

    private Tokenizer bytePairs() {
        Config cut = cut(metadata.text("tokenizer.ggml.pre", "default"));
        Map<Long, Merge> merges = new HashMap<>();
        double rank = 0;
        for (Object item : Vocabularies.list(metadata, "tokenizer.ggml.merges")) {
            String text = String.valueOf(item);
            int blank = text.indexOf(' ', 1);
            Integer left = blank < 0 ? null : vocabulary.get(text.substring(0, blank));
            Integer right = blank < 0 ? null : vocabulary.get(text.substring(blank + 1));
            Integer joined = blank < 0 ? null : vocabulary.get(text.substring(0, blank) + text.substring(blank + 1));
            rank++;
            if (left != null && right != null && joined != null) {
                merges.putIfAbsent((long) left << 32 | right, new Merge(rank, joined));
            }
        }
        boolean marked = cut.flag("marked");
        List<PreTokenizer> steps = new ArrayList<>();
        for (String pattern : cut.texts("patterns")) {
            steps.add(PreTokenizer.split(TokenPattern.of(pattern), Behavior.ISOLATED, false));
        }
        if (!marked) {
            steps.add((piece, _) -> List.of(ByteLevel.encode(piece)));
        }
        boolean prefixed = metadata.flag("tokenizer.ggml.add_space_prefix");
        Normalizer blanks = marked ? text -> text.replace(" ", MARK) : Normalizer.NONE;
        return new Tokenizer(
                tokens,
                new AddedTokens(added()),
                prefixed ? Normalizer.sequence(List.of(Normalizer.prepend(" "), blanks)) : blanks,
                PreTokenizer.sequence(steps),
                new BytePairModel(
                        vocabulary,
                        (left, right, _) -> merges.get((long) left << 32 | right),
                        new Unknown(unknown(), true, marked),
                        cut.texts("whole_first").contains(metadata.text("tokenizer.ggml.pre", ""))),
                marked
                        ? PieceDecoder.sequence(List.of(
                                PieceDecoder.each(piece -> piece.replace(MARK, " ")), PieceDecoder.byteFallback()))
                        : PieceDecoder.byteLevel(),
                frame(false, false));
    }

    private Tokenizer scored() {
        List<?> stored = Vocabularies.list(metadata, "tokenizer.ggml.scores");
        float[] scores = new float[tokens.size()];
        for (int i = 0; i < Math.min(scores.length, stored.size()); i++) {
            scores[i] = stored.get(i) instanceof Number score ? score.floatValue() : 0;
        }
        boolean prefixed = metadata.flag("tokenizer.ggml.add_space_prefix", true);
        Normalizer blanks = text -> text.replace(" ", MARK);
        return new Tokenizer(
                tokens,
                new AddedTokens(added()),
                blanks,
                prefixed ? (piece, isFirst) -> List.of(isFirst ? MARK + piece : piece) : PreTokenizer.NONE,
                RankedTokens.byScore(vocabulary, scores, unknown()),
                PieceDecoder.sequence(List.of(
                        PieceDecoder.each(piece -> piece.replace(MARK, " ")),
                        PieceDecoder.byteFallback(),
                        PieceDecoder.fuse(),
                        PieceDecoder.strip(' ', prefixed ? 1 : 0, 0))),
                frame(true, false));
    }

    /// The file writes a word's start as a mark; inside a word nothing is written.
    private Tokenizer wordPieces() {
        Map<String, Integer> pieces = new HashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            boolean starts = token.startsWith(MARK);
            boolean isName = token.startsWith("[") && token.endsWith("]");
            pieces.putIfAbsent(starts ? token.substring(1) : isName ? token : "##" + token, id);
        }
        return new Tokenizer(
                tokens.stream()
                        .map(token -> token.startsWith(MARK) ? " " + token.substring(1) : token)
                        .toList(),
                new AddedTokens(added()),
                Normalizer.bert(true, true, true, true),
                PreTokenizer.bert(),
                new WordPieceModel(pieces, unknown(), "##", 200),
                PieceDecoder.sequence(List.of(PieceDecoder.fuse(), PieceDecoder.strip(' ', 1, 0))),
                frame(true, true));
    }

    private Tokenizer unigram() {
        double[] scores = new double[tokens.size()];
        List<?> stored = Vocabularies.list(metadata, "tokenizer.ggml.scores");
        for (int i = 0; i < Math.min(scores.length, stored.size()); i++) {
            scores[i] = stored.get(i) instanceof Number score ? score.doubleValue() : 0;
        }
        boolean prefixed = metadata.flag("tokenizer.ggml.add_space_prefix", true);
        Normalizer folded = Normalizer.sequence(List.of(
                Normalizer.form(java.text.Normalizer.Form.NFKC),
                text -> text.replaceAll(" {2,}", " "),
                text -> text.replace(" ", MARK)));
        return new Tokenizer(
                tokens,
                new AddedTokens(added()),
                folded,
                prefixed ? (piece, isFirst) -> List.of(isFirst ? MARK + piece : piece) : PreTokenizer.NONE,
                UnigramModel.of(vocabulary, scores, unknown(), false),
                PieceDecoder.sequence(List.of(
                        PieceDecoder.each(piece -> piece.replace(MARK, " ")),
                        PieceDecoder.fuse(),
                        PieceDecoder.strip(' ', prefixed ? 1 : 0, 0))),
                frame(false, true));
    }

    private int unknown() {
        return (int) metadata.integer("tokenizer.ggml.unknown_token_id", vocabulary.getOrDefault("<unk>", -1));
    }

    private List<Added> added() {
        List<?> types = Vocabularies.list(metadata, "tokenizer.ggml.token_type");
        List<Added> added = new ArrayList<>();
        for (int id = 0; id < Math.min(tokens.size(), types.size()); id++) {
            int type = types.get(id) instanceof Number number ? number.intValue() : 0;
            if (type == CONTROL || type == UNKNOWN || type == USER_DEFINED) {
                added.add(new Added(id, tokens.get(id), type != USER_DEFINED, false, false, false));
            }
        }
        return added;
    }

    private Tokenizer.Frame frame(boolean startsUsually, boolean endsUsually) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        if (metadata.flag("tokenizer.ggml.add_bos_token", startsUsually)) {
            int start = (int) metadata.integer(
                    metadata.firstOf("tokenizer.ggml.bos_token_id", "tokenizer.ggml.cls_token_id"), -1);
            add(before, start);
        }
        if (metadata.flag("tokenizer.ggml.add_eos_token", endsUsually)) {
            add(after, (int) metadata.integer(
                    metadata.firstOf("tokenizer.ggml.seperator_token_id", "tokenizer.ggml.eos_token_id"), -1));
        }
        return new Tokenizer.Frame(before, after);
    }

    private void add(List<Integer> ids, int id) {
        if (id >= tokens.size()) {
            throw new MalformedException("the file's vocabulary of " + tokens.size() + " has no token " + id);
        }
        if (id >= 0) {
            ids.add(id);
        }
    }

    /// The line of the table that names this way to cut a text; the usual one for a name that is not known.
    private static Config cut(String name) {
        try (InputStream table = GgufVocabulary.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            List<Config> lines = text.lines()
                    .filter(line -> line.startsWith("{"))
                    .map(GgufVocabulary::parse)
                    .toList();
            return lines.stream()
                    .filter(line -> line.texts("names").contains(name))
                    .findFirst()
                    .orElseGet(lines::getLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // a line is an object, whose keys are texts
    private static Config parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        Object value = new JsonReader(TABLE, bytes, JsonReader.Dialect.STRICT).value();
        return Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }
}
