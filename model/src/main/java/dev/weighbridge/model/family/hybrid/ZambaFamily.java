package dev.weighbridge.model.family.hybrid;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Mamba;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Zamba (arXiv:2405.16712) and Zamba2 (arXiv:2411.15242): Mamba in every layer, and before it in some one transformer
/// block whose weights they share, reading the layer's input beside the embedding; Zamba2 shares several blocks in turn
/// and adds a low-rank adapter of its own to each use.
final class ZambaFamily {
    private ZambaFamily() {}

    static Family family() {
        Family family = Family.named("zamba");
        TextModel.members(family, "Zamba", ZambaFamily::first, "zamba");
        return TextModel.members(family, "Zamba2", ZambaFamily::second, "zamba2");
    }

    private static Block first(Config config) {
        int period = Math.max(1, config.count("attn_layer_period", 6));
        int offset = config.count("attn_layer_offset", 4);
        List<String> types = types(
                config, index -> index == 2 || (index > 2 && (index - 3) % period == offset) ? "hybrid" : "mamba");
        Sequence shared = Sequence.of("shared_transf", shared(config, Rotary.NONE, feedForward(config)));
        return backbone(config, types, 1, manyHeaded(config), _ -> shared);
    }

    private static Block second(Config config) {
        List<String> types = types(
                config,
                index -> (index > 0 && index <= 42 && index % 6 == 0) || index == 47 || index == 51
                        ? "hybrid"
                        : "mamba");
        int useCount = config.has("hybrid_layer_ids")
                ? config.items("hybrid_layer_ids").size()
                : (int) types.stream().filter("hybrid"::equals).count();
        int blockCount = Math.max(1, config.count("num_mem_blocks", 1));
        long headDim = 2 * config.size("hidden_size") / Math.max(1, config.count("num_attention_heads"));
        Rotary rotary = config.flag("use_mem_rope") ? Rotaries.of(config, headDim) : Rotary.NONE;
        return backbone(
                config,
                types,
                blockCount,
                grouped(config),
                use -> Sequence.of(
                        "shared_transformer",
                        shared(config, rotary, adapted(config, use % blockCount, blockCount, useCount))));
    }

    /// The type of every layer, `hybrid` or not, as many as are given, without a list as the class lays them out.
    private static List<String> types(Config config, IntFunction<String> usual) {
        return config.has("layers_block_type")
                ? config.texts("layers_block_type")
                : IntStream.range(0, config.count("num_hidden_layers"))
                        .mapToObj(usual)
                        .toList();
    }

