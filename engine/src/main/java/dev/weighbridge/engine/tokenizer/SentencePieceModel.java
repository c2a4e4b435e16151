package dev.weighbridge.engine.tokenizer;

import dev.weighbridge.engine.tokenizer.AddedTokens.Added;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// Builds a tokenizer from a SentencePiece file (`tokenizer.model`), a protocol buffer of the message `ModelProto` in
/// `sentencepiece_model.proto`:
///
/// | field | what |
/// |---|---|
/// | 1, repeated | a piece: 1 text, 2 score (F32), 3 type (1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte) |
/// | 2.3 | kind of model: 1 unigram, 2 BPE |
/// | 3.1, 3.3, 3.4 | normaliser: its name, whether a blank is put before the text, whether blanks are folded |
final class SentencePieceModel {
    private static final String MARK = "▁";
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int MOST_PIECES = 1 << 22;

    private final List<String> pieces = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();
    private final List<Integer> types = new ArrayList<>();
    private long kind = 1;
    private String normalizerName = "";
    private boolean prefixes = true;
    private boolean folds = true;

    private SentencePieceModel() {}

    /// The tokenizer.
    ///
    /// @throws MalformedException if the bytes are no such file
    static Tokenizer read(byte[] bytes) {
        SentencePieceModel model = new SentencePieceModel();
        fields(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), model::field);
        return model.build();
    }

    /// A field's value: a number, or the bytes of a message.
    private record Field(long number, ByteBuffer bytes) {}

    private static void fields(ByteBuffer message, BiConsumer<Integer, Field> each) {
        while (message.hasRemaining()) {
            long key = varint(message);
            int field = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case 0 -> each.accept(field, new Field(varint(message), ByteBuffer.allocate(0)));
                case 1 -> each.accept(field, new Field(take(message, 8).getLong(), ByteBuffer.allocate(0)));
                case 2 -> {
                    long length = varint(message);
                    if (length < 0 || length > message.remaining()) {
                        throw broken("a field of " + length + " bytes does not fit");
                    }
                    each.accept(field, new Field(0, take(message, (int) length)));
                }
                case 5 -> each.accept(field, new Field(take(message, 4).getInt(), ByteBuffer.allocate(0)));
                default -> throw broken("a field of an unknown kind");
            }
        }
    }

    private static ByteBuffer take(ByteBuffer message, int length) {
        if (length > message.remaining()) {
            throw broken("it ends within a field");
        }
        ByteBuffer part = message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        message.position(message.position() + length);
        return part;
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!message.hasRemaining()) {
                throw broken("it ends within a number");
            }
            byte next = message.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken("a number of more than 64 bits");
    }

    private static MalformedException broken(String what) {
        return new MalformedException("the SentencePiece model is broken: " + what);
    }

    private void field(int number, Field field) {
        switch (number) {
            case 1 -> piece(field.bytes());
            case 2 -> fields(field.bytes(), (inner, value) -> kind = inner == 3 ? value.number() : kind);
            case 3 -> fields(field.bytes(), this::normalizerField);
            default -> {}
        }
    }

    private void normalizerField(int number, Field field) {
        switch (number) {
            case 1 -> normalizerName = text(field.bytes());
            case 3 -> prefixes = field.number() != 0;
            case 4 -> folds = field.number() != 0;
            default -> {}
        }
    }

    private void piece(ByteBuffer message) {
        if (pieces.size() >= MOST_PIECES) {
            throw broken("more than " + MOST_PIECES + " pieces");
        }
        int at = pieces.size();
        pieces.add("");
        scores.add(0f);
        types.add(NORMAL);
        fields(message, (number, field) -> {
            switch (number) {
                case 1 -> pieces.set(at, text(field.bytes()));
                case 2 -> scores.set(at, Float.intBitsToFloat((int) field.number()));
                case 3 -> types.set(at, (int) field.number());
                default -> {}
            }
        });
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private Tokenizer build() {
        Map<String, Integer> vocabulary = new HashMap<>();
        List<Added> added = new ArrayList<>();
        int unknown = -1;
        for (int id = 0; id < pieces.size(); id++) {
            vocabulary.putIfAbsent(pieces.get(id), id);
            int type = types.get(id);
            unknown = type == UNKNOWN ? id : unknown;
            // control pieces are never found in a text: it cannot speak for the program
            if (type == USER_DEFINED) {
                added.add(new Added(id, pieces.get(id), false, false, false, false));
            } else if (type == CONTROL || type == UNKNOWN) {
                added.add(Added.special(id, pieces.get(id)));
            }
        }
        boolean byBytes = vocabulary.containsKey("<0x00>");
        float[] byId = new float[scores.size()];
        for (int i = 0; i < byId.length; i++) {
            byId[i] = scores.get(i);
        }
        PieceModel model = switch ((int) kind) {
            case 1 -> UnigramModel.of(vocabulary, doubles(byId), unknown, byBytes);
            case 2 -> RankedTokens.byScore(vocabulary, byId, unknown);
            default -> throw new UnsupportedException("SentencePiece models of kind " + kind + " are not known");
        };
        return new Tokenizer(
                pieces,
                new AddedTokens(added),
                normalizer(),
                prefixes ? (piece, isFirst) -> List.of(isFirst ? MARK + piece : piece) : PreTokenizer.NONE,
                model,
                PieceDecoder.sequence(List.of(
                        PieceDecoder.each(piece -> piece.replace(MARK, " ")),
                        PieceDecoder.byteFallback(),
                        PieceDecoder.fuse(),
                        PieceDecoder.strip(' ', prefixes ? 1 : 0, 0))),
                Tokenizer.Frame.NONE);
    }

    private Normalizer normalizer() {
        List<Normalizer> steps = new ArrayList<>();
        if (normalizerName.startsWith("nfkc") || normalizerName.startsWith("nmt_nfkc")) {
            steps.add(Normalizer.form(java.text.Normalizer.Form.NFKC));
        }
        if (normalizerName.endsWith("_cf")) {
            steps.add(text -> text.toLowerCase(java.util.Locale.ROOT));
        }
        if (folds) {
            steps.add(text -> text.strip().replaceAll(" {2,}", " "));
        }
        steps.add(text -> text.replace(" ", MARK));
        return Normalizer.sequence(steps);
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
