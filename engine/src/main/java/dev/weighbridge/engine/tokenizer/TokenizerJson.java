package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.engine.tokenizer.AddedTokens.Added;
import dev.weighbridge.engine.tokenizer.BytePairModel.Merge;
import dev.weighbridge.engine.tokenizer.BytePairModel.Unknown;
import dev.weighbridge.engine.tokenizer.PreTokenizer.Behavior;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Builds a tokenizer from the contents of a `tokenizer.json`, the file of Hugging Face's tokenizers library.
final class TokenizerJson {
    private static final String MARK = "▁";

    private final Config root;
    private final Map<String, Integer> vocabulary = new HashMap<>();

    private TokenizerJson(Config root) {
        this.root = root;
    }

    /// The tokenizer.
    ///
    /// @throws MalformedException if the file contradicts itself
    /// @throws UnsupportedException if it asks for a step that is not known
    static Tokenizer read(Config root) {
        return new TokenizerJson(root).build();
    }

    private Tokenizer build() {
        PieceModel model = model(root.part("model"));
        List<Added> added = new ArrayList<>();
        for (Config token : root.parts("added_tokens")) {
            int id = Vocabularies.id(token, "id");
            added.add(new Added(
                    id,
                    token.text("content"),
                    token.flag("special"),
                    token.flag("lstrip"),
                    token.flag("rstrip"),
                    token.flag("single_word")));
            vocabulary.putIfAbsent(token.text("content"), id);
        }
        return new Tokenizer(
                Vocabularies.byId(vocabulary),
                new AddedTokens(added),
                root.optionalPart("normalizer").map(this::normalizer).orElse(Normalizer.NONE),
                root.optionalPart("pre_tokenizer").map(this::preTokenizer).orElse(PreTokenizer.NONE),
                model,
                root.optionalPart("decoder").map(this::decoder).orElse(PieceDecoder.NONE),
                root.optionalPart("post_processor").map(this::frame).orElse(Tokenizer.Frame.NONE));
    }

    private PieceModel model(Config model) {
        String type = model.text("type", model.has("merges") ? "BPE" : "WordPiece");
        return switch (type) {
            case "BPE" -> bytePairs(model);
            case "Unigram" -> unigram(model);
            case "WordPiece" -> {
                readVocabulary(model);
                yield new WordPieceModel(
                        vocabulary,
                        id(model.text("unk_token", "[UNK]")),
                        model.text("continuing_subword_prefix", "##"),
                        model.count("max_input_chars_per_word", 100));
            }
            case "WordLevel" -> {
                readVocabulary(model);
                int unknown = id(model.text("unk_token", "<unk>"));
                yield (piece, ids) -> ids.accept(vocabulary.getOrDefault(piece, unknown));
            }
            default -> throw new UnsupportedException("tokenizer.json: models of type " + type + " are not known");
        };
    }

    private void readVocabulary(Config model) {
        Config entries = model.part("vocab");
        for (String token : entries.names()) {
            vocabulary.put(token, Vocabularies.id(entries, token));
        }
    }

    private int id(String token) {
        return vocabulary.getOrDefault(token, -1);
    }

    private PieceModel bytePairs(Config model) {
        readVocabulary(model);
        Map<Long, Merge> merges = new HashMap<>();
        double rank = 0;
        for (Object item : Vocabularies.list(model, "merges")) {
            String left;
            String right;
            if (item instanceof List<?> pair && pair.size() == 2) {
                left = String.valueOf(pair.get(0));
                right = String.valueOf(pair.get(1));
            } else {
                String text = String.valueOf(item);
                int blank = text.indexOf(' ', 1);
                if (blank < 0) {
                    throw new MalformedException("tokenizer.json: the merge \"" + text + "\" is no pair");
                }
                left = text.substring(0, blank);
                right = text.substring(blank + 1);
            }
            Integer joined = vocabulary.get(left + right);
            if (joined == null || id(left) < 0 || id(right) < 0) {
                throw new MalformedException("tokenizer.json: the merge of " + left + " and " + right + " is no token");
            }
            merges.putIfAbsent((long) id(left) << 32 | id(right), new Merge(rank++, joined));
        }
        Unknown unknown = new Unknown(
                model.has("unk_token") ? id(model.text("unk_token")) : -1,
                model.flag("fuse_unk"),
                model.flag("byte_fallback"));
        return new BytePairModel(
                vocabulary,
                (left, right, _) -> merges.get((long) left << 32 | right),
                unknown,
                model.flag("ignore_merges"));
    }

