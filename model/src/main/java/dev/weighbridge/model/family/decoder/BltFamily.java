package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Byte latent transformer (arXiv:2412.09871): a small model of bytes cuts the text into patches where it is surprised;
/// an
/// encoder pools bytes into patches by cross-attention, a large transformer works on patches, and a decoder attends to
/// them while it writes bytes. Hashes of the last few bytes have embeddings of their own.
final class BltFamily {
    private BltFamily() {}

    static Family family() {
        return Family.named("blt")
                .architecture(BltFamily::causal, "BltForCausalLM")
                .architecture(BltFamily::backbone, "BltModel")
                .backbone(BltFamily::backbone, "blt");
    }

    private static Block causal(Config config) {
        Head head = Head.of("lm_head", config.part("decoder_config").size("hidden_size"), config.size("vocab_size"));
        return Sequence.of(
                "",
                Sequence.of("model", backbone(config)),
                TextModel.head(config, head, "model.local_encoder.embed_tokens"));
    }

    private static Block backbone(Config config) {
        Config encoder = config.part("encoder_config");
        Config global = config.part("global_config");
        List<Block> blocks = new ArrayList<>();
        if (config.flag("patch_in_forward", true)) {
            blocks.add(patcher(config.part("patcher_config")));
        }
        blocks.add(hashes(config, encoder));
        blocks.add(encoder(encoder));
        blocks.add(global(global, Math.multiplyExact(encoder.size("hidden_size"), config.size("cross_attn_k"))));
        blocks.add(decoder(config.part("decoder_config")));
        return Sequence.of("", blocks);
    }

    /// One table holds the rows of all group sizes, one hash function after the other.
    private static Block hashes(Config config, Config encoder) {
        int groupSizes = config.has("encoder_hash_byte_group_size")
                ? config.items("encoder_hash_byte_group_size").size()
                : 6;
        long tables = Math.multiplyExact(config.size("encoder_hash_byte_group_nb_functions"), groupSizes);
        long rows = Math.multiplyExact(config.size("encoder_hash_byte_group_vocab"), tables);
        return Embedding.of("encoder_hash_tok_embedding", rows, encoder.size("hidden_size"));
    }

    private static Block patcher(Config config) {
        return Sequence.of(
                "patcher",
                bytes(config),
                layers(config),
                TextModel.norm(config, Norm.Kind.RMS, "norm"),
                Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size")));
    }

    private static Block encoder(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "local_encoder",
                bytes(config),
                layers(config),
                Linear.of("patch_embedding_projection", hidden, hidden * config.size("cross_attn_k")),
                crossLayers(config));
    }

    private static Block global(Config config, long patchWidth) {
        long hidden = config.size("hidden_size");
        return patchWidth == hidden
                ? Sequence.of("global_transformer", layers(config))
                : Sequence.of(
                        "global_transformer",
                        Linear.of("token_embedding_projection", patchWidth, hidden),
                        layers(config));
    }

    private static Block decoder(Config config) {
        long hidden = config.size("hidden_size");
        return Sequence.of(
                "local_decoder",
                Linear.of(
                        "patch_embedding_projection",
                        config.size("hidden_size_global"),
                        hidden * config.size("cross_attn_k")),
                crossLayers(config),
                layers(config),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    private static Block bytes(Config config) {
        return Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size"));
    }

    private static Heads heads(Config config) {
        return GroupedAttention.heads(config.with("head_dim", null));
    }

    private static Block layers(Config config) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size", 0);
        Heads heads = heads(config);
        Block attention = GroupedAttention.of(hidden, heads)
                .rotary(Rotaries.of(config, heads.headDim(), "", 500_000, 1).inPairs())
                .build();
        Block feedForward = FeedForwards.gated(
                "mlp", hidden, inner == 0 ? 8 * hidden / 3 : inner, config.text("hidden_act"), false);
        return Repeat.of(
                "layers",
                config.count("num_hidden_layers"),
                TextModel.layer(config, Norm.Kind.RMS, attention, feedForward));
    }

    /// Norms of the whole query and key input come before the projections.
    private static Block crossLayers(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = TextModel.epsilon(config);
        Block attention = GroupedAttention.of(hidden, heads(config))
                .named("")
                .span(Span.cross())
                .normed(Norm.rms("q_norm", hidden, epsilon), Norm.rms("k_norm", hidden, epsilon))
                .build();
        int count = config.flag("cross_attn_all_layers") ? config.count("num_hidden_layers") : 1;
        return Repeat.of("cross_attn_layers", count, Residual.of(attention));
    }
}
