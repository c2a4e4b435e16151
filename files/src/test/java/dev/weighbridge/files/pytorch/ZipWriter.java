package dev.weighbridge.files.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes zip files record by record, so that a test can make each field wrong.
final class ZipWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final int alignment;
    private final boolean zip64;
    private int count;

    /// @param alignment to which data is padded; PyTorch's is 64
    /// @param zip64 whether sizes and offsets are written in 64 bits
    ZipWriter(int alignment, boolean zip64) {
        this.alignment = alignment;
        this.zip64 = zip64;
    }

    ZipWriter add(String name, byte[] data) {
        return add(name, 0, data, data.length);
    }

    ZipWriter add(String name, int method, byte[] stored, long bytes) {
        return add(name, method, stored, bytes, out.size(), 0);
    }

    ZipWriter add(String name, int method, byte[] stored, long bytes, long headerOffset, int flags) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        int start = out.size() + 30 + nameBytes.length + 4;
        int padding = (alignment - start % alignment) % alignment;
        ByteBuffer local = buffer(30 + nameBytes.length + 4 + padding)
                .putInt(0x04034b50)
                .putShort((short) 0)
                .putShort((short) flags)
                .putShort((short) method)
                .position(18)
                .putInt(stored.length)
                .putInt((int) bytes)
                .putShort((short) nameBytes.length)
                .putShort((short) (4 + padding))
                .put(nameBytes)
                .put((byte) 'F')
                .put((byte) 'B')
                .putShort((short) padding);
        byte[] extra = zip64
                ? buffer(28)
                        .putShort((short) 1)
                        .putShort((short) 24)
                        .putLong(bytes)
                        .putLong(stored.length)
                        .putLong(headerOffset)
                        .array()
                : new byte[0];
        ByteBuffer entry = buffer(46 + nameBytes.length + extra.length)
                .putInt(0x02014b50)
                .putInt(0)
                .putShort((short) flags)
                .putShort((short) method)
                .position(20)
                .putInt(zip64 ? -1 : stored.length)
                .putInt(zip64 ? -1 : (int) bytes)
                .putShort((short) nameBytes.length)
                .putShort((short) extra.length)
                .position(42)
                .putInt(zip64 ? -1 : (int) headerOffset)
                .put(nameBytes)
                .put(extra);
        out.writeBytes(array(local));
        out.writeBytes(stored);
        directory.writeBytes(array(entry));
        count++;
        return this;
    }

    byte[] finish() {
        return finish(count, directory.size(), out.size());
    }

    byte[] finish(long count, long directoryBytes, long directoryOffset) {
        out.writeBytes(directory.toByteArray());
        if (zip64) {
            int end = out.size();
            out.writeBytes(buffer(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .position(24)
                    .putLong(count)
                    .putLong(count)
                    .putLong(directoryBytes)
                    .putLong(directoryOffset)
                    .array());
            out.writeBytes(buffer(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end)
                    .putInt(1)
                    .array());
        }
        out.writeBytes(buffer(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) (zip64 ? -1 : count))
                .putShort((short) (zip64 ? -1 : count))
                .putInt((int) (zip64 ? -1 : directoryBytes))
                .putInt((int) (zip64 ? -1 : directoryOffset))
                .array());
        return out.toByteArray();
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] array = new byte[buffer.capacity()];
        buffer.get(0, array);
        return array;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
