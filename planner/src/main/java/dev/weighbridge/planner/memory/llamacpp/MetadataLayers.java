package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.memory.llamacpp.Architecture.CacheKind;
import dev.weighbridge.planner.memory.llamacpp.Architecture.Indexer;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Reach;
import dev.weighbridge.planner.memory.llamacpp.LayerMemory.Row;
import java.util.ArrayList;
import java.util.List;

/// What layers keep where no family knows the architecture: what llama.cpp itself reads off a file's
/// metadata, whatever
/// the architecture (`llama_model_base::load_hparams`, `llama_hparams::n_embd_r`, `n_embd_s`).
///
/// @param metadata of the file, keys without the architecture before them
/// @param architecture with its defaults for what the metadata may leave out
record MetadataLayers(Config metadata, Architecture architecture) {
    private static final int LIGHTNING_INTERVAL = 8;

    /// What each layer keeps; none where the metadata does not say how many there are.
    ///
    /// @param isLatent whether latent attention keeps latents
    /// @param keepsWindows whether sliding windows have caches of their own
    List<LayerMemory> layers(boolean isLatent, boolean keepsWindows) {
        List<LayerMemory> layers = new ArrayList<>();
        for (int layer = 0; layer < layerCount(); layer++) {
            boolean recurrent = architecture.unstated().recurrence().isRecurrent(this, layer);
            boolean attends = architecture.unstated().recurrence().attends(this, layer);
            List<Row> rows = attends ? rows(layer, isLatent, keepsWindows) : List.of();
            layers.add(new LayerMemory(rows, recurrent ? states(layer) : List.of()));
        }
        return layers;
    }

    /// Positions of the sliding window; 0 where there is none.
    long window(boolean keepsWindows) {
        return keepsWindows && architecture.keepsWindows() ? metadata.size("attention.sliding_window", 0) : 0;
    }

    private int layerCount() {
        return Math.max(0, metadata.count("block_count", 0) - metadata.count("nextn_predict_layers", 0));
    }

    /// The number under a key for a layer: of a list its item, else the same for all.
    private long at(String key, int layer, long fallback) {
        if (metadata.values().get(key) instanceof List<?> list) {
            return layer < list.size() ? metadata.integers(key).get(layer) : fallback;
        }
        return metadata.size(key, fallback);
    }

    long heads(int layer) {
        return at("attention.head_count", layer, 0);
    }

    long keyHeads(int layer) {
        return at("attention.head_count_kv", layer, heads(layer));
    }

    long innerSize(int layer) {
        return at("feed_forward_length", layer, 0);
    }

    /// `attention.recurrent_layers`, or all but every n-th.
    boolean isBetweenFull(int layer, int usualInterval) {
        if (metadata.values().get("attention.recurrent_layers") instanceof List<?> list) {
            return layer < list.size() && isSet(list.get(layer));
        }
        int interval = Math.max(1, metadata.count("full_attention_interval", usualInterval));
        return (layer + 1) % interval != 0;
    }

    boolean hasStates() {
        return metadata.size("ssm.inner_size", 0) > 0
                || metadata.size("shortconv.l_cache", 0) > 0
                || metadata.size("kda.head_dim", 0) > 0;
    }

    private List<Row> rows(int layer, boolean isLatent, boolean keepsWindows) {
        if (architecture.cacheKind() == CacheKind.NONE) {
            return List.of();
        }
        boolean windowed = window(keepsWindows) > 0 && isWindowed(layer);
        Reach reach = windowed ? Reach.WINDOW : Reach.ALL;
        long keys = headSize("attention.key_length", windowed) * keyHeads(layer);
        long values = headSize("attention.value_length", windowed) * keyHeads(layer);
        boolean mla = metadata.size("attention.key_length_mla", 0) > 0;
        long heads = Math.max(1, heads(layer));
        List<Row> rows = new ArrayList<>(2);
        if (mla && !isLatent) {
            rows.add(new Row(
                    reach,
                    heads * metadata.size("attention.key_length_mla"),
                    heads * metadata.size("attention.value_length_mla"),
                    1));
        } else if (keys > 0) {
            rows.add(new Row(reach, keys, mla ? 0 : values, 1));
        }
        if (architecture.indexer() != Indexer.NONE && !windowed && isIndexed(layer)) {
            long unread =
                    architecture.indexer() == Indexer.KEYS_AND_VALUES ? headSize("attention.value_length", false) : 0;
            rows.add(new Row(Reach.INDEX, metadata.size("attention.indexer.key_length", 0), unread, 1));
        }
        return rows;
    }

    /// The length for layers with a window where it differs; where neither is stated, the width by the
    /// heads.
    private long headSize(String key, boolean windowed) {
        long usual = metadata.size("embedding_length", 0) / Math.max(1, heads(0));
        long full = metadata.size(key, heads(0) == 0 ? 0 : usual);
        return windowed ? metadata.size(key + "_swa", full) : full;
    }

