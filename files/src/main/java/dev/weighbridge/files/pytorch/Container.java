package dev.weighbridge.files.pytorch;

import java.util.Collection;

/// An opened PyTorch file: the object in its pickle, and where its storages are.
///
/// @param kind what its metadata calls it
/// @param root the object that the pickle builds
/// @param globals every function and class that the pickle names
/// @param bigEndian whether its numbers are stored most significant byte first
/// @param storages where the elements are
record Container(
        Kind kind, PickleValue root, Collection<PickleValue.Global> globals, boolean bigEndian, Storages storages) {
    /// The containers that PyTorch has used.
    enum Kind {
        ZIP,
        TORCHSCRIPT,
        LEGACY,
        /// A pickle alone, whose arrays stand inside it.
        PICKLE
    }

    /// Where storages are in the file.
    interface Storages {
        /// First byte of the storage's own data.
        ///
        /// @throws dev.weighbridge.model.error.MalformedException if the file does not hold all of it
        long offset(Storage storage) throws java.io.IOException;
    }
}
