/// JSON as it stands in model files: safetensors headers, `config.json`, shard indexes.
///
/// Start at [JsonReader]. It stands in for a library because it is part of the header readers' hot path: a library's
/// classes take longer to load than most headers take to read, and a header of 30,000 tensors is read several times
/// faster in a cold process. It refuses what strict readers refuse and holds no more than its limits allow.
@NullMarked
package dev.weighbridge.files.json;

import org.jspecify.annotations.NullMarked;
