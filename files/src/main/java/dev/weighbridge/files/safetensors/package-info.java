/// Safetensors: tensors of a model as plain numbers behind a JSON header, in one file or sharded under an index.
///
/// Start at [SafetensorsReader]. Only headers are read.
///
/// | at | what | as |
/// |---|---|---|
/// | 0 | header length | u64, little-endian, at most 100,000,000 |
/// | 8 | header | JSON: `{"name": {"dtype": …, "shape": […], "data_offsets": [begin, end]}, …, "__metadata__": {…}}` |
/// | 8 + length | data | every byte belongs to exactly one tensor; offsets count from here |
///
/// @see <a href="https://github.com/huggingface/safetensors#format">The format</a>
@NullMarked
package dev.weighbridge.files.safetensors;

import org.jspecify.annotations.NullMarked;
