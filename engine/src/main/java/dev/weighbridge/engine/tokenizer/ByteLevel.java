package dev.weighbridge.engine.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// GPT-2's way to write any byte as one printable character: those that print stand for themselves, the others for the
/// characters from U+0100 on.
final class ByteLevel {
    private static final char[] CHARACTERS = new char[256];
    private static final int[] BYTES = new int[512];

    static {
        int next = 256;
        java.util.Arrays.fill(BYTES, -1);
        for (int b = 0; b < 256; b++) {
            boolean prints = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            CHARACTERS[b] = (char) (prints ? b : next++);
            BYTES[CHARACTERS[b]] = b;
        }
    }

    private ByteLevel() {}

    /// The characters of a text's bytes.
    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            encoded.append(CHARACTERS[b & 0xff]);
        }
        return encoded.toString();
    }

    /// The character of a byte.
    static char character(int b) {
        return CHARACTERS[b];
    }

    /// Writes the bytes that characters stand for; one that stands for none is written as it is.
    static void decode(String encoded, ByteArrayOutputStream out) {
        encoded.codePoints().forEach(c -> {
            int b = c < BYTES.length ? BYTES[c] : -1;
            if (b >= 0) {
                out.write(b);
            } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
