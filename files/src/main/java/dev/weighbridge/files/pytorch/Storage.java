package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Global;
import dev.weighbridge.files.pytorch.PickleValue.Int;
import dev.weighbridge.files.pytorch.PickleValue.Persistent;
import dev.weighbridge.files.pytorch.PickleValue.Sequence;
import dev.weighbridge.files.pytorch.PickleValue.Text;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import java.util.List;

/// A run of elements that tensors are views of, as a persistent id `('storage', type, key, location, count)` names
/// it.
///
/// @param key under which the container keeps it
/// @param dataType of its elements; U8 for an untyped storage
/// @param elements their number
/// @param offsetElements where a view of another storage begins in that one (legacy files only)
record Storage(String key, DataType dataType, long elements, long offsetElements) {
    /// The storage that a persistent id names.
    ///
    /// @param file the file's name, for messages
    static Storage of(Persistent persistent, String file) {
        if (!(persistent.id() instanceof Sequence(List<PickleValue> id))
                || id.size() < 5
                || !(id.get(0) instanceof Text what && what.value().equals("storage"))
                || !(id.get(2) instanceof Text key)
                || !(id.get(4) instanceof Int(long elements))) {
            throw new MalformedException(file + ": a reference to outside data that is no storage");
        }
        Global type = storageType(id.get(1));
        DataType dataType = TorchTypes.ofStorage(type);
        if (dataType == null) {
            throw new UnsupportedException(
                    file + ": storage " + key.value() + " is of the unknown type " + type.qualified());
        }
        if (elements < 0 || elements > Long.MAX_VALUE / dataType.blockBytes()) {
            throw new MalformedException(file + ": storage " + key.value() + " has " + elements + " elements");
        }
        return new Storage(key.value(), dataType, elements, 0).viewed(id, file);
    }

    private static Global storageType(PickleValue value) {
        return value instanceof Global global ? global : new Global("", "(no class)");
    }

    /// Applies the legacy format's sixth item `(key, offset, count)`.
    private Storage viewed(List<PickleValue> id, String file) {
        if (id.size() < 6 || !(id.get(5) instanceof Sequence(List<PickleValue> view))) {
            return this;
        }
        if (view.size() != 3
                || !(view.get(1) instanceof Int(long offset))
                || !(view.get(2) instanceof Int(long count))
                || offset < 0
                || count < 0
                || offset > elements
                || count > elements - offset) {
            throw new MalformedException(file + ": storage " + key + " has a view outside itself");
        }
        return new Storage(key, dataType, elements, offset);
    }

    /// Its length in bytes.
    long bytes() {
        return elements * dataType.blockBytes();
    }
}
