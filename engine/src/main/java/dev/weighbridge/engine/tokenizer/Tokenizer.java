package dev.weighbridge.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Text to token ids and back. Safe for many threads.
public final class Tokenizer {
    private final List<String> tokens;
    private final AddedTokens added;
    private final Normalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final PieceModel model;
    private final PieceDecoder decoder;
    private final Frame frame;

    /// What stands around a text.
    ///
    /// @param before ids in front
    /// @param after ids behind
    record Frame(List<Integer> before, List<Integer> after) {
        static final Frame NONE = new Frame(List.of(), List.of());
    }

    Tokenizer(
            List<String> tokens,
            AddedTokens added,
            Normalizer normalizer,
            PreTokenizer preTokenizer,
            PieceModel model,
            PieceDecoder decoder,
            Frame frame) {
        this.tokens = List.copyOf(tokens);
        this.added = added;
        this.normalizer = normalizer;
        this.preTokenizer = preTokenizer;
        this.model = model;
        this.decoder = decoder;
        this.frame = frame;
    }

    /// How many tokens there are.
    public int vocabularySize() {
        return tokens.size();
    }

    /// The text of a token as the vocabulary has it.
    ///
    /// @throws IllegalArgumentException if there is no such id
    public String token(int id) {
        if (id < 0 || id >= tokens.size()) {
            throw new IllegalArgumentException("there is no token " + id + " among " + tokens.size());
        }
        return tokens.get(id);
    }

    /// Whether a token is no text: a start, an end, a role.
    public boolean isSpecial(int id) {
        return added.isSpecial(id);
    }

    /// The ids of a text, special tokens in it taken for what they are, those around it added if `framed`.
    public int[] encode(String text, boolean framed) {
        return encode(text, framed, true);
    }

    /// The ids of a text.
    ///
    /// @param framed whether the ids that stand around a text are added
    /// @param special whether special tokens in the text are taken for what they are, rather than for text
    public int[] encode(String text, boolean framed, boolean special) {
        IntStream.Builder ids = IntStream.builder();
        if (framed) {
            frame.before().forEach(ids::add);
        }
        boolean isFirst = true;
        for (AddedTokens.Part part : added.parts(text, special)) {
            if (part.id() >= 0) {
                ids.add(part.id());
            } else {
                for (String piece : preTokenizer.cut(normalizer.apply(part.text()), isFirst)) {
                    model.encode(piece, ids::add);
                }
            }
            isFirst = false;
        }
        if (framed) {
            frame.after().forEach(ids::add);
        }
        return ids.build().toArray();
    }

    /// The text of ids.
    ///
    /// @param withSpecial whether special tokens are written too
    public String decode(int[] ids, boolean withSpecial) {
        StringBuilder text = new StringBuilder();
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            String token = token(id);
            if (!added.isSpecial(id)) {
                pieces.add(token);
                continue;
            }
            if (withSpecial) {
                decodeInto(pieces, text);
                text.append(token);
            }
        }
        decodeInto(pieces, text);
        return text.toString();
    }

    private void decodeInto(List<String> pieces, StringBuilder text) {
        if (!pieces.isEmpty()) {
            decoder.decode(List.copyOf(pieces)).forEach(text::append);
            pieces.clear();
        }
    }
}
