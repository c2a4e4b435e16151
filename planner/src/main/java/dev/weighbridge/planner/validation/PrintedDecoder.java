package dev.weighbridge.planner.validation;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A decoder of an architecture that no family knows, as far as a file's metadata describes any: heads, windows and
/// feed-forwards layer by layer. A layer without key heads has no cache.
final class PrintedDecoder {
    private static final double EPSILON = 1e-5;

    private final Map<String, @Nullable Object> metadata;
    private final String architecture;

    private PrintedDecoder(Config metadata) {
        this.metadata = metadata.values();
        this.architecture = metadata.text("general.architecture");
    }

    /// The decoder; empty where the metadata lacks layers, width or heads.
    static Optional<Blueprint> of(Config metadata, boolean tied) {
        PrintedDecoder decoder = new PrintedDecoder(metadata);
        long hidden = decoder.at("embedding_length", 0);
        long layers = decoder.at("block_count", 0);
        if (hidden <= 0 || layers <= 0 || layers > Config.MAX_COUNT || decoder.at("attention.head_count", 0) <= 0) {
            return Optional.empty();
        }
        long vocabulary = Math.max(1, decoder.at("vocab_size", 0));
        Map<String, Block> distinct = new HashMap<>();
        // layers that were pruned to nothing (Nemotron's) hold nothing
        int[] kept = IntStream.range(0, (int) layers)
                .filter(index -> !decoder.isEmpty(index))
                .toArray();
        Repeat blocks = Repeat.of(
                "layers",
                kept.length,
                index -> distinct.computeIfAbsent(
                        decoder.signature(kept[index]), _ -> decoder.layer(kept[index], hidden)));
        Block head = Head.of("lm_head", hidden, vocabulary);
        Block root = Sequence.of(
                "",
                Embedding.of("embed_tokens", vocabulary, hidden),
                blocks,
                Norm.rms("norm", hidden, EPSILON),
                tied ? new Tied(head, "embed_tokens") : head);
        return Optional.of(new Blueprint(decoder.architecture, "printed", decoder.config(hidden, layers), root));
    }

    private Config config(long hidden, long layers) {
        Map<String, @Nullable Object> config = new LinkedHashMap<>();
        config.put("hidden_size", hidden);
        config.put("num_hidden_layers", layers);
        config.put("vocab_size", at("vocab_size", 0));
        config.put("max_position_embeddings", at("context_length", 0));
        return Config.of(config);
    }

    private boolean isEmpty(int index) {
        return keyHeads(index) == 0
                && at("feed_forward_length", index) == 0
                && at("ssm.inner_size", 0) == 0
                && !isMixture(index);
    }

    private String signature(int index) {
        return at("attention.head_count", index) + " " + keyHeads(index) + " " + at("feed_forward_length", index) + " "
                + isWindowed(index) + " " + isMixture(index);
    }

    private Block layer(int index, long hidden) {
        List<Block> parts = new ArrayList<>();
        long keyHeads = keyHeads(index);
        long heads = at("attention.head_count", index);
        if (heads > 0 && keyHeads > 0) {
            long headDim = Math.max(1, at("attention.key_length", 0));
            long valueDim = Math.max(1, at("attention.value_length", 0));
            Span span = isWindowed(index) ? Span.window(at("attention.sliding_window", 0)) : Span.causal();
            Heads all = new Heads(Math.toIntExact(heads), Math.toIntExact(keyHeads), headDim, valueDim, 0, 0);
            parts.add(Residual.of(
                    Norm.rms("input_layernorm", hidden, EPSILON),
                    GroupedAttention.of(hidden, all).span(span).build()));
        } else if (at("ssm.inner_size", 0) > 0 && at("ssm.state_size", 0) > 0) {
            parts.add(Residual.of(Norm.rms("input_layernorm", hidden, EPSILON), recurrence(hidden)));
        }
        Norm norm = Norm.rms("post_attention_layernorm", hidden, EPSILON);
        long inner = at("feed_forward_length", index);
        if (isMixture(index)) {
            parts.add(Residual.of(norm, mixture(hidden)));
        } else if (inner > 0) {
            parts.add(Residual.of(norm, FeedForwards.gated("mlp", hidden, inner, "silu", false)));
        }
        return Sequence.of("", parts);
    }

    private Block recurrence(long hidden) {
        long kernel = Math.max(1, at("ssm.conv_kernel", 0));
        Mamba mixer = Mamba.of("mixer", hidden, at("ssm.inner_size", 0), at("ssm.state_size", 0), kernel);
        int heads = Math.toIntExact(Math.max(1, at("ssm.time_step_rank", 0)));
        return mixer.second(heads, Math.toIntExact(Math.max(1, at("ssm.group_count", 0))), 0);
    }

    private Block mixture(long hidden) {
        long inner = Math.max(1, at("expert_feed_forward_length", 0));
        FeedForward expert = FeedForwards.gated("", hidden, inner, "silu", false);
        int count = Math.toIntExact(at("expert_count", 0));
        int active = Math.toIntExact(Math.min(count, at("expert_used_count", 0)));
        return MixtureOfExperts.of(expert, count, active).router("gate", hidden).build();
    }

    /// None where only every so many layers attend and this is another.
    private long keyHeads(int index) {
        long interval = at("full_attention_interval", 0);
        return interval > 1 && (index + 1) % interval != 0 ? 0 : at("attention.head_count_kv", index);
    }

    private boolean isMixture(int index) {
        return at("expert_count", 0) > 0 && index >= at("leading_dense_block_count", 0);
    }

    /// Of every `n` layers the last is full.
    private boolean isWindowed(int index) {
        if (at("attention.sliding_window", 0) <= 0) {
            return false;
        }
        String key = architecture + ".attention.sliding_window_pattern";
        if (metadata.get(key) instanceof List<?> list && index < list.size()) {
            return Long.valueOf(1).equals(list.get(index)) || Boolean.TRUE.equals(list.get(index));
        }
        long period = at("attention.sliding_window_pattern", 0);
        return period > 1 && (index + 1) % period != 0;
    }

    /// A figure, or the one that a list has for this layer; 0 where there is none.
    private long at(String key, int index) {
        return switch (metadata.get(architecture + "." + key)) {
            case Long value -> value;
            case List<?> list when index < list.size() && list.get(index) instanceof Long value -> value;
            case null, default -> 0;
        };
    }
}
