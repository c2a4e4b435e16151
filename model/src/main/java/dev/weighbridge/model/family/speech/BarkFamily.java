package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;

/// Bark: three transformers after GPT, from text to meaning, to coarse and to fine codec tokens (the scheme of AudioLM,
/// arXiv:2209.03143), and EnCodec behind them.
final class BarkFamily {
    private BarkFamily() {}

    static Family family() {
        return Family.named("bark").composite(BarkFamily::model, "BarkModel");
    }

    private static Block model(Config config, Families families) {
        return Sequence.of(
                "",
                Sequence.of("semantic", causal(config.part("semantic_config"))),
                Sequence.of("coarse_acoustics", causal(config.part("coarse_acoustics_config"))),
                Sequence.of("fine_acoustics", fine(config.part("fine_acoustics_config"))),
                Sequence.tower(Tower.CODEC, "codec_model", families.backbone(config.part("codec_config"))));
    }

    private static Block causal(Config config) {
        long width = config.size("hidden_size");
        return Sequence.of(
                "",
                Embedding.of("input_embeds_layer", config.size("input_vocab_size"), width),
                body(config, true),
                Head.of("lm_head", width, config.size("output_vocab_size")));
    }

    /// Every codebook has an embedding; the heads of those that are predicted share the embedding of the next one.
    private static Block fine(Config config) {
        long width = config.size("hidden_size");
        int total = config.count("n_codes_total");
        int given = config.count("n_codes_given");
        Head head = Head.of("", width, config.size("output_vocab_size"));
        boolean tied = config.flag("tie_word_embeddings", true);
        return Sequence.of(
                "",
                Repeat.of("input_embeds_layers", total, Embedding.of("", config.size("input_vocab_size"), width)),
                body(config, false),
                Repeat.of(
                        "lm_heads",
                        Math.max(0, total - given),
                        i -> tied ? new Tied(head, "input_embeds_layers." + (i + 1)) : head));
    }

    private static Block body(Config config, boolean causal) {
        long width = config.size("hidden_size");
        long window = config.size("block_size");
        boolean bias = config.flag("bias");
        boolean normBias = bias || !causal;
        var attention = GroupedAttention.of(width, EncoderLayer.heads(config, width, config.count("num_heads")))
                .named("attn")
                .projections("", "", "", "out_proj")
                .bias(bias, bias)
                .span(causal ? Span.causal() : Span.bidirectional());
        if (causal) {
            attention.with(Slot.OTHER, Table.buffer("bias", 1, 1, window, window));
        }
        Block layer = EncoderLayer.of(
                Norm.layer("layernorm_1", width, 1e-5, normBias),
                attention.buildFused("att_proj"),
                Norm.layer("layernorm_2", width, 1e-5, normBias),
                FeedForwards.plain("mlp", width, 4 * width, "gelu", bias, "in_proj", "out_proj"));
        return Sequence.of(
                "",
                Embedding.positions("position_embeds_layer", window, width),
                Repeat.of("layers", config.count("num_layers"), layer),
                Norm.layer("layernorm_final", width, 1e-5, normBias));
    }
}
