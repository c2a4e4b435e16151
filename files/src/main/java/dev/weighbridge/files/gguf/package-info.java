/// GGUF, the single-file format of llama.cpp: versions 2 and 3, either byte order, whole or split over several files.
///
/// Start at [GgufReader]; it gives a checkpoint for a model and a [GgufHeader] for one file. Only the header is read.
///
/// | at | what | as |
/// |---|---|---|
/// | 0 | magic | `GGUF` |
/// | 4 | version | u32; tells the byte order |
/// | 8, 16 | tensor count, metadata count | u64 each |
/// | 24 | metadata | key (string), value type (u32), value |
/// | | tensors | name (string), rank (u32), dimensions fastest first (u64 each), type (u32), offset (u64) |
/// | aligned | data | each tensor at its offset from here, aligned |
///
/// A string is a u64 length and UTF-8 bytes; an array is its item type (u32), a u64 count and the items. The alignment
/// is `general.alignment`, 32 where absent.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF specification</a>
@NullMarked
package dev.weighbridge.files.gguf;

import org.jspecify.annotations.NullMarked;
