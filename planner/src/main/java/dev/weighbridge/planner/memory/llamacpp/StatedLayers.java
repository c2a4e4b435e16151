package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Reach;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What layers keep where no family knows the architecture: what llama.cpp itself reads off a file's
/// metadata, whatever
/// the architecture (`llama_model_base::load_hparams`).
///
/// @param config the metadata in the words of `config.json`
record StatedLayers(Config config) {
    /// What each layer keeps; none where the metadata does not say how many there are.
    List<LayerMemory> layers() {
        int count = config.count("num_hidden_layers", 0);
        int heads = config.values().get("num_attention_heads") instanceof List<?>
                ? config.counts("num_attention_heads").stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(0)
                : config.count("num_attention_heads", 0);
        if (count == 0 || heads == 0) {
            return List.of();
        }
        long headDim = config.size("head_dim", config.size("hidden_size", 0) / heads);
        long valueDim = config.size("v_head_dim", headDim);
        long[] keyHeads = keyHeads(count, heads);
        List<LayerMemory> layers = new ArrayList<>();
        for (int layer = 0; layer < count; layer++) {
            layers.add(new LayerMemory(rows(layer, keyHeads[layer], headDim, valueDim), List.of()));
        }
        return layers;
    }

    /// A number for each layer, or one for all.
    private long[] keyHeads(int count, int heads) {
        if (!config.has("num_key_value_heads")) {
            long[] all = new long[count];
            Arrays.fill(all, heads);
            return all;
        }
        if (config.values().get("num_key_value_heads") instanceof List<?> list && list.size() != count) {
            return Arrays.copyOf(
                    config.integers("num_key_value_heads").stream()
                            .mapToLong(Long::longValue)
                            .toArray(),
                    count);
        }
        return config.sizes("num_key_value_heads", count);
    }

    private List<Row> rows(int layer, long keyHeads, long headDim, long valueDim) {
        List<String> types = config.texts("layer_types");
        boolean windowed = layer < types.size() && types.get(layer).equals("sliding_attention");
        Reach reach = windowed && config.integer("sliding_window", 0) > 0 ? Reach.WINDOW : Reach.ALL;
        List<Row> rows = new ArrayList<>(2);
        long latent = config.size("kv_lora_rank", 0);
        if (latent > 0) {
            // files state latent and rotary part together as the length of the one key
            long rotary = config.size("qk_rope_head_dim", Math.max(0, headDim - latent));
            rows.add(new Row(reach, latent + rotary, 0, 1));
        } else if (keyHeads > 0) {
            rows.add(new Row(reach, keyHeads * headDim, keyHeads * valueDim, 1));
        }
        if (config.size("index_head_dim", 0) > 0) {
            rows.add(new Row(Reach.INDEX, config.size("index_head_dim"), 0, 1));
        }
        return rows;
    }
}