    private PieceModel unigram(Config model) {
        List<?> entries = Vocabularies.list(model, "vocab");
        double[] scores = new double[entries.size()];
        for (int i = 0; i < scores.length; i++) {
            if (!(entries.get(i) instanceof List<?> pair)
                    || pair.size() != 2
                    || !(pair.get(1) instanceof Number score)) {
                throw new MalformedException("tokenizer.json: entry " + i + " of the vocabulary has no score");
            }
            vocabulary.putIfAbsent(String.valueOf(pair.get(0)), i);
            scores[i] = score.doubleValue();
        }
        return UnigramModel.of(vocabulary, scores, (int) model.integer("unk_id", 0), model.flag("byte_fallback"));
    }

    private Normalizer normalizer(Config step) {
        String type = step.text("type");
        return switch (type) {
            case "Sequence" ->
                Normalizer.sequence(
                        step.parts("normalizers").stream().map(this::normalizer).toList());
            case "NFC" -> Normalizer.form(Form.NFC);
            case "NFD" -> Normalizer.form(Form.NFD);
            case "NFKC" -> Normalizer.form(Form.NFKC);
            case "NFKD" -> Normalizer.form(Form.NFKD);
            case "Lowercase" -> text -> text.toLowerCase(java.util.Locale.ROOT);
            case "StripAccents" -> Normalizer::withoutAccents;
            case "Strip" -> strip(step.flag("strip_left", true), step.flag("strip_right", true));
            case "Prepend" -> Normalizer.prepend(step.text("prepend"));
            case "Replace" -> Normalizer.replace(pattern(step.part("pattern")), step.text("content"));
            case "BertNormalizer" ->
                Normalizer.bert(
                        step.flag("clean_text", true),
                        step.flag("handle_chinese_chars", true),
                        step.flag("strip_accents", step.flag("lowercase", true)),
                        step.flag("lowercase", true));
            case "Precompiled" -> Normalizer.form(Form.NFKC);
            case "Nmt" -> Normalizer.NONE;
            case "ByteLevel" -> ByteLevel::encode;
            default -> throw new UnsupportedException("tokenizer.json: normalizers of type " + type + " are not known");
        };
    }

    private static Normalizer strip(boolean left, boolean right) {
        return text -> {
            String stripped = left ? text.stripLeading() : text;
            return right ? stripped.stripTrailing() : stripped;
        };
    }

    private static Pattern pattern(Config pattern) {
        return pattern.has("Regex")
                ? TokenPattern.of(pattern.text("Regex"))
                : Pattern.compile(Pattern.quote(pattern.text("String")));
    }

    private PreTokenizer preTokenizer(Config step) {
        String type = step.text("type");
        return switch (type) {
            case "Sequence" ->
                PreTokenizer.sequence(step.parts("pretokenizers").stream()
                        .map(this::preTokenizer)
                        .toList());
            case "Split" ->
                PreTokenizer.split(pattern(step.part("pattern")), behavior(step.text("behavior")), step.flag("invert"));
            case "ByteLevel" ->
                PreTokenizer.byteLevel(step.flag("add_prefix_space", true), step.flag("use_regex", true));
            case "Metaspace" -> {
                String scheme = step.text("prepend_scheme", step.flag("add_prefix_space", true) ? "always" : "never");
                yield PreTokenizer.metaspace(step.text("replacement", MARK), scheme, step.flag("split", true));
            }
            case "Digits" ->
                PreTokenizer.split(
                        TokenPattern.of("\\p{N}"),
                        step.flag("individual_digits") ? Behavior.ISOLATED : Behavior.CONTIGUOUS,
                        false);
            case "Punctuation" ->
                PreTokenizer.split(PreTokenizer.PUNCTUATION, behavior(step.text("behavior", "Isolated")), false);
            case "Whitespace" -> PreTokenizer.split(TokenPattern.of("\\w+|[^\\w\\s]+"), Behavior.REMOVED, true);
            case "WhitespaceSplit" -> PreTokenizer.split(TokenPattern.of("\\s+"), Behavior.REMOVED, false);
            case "BertPreTokenizer" -> PreTokenizer.bert();
            default ->
                throw new UnsupportedException("tokenizer.json: pre-tokenizers of type " + type + " are not known");
        };
    }

