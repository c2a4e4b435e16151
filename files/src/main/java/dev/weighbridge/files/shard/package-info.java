/// Models in several files: their index, and the files put together into one checkpoint.
///
/// Start at [Shards]. Hugging Face's naming and `.index.json` serve safetensors and PyTorch alike; nothing here
/// knows what is inside a file.
@NullMarked
package dev.weighbridge.files.shard;

import org.jspecify.annotations.NullMarked;