    private boolean isWindowed(int layer) {
        Object pattern = metadata.values().get("attention.sliding_window_pattern");
        if (pattern instanceof List<?> list) {
            return layer < list.size() && isSet(list.get(layer));
        }
        int period = metadata.count(
                "attention.sliding_window_pattern", architecture.unstated().windowPeriod());
        if (period == 0) {
            return true;
        }
        return architecture.unstated().startsFull() ? layer % period != 0 : layer % period < period - 1;
    }

    private boolean isIndexed(int layer) {
        if (metadata.values().get("attention.indexer.types") instanceof List<?> list) {
            return layer < list.size() && isSet(list.get(layer));
        }
        return metadata.size("attention.indexer.key_length", 0) > 0
                && layer
                        >= (architecture.indexer() == Indexer.KEYS_AND_VALUES
                                ? metadata.count("leading_dense_block_count", 0)
                                : 0);
    }

    private static boolean isSet(Object flag) {
        return Boolean.TRUE.equals(flag) || Long.valueOf(1).equals(flag);
    }

    private List<Long> states(int layer) {
        long hidden = metadata.size("embedding_length", 0);
        long steps = Math.max(0, metadata.size("ssm.conv_kernel", 0) - 1);
        long delta = metadata.size("kda.head_dim", 0);
        if (metadata.size("wkv.head_size", 0) > 0) {
            long shifts =
                    metadata.size("token_shift_count", architecture.unstated().tokenShifts());
            return List.of(shifts * hidden, hidden * metadata.size("wkv.head_size"));
        }
        if (metadata.size("shortconv.l_cache", 0) > 0) {
            return List.of(hidden * (metadata.size("shortconv.l_cache") - 1));
        }
        if (delta > 0) {
            long kept = metadata.has("ssm.conv_kernel") ? steps : 3;
            return List.of(3 * kept * heads(0) * delta, delta * delta * heads(0));
        }
        if (architecture.unstated().recurrence() == Recurrence.LIGHTNING) {
            long width = headSize("attention.key_length", false);
            return List.of(width * width * heads(0));
        }
        long inner = metadata.size("ssm.inner_size", 0);
        long state = metadata.size("ssm.state_size", 0);
        long mixed = 2 * metadata.size("ssm.group_count", 0) * state;
        List<Long> states = new ArrayList<>(List.of(steps * (inner + mixed), state * inner));
        if (metadata.integers("ple.layers").contains((long) layer)) {
            states.add(wordHistory());
        }
        return states;
    }

    /// The past that n-gram embeddings look back on (Qwen4's `ple_conv_state`).
    private long wordHistory() {
        return (metadata.size("ple.conv_kernel", 1) - 1)
                * metadata.size("ple.ngram_size", 0)
                * metadata.size("hyper_connection.count", 1)
                * metadata.size("embedding_length", 0);
    }

    /// Which layers have a state in place of a cache.
    enum Recurrence {
        /// Those without key heads, where the file has states at all.
        HEADLESS {
            @Override
            boolean isRecurrent(MetadataLayers layers, int layer) {
                return layers.hasStates() && layers.keyHeads(layer) == 0;
            }
        },
        /// Those without key heads and feed-forward: a layer does one thing (Nemotron-H).
        SINGLE {
            @Override
            boolean isRecurrent(MetadataLayers layers, int layer) {
                return layers.keyHeads(layer) == 0 && layers.innerSize(layer) == 0;
            }

            @Override
            boolean attends(MetadataLayers layers, int layer) {
                return layers.keyHeads(layer) > 0 && layers.innerSize(layer) == 0;
            }
        },
        /// All but every n-th.
        INTERVAL {
            @Override
            boolean isRecurrent(MetadataLayers layers, int layer) {
                return layers.isBetweenFull(layer, 4);
            }
        },
        /// All but every n-th, without a convolution.
        LIGHTNING {
            @Override
            boolean isRecurrent(MetadataLayers layers, int layer) {
                return layers.isBetweenFull(layer, LIGHTNING_INTERVAL);
            }
        },
        /// All.
        ALWAYS {
            @Override
            boolean isRecurrent(MetadataLayers layers, int layer) {
                return true;
            }
        },
        /// All, beside a cache.
        BESIDE {
            @Override
            boolean isRecurrent(MetadataLayers layers, int layer) {
                return true;
            }

            @Override
            boolean attends(MetadataLayers layers, int layer) {
                return true;
            }
        };

        abstract boolean isRecurrent(MetadataLayers layers, int layer);

        boolean attends(MetadataLayers layers, int layer) {
            return !isRecurrent(layers, layer);
        }
    }
}
