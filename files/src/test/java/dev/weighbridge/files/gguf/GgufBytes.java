package dev.weighbridge.files.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes GGUF files byte by byte for tests, right or wrong as they are told.
final class GgufBytes {
    private final ByteOrder order;
    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    private int version = 3;
    private long metadataCount;
    private long tensorCount;
    private int alignment = 32;
    private int dataBytes;

    GgufBytes() {
        this(ByteOrder.LITTLE_ENDIAN);
    }

    GgufBytes(ByteOrder order) {
        this.order = order;
    }

    GgufBytes version(int version) {
        this.version = version;
        return this;
    }

    GgufBytes aligned(int alignment) {
        this.alignment = alignment;
        return this;
    }

    GgufBytes data(int bytes) {
        dataBytes = bytes;
        return this;
    }

    GgufBytes metadataCount(long count) {
        metadataCount = count;
        return this;
    }

    GgufBytes tensorCount(long count) {
        tensorCount = count;
        return this;
    }

    GgufBytes text(String key, String value) {
        return entry(key, 8, string(value.getBytes(StandardCharsets.UTF_8)));
    }

    GgufBytes u32(String key, long value) {
        return entry(key, 4, number(value, 4));
    }

    GgufBytes f32(String key, float value) {
        return entry(key, 6, number(Float.floatToRawIntBits(value), 4));
    }

    GgufBytes texts(String key, List<String> values) {
        ByteArrayOutputStream items = new ByteArrayOutputStream();
        items.writeBytes(number(8, 4));
        items.writeBytes(number(values.size(), 8));
        for (String value : values) {
            items.writeBytes(string(value.getBytes(StandardCharsets.UTF_8)));
        }
        return entry(key, 9, items.toByteArray());
    }

    GgufBytes u32s(String key, int... values) {
        ByteArrayOutputStream items = new ByteArrayOutputStream();
        items.writeBytes(number(4, 4));
        items.writeBytes(number(values.length, 8));
        for (int value : values) {
            items.writeBytes(number(value, 4));
        }
        return entry(key, 9, items.toByteArray());
    }

    GgufBytes entry(String key, int type, byte[] value) {
        return entry(key.getBytes(StandardCharsets.UTF_8), type, value);
    }

    GgufBytes entry(byte[] key, int type, byte[] value) {
        metadata.writeBytes(string(key));
        metadata.writeBytes(number(type, 4));
        metadata.writeBytes(value);
        metadataCount++;
        return this;
    }

    /// Dimensions fastest first, as the file has them.
    GgufBytes tensor(String name, int type, long offset, long... dimensions) {
        return tensor(name.getBytes(StandardCharsets.UTF_8), type, offset, dimensions);
    }

    GgufBytes tensor(byte[] name, int type, long offset, long... dimensions) {
        tensors.writeBytes(string(name));
        tensors.writeBytes(number(dimensions.length, 4));
        for (long dimension : dimensions) {
            tensors.writeBytes(number(dimension, 8));
        }
        tensors.writeBytes(number(type, 4));
        tensors.writeBytes(number(offset, 8));
        tensorCount++;
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(number(version, 4));
        file.writeBytes(number(tensorCount, 8));
        file.writeBytes(number(metadataCount, 8));
        file.writeBytes(metadata.toByteArray());
        file.writeBytes(tensors.toByteArray());
        if (dataBytes > 0) {
            file.writeBytes(new byte[Math.floorMod(-file.size(), alignment)]);
            file.writeBytes(new byte[dataBytes]);
        }
        return file.toByteArray();
    }

    byte[] number(long value, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(8).order(order);
        switch (bytes) {
            case 1 -> buffer.put((byte) value);
            case 2 -> buffer.putShort((short) value);
            case 4 -> buffer.putInt((int) value);
            default -> buffer.putLong(value);
        }
        byte[] written = new byte[bytes];
        buffer.flip().get(written);
        return written;
    }

    byte[] string(byte[] text) {
        ByteArrayOutputStream string = new ByteArrayOutputStream();
        string.writeBytes(number(text.length, 8));
        string.writeBytes(text);
        return string.toByteArray();
    }
}
