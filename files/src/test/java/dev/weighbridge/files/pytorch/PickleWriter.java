package dev.weighbridge.files.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes pickles of protocol 2, opcode by opcode, as `torch.save` would.
final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static PickleWriter pickle() {
        return new PickleWriter().op(0x80).op(2);
    }

    PickleWriter op(int opcode) {
        out.write(opcode);
        return this;
    }

    PickleWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    PickleWriter mark() {
        return op('(');
    }

    PickleWriter none() {
        return op('N');
    }

    PickleWriter flag(boolean value) {
        return op(value ? 0x88 : 0x89);
    }

    PickleWriter integer(long value) {
        op(0x8a).op(8);
        return bytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    PickleWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return op('X').length(bytes.length).bytes(bytes);
    }

    PickleWriter length(int length) {
        return bytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .array());
    }

    PickleWriter global(String module, String name) {
        return op('c').bytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    PickleWriter tuple(long... values) {
        mark();
        for (long value : values) {
            integer(value);
        }
        return op('t');
    }

    /// A storage of `torch`, by type and key.
    PickleWriter storage(String type, String key, long elements) {
        return mark().text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .integer(elements)
                .op('t')
                .op('Q');
    }

    /// A view of a storage, as `torch._utils._rebuild_tensor_v2` makes it.
    PickleWriter tensor(String type, String key, long elements, long offset, long[] shape, long[] stride) {
        global("torch._utils", "_rebuild_tensor_v2").mark();
        storage(type, key, elements).integer(offset).tuple(shape).tuple(stride).flag(false);
        return global("collections", "OrderedDict").op(')').op('R').op('t').op('R');
    }

    /// A whole F32 storage as one tensor.
    PickleWriter tensor(String key, long... shape) {
        long elements = 1;
        long[] stride = new long[shape.length];
        for (int i = shape.length - 1; i >= 0; i--) {
            stride[i] = elements;
            elements *= shape[i];
        }
        return tensor("FloatStorage", key, elements, 0, shape, stride);
    }

    byte[] stop() {
        op('.');
        return out.toByteArray();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
