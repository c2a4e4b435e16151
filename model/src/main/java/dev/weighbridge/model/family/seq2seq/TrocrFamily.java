package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Decoders that read text off images: TrOCR (arXiv:2109.10282), BART's decoder behind any vision tower, and Pix2Struct
/// (arXiv:2210.03347), a T5 over patches.
final class TrocrFamily {
    /// Rows of the position table that no position uses.
    private static final int POSITION_OFFSET = 2;

    private TrocrFamily() {}

    static Family family() {
        return Family.named("trocr")
                .architecture(TrocrFamily::causal, "TrOCRForCausalLM")
                .backbone(TrocrFamily::decoder, "trocr")
                .architecture(TrocrFamily::pix2Struct, "Pix2StructForConditionalGeneration");
    }

    private static Block causal(Config config) {
        return Sequence.of(
                "",
                Sequence.of("model", decoder(config)),
                TextModel.head(config, "output_projection", "model.decoder.embed_tokens"));
    }

    private static Block decoder(Config config) {
        BartLayer layer = BartModel.layer(config, "decoder", false);
        List<Block> blocks = new ArrayList<>();
        blocks.add(BartModel.words(config, "embed_tokens"));
        if (config.flag("use_learned_position_embeddings", true)) {
            long rows = config.size("max_position_embeddings") + POSITION_OFFSET;
            blocks.add(Embedding.positions("embed_positions", rows, layer.hiddenSize()));
        }
        if (config.flag("layernorm_embedding", true)) {
            blocks.add(layer.norm("layernorm_embedding"));
        }
        Block cross = cross(layer, config.size("cross_attention_hidden_size", layer.hiddenSize()));
        blocks.add(Repeat.of(
                "layers",
                config.count("decoder_layers"),
                layer.decoder(layer.attention("self_attn", Span.causal()), cross)));
        return Sequence.of("decoder", blocks);
    }

    /// Keys and values are as wide as what the tower gives.
    private static Block cross(BartLayer layer, long from) {
        long hidden = layer.hiddenSize();
        Heads heads = Heads.of(layer.headCount(), layer.headCount(), hidden / layer.headCount());
        return Attention.of(
                "encoder_attn",
                heads,
                Span.cross(),
                Rotary.NONE,
                List.of(
                        new Part(Slot.QUERY, Linear.of("q_proj", hidden, hidden, true)),
                        new Part(Slot.KEY, Linear.of("k_proj", from, hidden, true)),
                        new Part(Slot.VALUE, Linear.of("v_proj", from, hidden, true)),
                        new Part(Slot.OUTPUT, Linear.of("out_proj", hidden, hidden, true))));
    }

    private static Block pix2Struct(Config config) {
        Config vision = config.part("vision_config");
        long hidden = vision.size("hidden_size");
        Block visionLayer = Sequence.of(
                "",
                Residual.of(
                        rms(vision, "pre_attention_layer_norm"),
                        attention(vision, "attention", Span.bidirectional(), vision.size("d_kv"))
                                .build()),
                Residual.of(rms(vision, "pre_mlp_layer_norm"), gated(vision, "mlp")));
        return Sequence.of(
                "",
                Sequence.tower(
                        Tower.VISION,
                        "encoder",
                        Sequence.of(
                                "embeddings",
                                Linear.of("patch_projection", vision.size("patch_embed_hidden_size"), hidden, true),
                                Embedding.positions("row_embedder", vision.size("seq_len"), hidden),
                                Embedding.positions("column_embedder", vision.size("seq_len"), hidden)),
                        Repeat.of("encoder.layer", vision.count("num_hidden_layers"), visionLayer),
                        rms(vision, "layernorm")),
                pix2StructDecoder(config.part("text_config"), config.flag("tie_word_embeddings")));
    }

    private static Block pix2StructDecoder(Config config, boolean tied) {
        long hidden = config.size("hidden_size");
        Head head = Head.of("lm_head", hidden, config.size("vocab_size"));
        return Sequence.of(
                "decoder",
                Embedding.of("embed_tokens", config.size("vocab_size"), hidden),
                Repeat.of("layer", config.count("num_hidden_layers"), index -> pix2StructLayer(config, index)),
                rms(config, "final_layer_norm"),
                tied ? new Tied(head, "embed_tokens") : head);
    }

    private static Block pix2StructLayer(Config config, int index) {
        int headCount = config.count("num_attention_heads");
        if (headCount == 0) {
            throw config.malformed("num_heads", "must not be 0");
        }
        long headDim = config.size("hidden_size") / headCount;
        GroupedAttention self = attention(config, "self_attention.attention", Span.causal(), headDim);
        if (index == 0) {
            self.with(
                    Slot.POSITION_BIAS,
                    Embedding.positions(
                            "relative_attention_bias",
                            config.size("relative_attention_num_buckets"),
                            config.size("num_attention_heads")));
        }
        return Sequence.of(
                "",
                Residual.of(rms(config, "self_attention.layer_norm"), self.build()),
                Residual.of(
                        rms(config, "encoder_decoder_attention.layer_norm"),
                        attention(config, "encoder_decoder_attention.attention", Span.cross(), headDim)
                                .build()),
                Residual.of(rms(config, "mlp.layer_norm"), gated(config, "mlp.DenseReluDense")));
    }

    private static GroupedAttention attention(Config config, String name, Span span, long headDim) {
        int headCount = config.count("num_attention_heads");
        return GroupedAttention.of(config.size("hidden_size"), Heads.of(headCount, headCount, headDim))
                .named(name)
                .projections("query", "key", "value", "output")
                .span(span)
                .scored(1, 0);
    }

    private static Block gated(Config config, String name) {
        return FeedForwards.gated(
                name,
                config.size("hidden_size"),
                config.size("d_ff"),
                config.text("dense_act_fn"),
                false,
                "wi_0",
                "wi_1",
                "wo");
    }

    private static Norm rms(Config config, String name) {
        double epsilon = config.number(config.firstOf("layer_norm_eps", "layer_norm_epsilon"), 1e-6);
        return Norm.rms(name, config.size("hidden_size"), epsilon);
    }
}
