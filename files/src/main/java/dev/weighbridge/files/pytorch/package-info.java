/// PyTorch's own files (`.bin`, `.pt`, `.pth`, `.ckpt`): read for names, shapes and byte ranges, never run.
///
/// | container | layout |
/// |---|---|
/// | zip, since PyTorch 1.6 | `NAME/data.pkl`, the pickle; per storage `NAME/data/KEY`, not deflated; `NAME/byteorder`
/// |
/// | TorchScript | the same, with `NAME/code/` and `NAME/constants.pkl` |
/// | legacy | pickles of a magic number, of 1001, of system facts, of the object, of the storage keys; the storages |
///
/// Start at [PytorchReader]. A pickle is a program for a small stack machine; [PickleReader] carries it out with
/// inert records in place of every function and class, [TensorTree] finds the tensors among them, [StateDict]
/// those of the model. Formats: Python's `Lib/pickletools.py`, PyTorch's `torch/serialization.py`, PKWARE's
/// APPNOTE 6.3.10.
@NullMarked
package dev.weighbridge.files.pytorch;

import org.jspecify.annotations.NullMarked;
