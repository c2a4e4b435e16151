package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.memory.llamacpp.Architecture.CacheKind;
import dev.weighbridge.planner.memory.llamacpp.Architecture.Indexer;
import java.util.ArrayList;
import java.util.List;

/// What one layer keeps of the past.
///
/// @param rows elements kept for each position
/// @param states numbers of 32 bits kept for each sequence, tensor by tensor
record LayerMemory(List<Row> rows, List<Long> states) {
    /// What is kept for a position.
    ///
    /// @param reach for which positions
    /// @param keys elements of the key, or of the latent in its place
    /// @param values elements of the value; 0 where there is none
    /// @param stride positions that one row stands for; 1 for all but compressed ones
    record Row(Reach reach, long keys, long values, long stride) {}

    /// The positions that a layer keeps.
    enum Reach {
        ALL,
        WINDOW,
        /// Keys by which an indexer selects positions.
        INDEX,
        /// Means of several positions.
        COMPRESSED
    }

    /// Copies the lists.
    LayerMemory {
        rows = List.copyOf(rows);
        states = List.copyOf(states);
    }

    /// What latent attention keeps.
    enum LatentCache {
        /// Keys and values of every head.
        EXPANDED,
        LATENT,
        /// The latent, and once more transposed.
        LATENT_TWICE
    }

    /// What each layer of a model keeps, in the order of llama.cpp's numbers.
    static List<LayerMemory> of(
            Anatomy model, Architecture architecture, LatentCache latentCache, boolean keepsWindows) {
        Reading reading = new Reading(model, architecture, latentCache, keepsWindows);
        return cachedLayers(model, architecture).stream().map(reading::read).toList();
    }

    /// The largest window among the layers that have a cache of their own for it; 0 where there is none.
    static long window(Anatomy model, Architecture architecture, boolean keepsWindows) {
        if (!architecture.keepsWindows() || !keepsWindows) {
            return 0;
        }
        return model.textLayers().stream()
                .flatMap(layer -> layer.attentions().stream())
                .map(Attention::span)
                .filter(LayerMemory::isWindowed)
                .mapToLong(Span::size)
                .max()
                .orElse(0);
    }

    private static boolean isWindowed(Span span) {
        return span.kind() == Span.Kind.WINDOW || span.kind() == Span.Kind.CHUNK;
    }

    /// An encoder-decoder has as many caches as its encoder has layers, of the decoder's shape.
    private static List<Layer> cachedLayers(Anatomy model, Architecture architecture) {
        List<Layer> layers = model.textLayers();
        if (!architecture.countsEncoderLayers() || layers.isEmpty()) {
            return layers;
        }
        int first = layers.getFirst().stack();
        return layers.stream().filter(layer -> layer.stack() == first).toList();
    }

    /// The reading of one layer after the other.
    private record Reading(Anatomy model, Architecture architecture, LatentCache latentCache, boolean keepsWindows) {
        LayerMemory read(Layer layer) {
            List<Row> rows = new ArrayList<>(1);
            List<Long> states = new ArrayList<>(2);
            for (Block mixer : layer.mixers()) {
                switch (mixer) {
                    case Attention attention -> keep(attention, rows, states);
                    case StateSpace space -> {
                        long mixed = space.version() == 1 ? 0 : 2L * space.groupCount() * space.stateSize();
                        states.add((space.kernel() - 1) * (space.innerSize() + mixed));
                        states.add(space.stateSize() * space.innerSize());
                    }
                    case LinearAttention linear -> keep(linear, states);
                    case Convolution _ -> {}
                    default -> {}
                }
            }
            return new LayerMemory(rows, states);
        }

        private void keep(Attention attention, List<Row> rows, List<Long> states) {
            Span span = attention.span();
            if (attention.sharesCache()
                    || span.kind() == Span.Kind.CROSS
                    || architecture.cacheKind() == CacheKind.NONE) {
                return;
            }
            if (architecture.cacheKind() == CacheKind.COMPRESSED) {
                keepCompressed(attention, rows, states);
                return;
            }
            Heads heads = attention.heads();
            boolean windowed = keepsWindows && architecture.keepsWindows() && isWindowed(span);
            Reach reach = windowed ? Reach.WINDOW : Reach.ALL;
            if (heads.latentRank() == 0) {
                rows.add(new Row(reach, heads.keyWidth(), heads.valueWidth(), 1));
            } else if (latentCache != LatentCache.EXPANDED && !architecture.expandsLatents()) {
                long again = latentCache == LatentCache.LATENT_TWICE ? heads.latentRank() : 0;
                rows.add(new Row(reach, heads.latentRank() + heads.latentRotaryDim(), again, 1));
            } else {
                long count = heads.headCount();
                rows.add(new Row(reach, count * heads.headDim(), count * heads.valueHeadDim(), 1));
            }
            if (architecture.indexer() != Indexer.NONE && has(attention, Slot.INDEXER)) {
                boolean unread = architecture.indexer() == Indexer.KEYS_AND_VALUES;
                long values = unread ? heads.valueHeadDim() : 0;
                rows.add(new Row(Reach.INDEX, indexerWidth(), values, 1));
            }
        }

        /// DeepSeek V4 (`llama-kv-cache-dsv4.cpp`): a window of keys that are values too; one mean of
        /// keys for every
        /// `stride` positions, which the compressor makes from the keys and scores it holds in 32 bits.
        /// Means that an
        /// indexer selects overlap: they are made of twice as many positions and columns.
        private void keepCompressed(Attention attention, List<Row> rows, List<Long> states) {
            long width = attention.heads().headDim();
            long stride = attention.span().stride();
            rows.add(new Row(Reach.WINDOW, width, 0, 1));
            if (stride == 0) {
                return;
            }
            rows.add(new Row(Reach.COMPRESSED, width, 0, stride));
            if (!has(attention, Slot.INDEXER)) {
                states.add(width * stride);
                states.add(width * stride);
                return;
            }
            long index = indexerWidth();
            rows.add(new Row(Reach.COMPRESSED, index, 0, stride));
            for (long kept : new long[] {width, width, index, index}) {
                states.add(2 * kept * 2 * stride);
            }
        }

        private void keep(LinearAttention linear, List<Long> states) {
            long key = linear.keyHeadCount() * linear.keyHeadDim();
            long value = linear.valueHeadCount() * linear.valueHeadDim();
            long matrix = linear.valueHeadCount() * linear.keyHeadDim() * linear.valueHeadDim();
            long steps = Math.max(0, linear.kernel() - 1);
            switch (linear.kind()) {
                case GATED_DELTA, KIMI_DELTA -> {
                    states.add(steps * (2 * key + value));
                    states.add(matrix);
                }
                case LIGHTNING -> states.add(matrix);
                case RWKV -> {
                    states.add(architecture.unstated().tokenShifts()
                            * model.hiddenSize().orElse(value));
                    states.add(matrix);
                }
                case SHORT_CONVOLUTION -> states.add(steps * model.hiddenSize().orElse(value));
                case RG_LRU, XLSTM -> {}
            }
        }

        private long indexerWidth() {
            Config config = model.config();
            Config text = config.has("text_config") ? config.part("text_config") : config;
            Config sparse = text.partOrEmpty("sparse_attention_config");
            return sparse.size("sparse_index_dim", text.size("index_head_dim", 128));
        }

        private static boolean has(Attention attention, Slot slot) {
            return attention.parts().stream().map(Part::slot).anyMatch(slot::equals);
        }
    }
}