    private static Behavior behavior(String name) {
        return switch (name) {
            case "Removed" -> Behavior.REMOVED;
            case "Isolated" -> Behavior.ISOLATED;
            case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
            case "Contiguous" -> Behavior.CONTIGUOUS;
            default -> throw new UnsupportedException("tokenizer.json: the behavior " + name + " is not known");
        };
    }

    private PieceDecoder decoder(Config step) {
        String type = step.text("type");
        return switch (type) {
            case "Sequence" ->
                PieceDecoder.sequence(
                        step.parts("decoders").stream().map(this::decoder).toList());
            case "ByteLevel" -> PieceDecoder.byteLevel();
            case "ByteFallback" -> PieceDecoder.byteFallback();
            case "Fuse" -> PieceDecoder.fuse();
            case "Strip" ->
                PieceDecoder.strip(step.text("content", " ").charAt(0), step.count("start", 0), step.count("stop", 0));
            case "Replace" -> {
                Pattern pattern = pattern(step.part("pattern"));
                String content = java.util.regex.Matcher.quoteReplacement(step.text("content"));
                yield PieceDecoder.each(piece -> pattern.matcher(piece).replaceAll(content));
            }
            case "Metaspace" -> {
                String scheme = step.text("prepend_scheme", step.flag("add_prefix_space", true) ? "always" : "never");
                yield PieceDecoder.metaspace(step.text("replacement", MARK), !scheme.equals("never"));
            }
            case "WordPiece" -> PieceDecoder.wordPiece(step.text("prefix", "##"), step.flag("cleanup", true));
            case "BPEDecoder" -> {
                String suffix = step.text("suffix", "</w>");
                yield PieceDecoder.each(piece -> piece.replace(suffix, " "));
            }
            default -> throw new UnsupportedException("tokenizer.json: decoders of type " + type + " are not known");
        };
    }

    private Tokenizer.Frame frame(Config step) {
        return switch (step.text("type")) {
            case "Sequence" ->
                step.parts("processors").stream()
                        .map(this::frame)
                        .filter(frame -> !frame.equals(Tokenizer.Frame.NONE))
                        .findFirst()
                        .orElse(Tokenizer.Frame.NONE);
            case "TemplateProcessing" -> template(step);
            case "BertProcessing", "RobertaProcessing" ->
                new Tokenizer.Frame(List.of(pairId(step, "cls")), List.of(pairId(step, "sep")));
            default -> Tokenizer.Frame.NONE;
        };
    }

    private static int pairId(Config step, String field) {
        List<?> pair = step.items(field);
        if (pair.size() == 2 && pair.get(1) instanceof Long id) {
            return Math.toIntExact(id);
        }
        throw new MalformedException("tokenizer.json: " + field + " of the post-processor has no id");
    }

    private static Tokenizer.Frame template(Config step) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        boolean seen = false;
        for (Config part : step.parts("single")) {
            if (part.has("Sequence")) {
                seen = true;
                continue;
            }
            String name = part.part("SpecialToken").text("id");
            for (long id : step.part("special_tokens").part(name).integers("ids")) {
                (seen ? after : before).add(Math.toIntExact(id));
            }
        }
        return new Tokenizer.Frame(before, after);
    }
}
