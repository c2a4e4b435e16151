package dev.weighbridge.files.shard;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What `model.safetensors.index.json` or `pytorch_model.bin.index.json` says: which shard holds which tensor.
///
/// @param shardOf the shard's path relative to the index, by tensor
/// @param shards every shard, in the order of their first tensors
/// @param totalBytes `metadata.total_size`; -1 where it does not say
record ShardIndex(Map<String, String> shardOf, List<String> shards, long totalBytes) {
    private static final int MAX_BYTES = 200_000_000;
    private static final int MAX_TENSORS = 1_000_000;
    private static final int MAX_SHARDS = 10_000;

    static ShardIndex read(ByteSource source) throws IOException {
        if (source.size() > MAX_BYTES) {
            throw new MalformedException(source.name() + " has " + source.size() + " bytes; an index of at most "
                    + MAX_BYTES + " is accepted");
        }
        byte[] bytes = new byte[(int) source.size()];
        source.readFully(0, ByteBuffer.wrap(bytes));
        JsonReader json = new JsonReader(source.name(), bytes, JsonReader.Dialect.PYTHON);
        Map<String, String> shardOf = new LinkedHashMap<>();
        long totalBytes = -1;
        json.beginObject();
        while (json.hasNext()) {
            switch (json.name()) {
                case "weight_map" -> readWeightMap(json, shardOf);
                case "metadata" -> totalBytes = totalBytes(json);
                default -> json.value();
            }
        }
        json.endDocument();
        if (shardOf.isEmpty()) {
            throw new MalformedException(source.name() + " has no weight_map that names a tensor");
        }
        Set<String> shards = new LinkedHashSet<>(shardOf.values());
        if (shards.size() > MAX_SHARDS) {
            throw new MalformedException(
                    source.name() + " names " + shards.size() + " shards; at most " + MAX_SHARDS + " are accepted");
        }
        return new ShardIndex(shardOf, List.copyOf(shards), totalBytes);
    }

    private static void readWeightMap(JsonReader json, Map<String, String> shardOf) {
        Map<String, String> known = new LinkedHashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String tensor = json.name();
            String shard = json.text();
            String same = known.putIfAbsent(shard, shard);
            if (same == null) {
                checkPath(json, shard);
            }
            if (shardOf.put(tensor, same == null ? shard : same) != null) {
                throw json.malformed("lists the tensor " + tensor + " twice");
            }
            if (shardOf.size() > MAX_TENSORS) {
                throw json.malformed("lists more than " + MAX_TENSORS + " tensors");
            }
        }
    }

    /// An index may only name files beside or below itself.
    private static void checkPath(JsonReader json, String shard) {
        boolean isInside = !shard.isEmpty()
                && shard.charAt(0) != '/'
                && shard.indexOf('\\') < 0
                && shard.indexOf(':') < 0
                && shard.indexOf('\0') < 0
                && !("/" + shard + "/").contains("/../");
        if (!isInside) {
            throw json.malformed("names the shard \"" + shard + "\", which is no path inside the model's folder");
        }
    }

    /// Some writers give the total as a fraction, `1.2E10`.
    private static long totalBytes(JsonReader json) {
        if (!(json.value() instanceof Map<?, ?> metadata) || metadata.get("total_size") == null) {
            return -1;
        }
        Object total = metadata.get("total_size");
        if (total instanceof Number number && number.doubleValue() >= 0) {
            return number.longValue();
        }
        throw json.malformed("gives metadata.total_size as " + total);
    }
}