    private static Block backbone(
            Config config, List<String> types, int blockCount, Block mamba, IntFunction<Sequence> shared) {
        long hidden = config.size("hidden_size");
        List<Integer> uses = IntStream.range(0, types.size())
                .filter(index -> types.get(index).equals("hybrid"))
                .boxed()
                .toList();
        Norm norm = TextModel.norm(config, Norm.Kind.RMS, "final_layernorm");
        Block recurrent = Sequence.of("", Residual.of(norm.renamed("input_layernorm"), mamba));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                Repeat.of("layers", types.size(), index -> {
                    int use = uses.indexOf(index);
                    if (use < 0) {
                        return recurrent;
                    }
                    Sequence own = shared.apply(use);
                    Block block = use < blockCount || !config.flag("tie_word_embeddings", true)
                            ? own
                            : new Tied(own, "layers." + uses.get(use % blockCount) + "." + own.name());
                    return hybrid(block, hidden, norm, mamba);
                }),
                norm);
    }

    /// `x + mamba(norm(x + linear(shared(x))))`.
    private static Block hybrid(Block shared, long hidden, Norm norm, Block mamba) {
        return Sequence.of(
                "",
                Residual.of(
                        Residual.of(shared, Linear.of("linear", hidden, hidden)),
                        Sequence.of("mamba_decoder", norm.renamed("input_layernorm"), mamba)));
    }

    /// The shared block; its attention reads the layer's input and the embedding side by side.
    private static Block[] shared(Config config, Rotary rotary, Block feedForward) {
        long hidden = config.size("hidden_size");
        long width = config.size("attention_hidden_size", 2 * hidden);
        int headCount = config.count("num_attention_heads");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        long headDim = config.size("attention_head_dim", 2 * hidden / headCount);
        Heads heads = Heads.of(headCount, config.count("num_key_value_heads", headCount), headDim);
        double epsilon = TextModel.epsilon(config);
        return new Block[] {
            Norm.rms("input_layernorm", width, epsilon),
            GroupedAttention.of(width, heads)
                    .into(hidden)
                    .rotary(rotary)
                    .scored(1 / Math.sqrt(headDim / 2.0), 0)
                    .build(),
            Norm.rms("pre_ff_layernorm", hidden, epsilon),
            feedForward
        };
    }

    private static Block feedForward(Config config) {
        return FeedForwards.gated(
                "feed_forward",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                false);
    }

    /// The feed-forward of one shared block, with the adapters of all its uses, numbered by use.
    private static Block adapted(Config config, int block, int blockCount, int useCount) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size", 4 * hidden);
        long rank = config.size("adapter_rank", 128);
        boolean bias = config.flag("add_bias_linear");
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(Slot.GATE_UP, Linear.of("gate_up_proj", hidden, 2 * inner, bias)));
        parts.add(new Part(Slot.DOWN, Linear.of("down_proj", inner, hidden, bias)));
        for (int use = block; use < useCount; use += blockCount) {
            parts.add(new Part(
                    Slot.OTHER,
                    Sequence.of(
                            "gate_up_proj_adapter_list." + use,
                            Linear.of("0", hidden, rank),
                            Linear.of("1", rank, 2 * inner))));
        }
        return new FeedForward("feed_forward", hidden, inner, Activation.of(config.text("hidden_act")), true, parts);
    }

    /// Mamba 1 whose channels form heads with projections of their own.
    private static Block manyHeaded(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.count("mamba_expand") * hidden;
        int headCount = config.count("n_mamba_heads");
        if (headCount == 0) {
            throw config.malformed("n_mamba_heads", "must not be 0");
        }
        long headDim = inner / headCount;
        long state = config.size("mamba_d_state");
        long rank = MambaFamily.stepRank(config, "mamba_dt_rank");
        long kernel = config.size("mamba_d_conv");
        boolean bias = config.flag("mamba_proj_bias");
        return new StateSpace(
                "mamba",
                1,
                inner,
                state,
                headCount,
                1,
                kernel,
                0,
                List.of(
                        new Part(Slot.INPUT, Linear.of("in_proj", hidden, 2 * inner, bias)),
                        new Part(
                                Slot.CONVOLUTION,
                                Convolution.causal("conv1d", inner, kernel, config.flag("mamba_conv_bias", true))),
                        new Part(Slot.DYNAMICS, Table.of("x_proj_weight", headCount, rank + 2 * state, headDim)),
                        new Part(Slot.DYNAMICS, Table.of("dt_proj_weight", headCount, headDim, rank)),
                        new Part(Slot.DYNAMICS, Table.of("dt_proj_bias", headCount, headDim)),
                        new Part(Slot.DYNAMICS, Table.of("A_log", headCount, headDim, state)),
                        new Part(Slot.DYNAMICS, Table.of("D", headCount, headDim)),
                        new Part(Slot.OUTPUT, Linear.of("out_proj", inner, hidden, bias))));
    }

    private static Block grouped(Config config) {
        long hidden = config.size("hidden_size");
        long inner = (long) (config.number("mamba_expand") * hidden);
        int groupCount = config.count("mamba_ngroups", 1);
        boolean bias = config.flag("add_bias_linear");
        return Mamba.of("mamba", hidden, inner, config.size("mamba_d_state"), config.size("mamba_d_conv"))
                .bias(bias, true, bias)
                .with(Slot.GATED_NORM, Norm.rms("norm", inner, 1e-5).grouped(groupCount))
                .second(config.count("n_mamba_heads"), groupCount, config.size("chunk_size", 256));
    }
}
