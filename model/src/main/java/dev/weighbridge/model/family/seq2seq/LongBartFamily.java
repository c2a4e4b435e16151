package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.TextModel;

/// Encoder-decoders for long inputs: BigBird Pegasus (arXiv:2007.14062), PEGASUS-X (arXiv:2208.04347) with tokens that
/// see
/// everything, and LED, the Longformer's (arXiv:2004.05150). Their decoders are plain.
final class LongBartFamily {
    private static final BartModel BIG_BIRD =
            new BartModel("BigBirdPegasus", 0, false, true, "layernorm_embedding", true, new BigBirdLayers());
    private static final BartModel PEGASUS_X =
            new BartModel("PegasusX", -1, false, true, "layer_norm", false, new PegasusXLayers());

    private LongBartFamily() {}

    static Family family() {
        return Family.named("long-bart")
                .architecture(BIG_BIRD::generating, "BigBirdPegasusForConditionalGeneration")
                .architecture(BIG_BIRD::model, "BigBirdPegasusModel")
                .architecture(LongBartFamily::bigBirdCausal, "BigBirdPegasusForCausalLM")
                .backbone(BIG_BIRD::model, "bigbird_pegasus")
                .architecture(
                        config -> PEGASUS_X.generating(config, pegasusX(config)), "PegasusXForConditionalGeneration")
                .architecture(LongBartFamily::pegasusX, "PegasusXModel")
                .backbone(LongBartFamily::pegasusX, "pegasus_x")
                .architecture(LongBartFamily::longformer, "LEDForConditionalGeneration")
                .architecture(LongBartFamily::longformerModel, "LEDModel")
                .backbone(LongBartFamily::longformerModel, "led");
    }

    /// Blocks of positions see their neighbours, the ends, and some at random; the query, key and value have biases
    /// only
    /// where `use_bias` says so.
    private static final class BigBirdLayers implements BartModel.Layers {
        @Override
        public Block encoder(Config config, BartLayer layer) {
            boolean bias = config.flag("use_bias");
            long blocks = 5 + config.size("num_random_blocks", 3);
            Span near = config.text("attention_type", "block_sparse").equals("block_sparse")
                    ? new Span(Span.Kind.BIDIRECTIONAL_WINDOW, blocks * config.size("block_size", 64))
                    : Span.bidirectional();
            return layer.of(layer.projections("self_attn", near)
                    .projections("self.query", "self.key", "self.value", "output")
                    .bias(bias, bias)
                    .build());
        }

        @Override
        public Block decoder(Config config, BartLayer layer) {
            boolean bias = config.flag("use_bias");
            return layer.decoder(
                    layer.projections("self_attn", Span.causal())
                            .bias(bias, bias)
                            .build(),
                    layer.projections("encoder_attn", Span.cross())
                            .bias(bias, bias)
                            .build());
        }
    }

    /// Its decoder alone has a head of its own.
    private static Block bigBirdCausal(Config config) {
        return Sequence.of(
                "",
                Sequence.of("model", BIG_BIRD.decoder(config, BartModel.words(config, "embed_tokens"))),
                Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size")));
    }

    /// Positions see their block and the global tokens, which have a norm of their own.
    private static final class PegasusXLayers implements BartModel.Layers {
        @Override
        public Block encoder(Config config, BartLayer layer) {
            Span near = new Span(Span.Kind.BIDIRECTIONAL_WINDOW, config.size("block_size"));
            Block attention =
                    layer.projections("self_attn", near).bias(false, false).build();
            return Sequence.of(
                    "",
                    Residual.of(
                            layer.norm("self_attn_layer_norm"), layer.norm("global_self_attn_layer_norm"), attention),
                    layer.around(layer.feedForward(), "final_layer_norm"));
        }

        @Override
        public Block decoder(Config config, BartLayer layer) {
            return layer.decoder(
                    layer.projections("self_attn", Span.causal())
                            .bias(false, false)
                            .build(),
                    layer.projections("encoder_attn", Span.cross())
                            .bias(false, false)
                            .build());
        }
    }

    private static Block pegasusX(Config config) {
        Block read = BartModel.sharedWords(config);
        Embedding global = Embedding.of("embed_global", config.size("num_global_tokens"), config.size("hidden_size"));
        return Sequence.of(
                "",
                BartModel.words(config, "shared"),
                PEGASUS_X.encoder(config, read, global),
                PEGASUS_X.decoder(config, read));
    }

    private static Block longformer(Config config) {
        return Sequence.of(
                "",
                Sequence.of("led", longformerModel(config)),
                TextModel.head(config, "lm_head", "led.shared"),
                BartModel.logitsBias(config.size("vocab_size")));
    }

    private static Block longformerModel(Config config) {
        int layerCount = config.count("encoder_layers");
        long[] windows = config.sizes("attention_window", layerCount);
        BartLayer encoder = BartModel.layer(config, "encoder", false);
        BartLayer decoder = BartModel.layer(config, "decoder", false);
        return Sequence.of(
                "",
                BartModel.words(config, "shared"),
                Sequence.tower(
                        Tower.ENCODER,
                        "encoder",
                        BartModel.sharedWords(config),
                        positions(config, "max_encoder_position_embeddings"),
                        encoder.norm("layernorm_embedding"),
                        Repeat.of("layers", layerCount, index -> longformerLayer(encoder, windows[index]))),
                Sequence.of(
                        "decoder",
                        BartModel.sharedWords(config),
                        positions(config, "max_decoder_position_embeddings"),
                        decoder.norm("layernorm_embedding"),
                        Repeat.of("layers", config.count("decoder_layers"), decoder.decoder())));
    }

    private static Embedding positions(Config config, String field) {
        return Embedding.positions("embed_positions", config.size(field), config.size("hidden_size"));
    }

    /// Positions that see everything have projections of their own.
    private static Block longformerLayer(BartLayer layer, long window) {
        long hidden = layer.hiddenSize();
        return layer.of(layer.projections("self_attn", new Span(Span.Kind.BIDIRECTIONAL_WINDOW, window))
                .projections(
                        "longformer_self_attn.query",
                        "longformer_self_attn.key",
                        "longformer_self_attn.value",
                        "output")
                .with(Slot.OTHER, Linear.of("longformer_self_attn.query_global", hidden, hidden, true))
                .with(Slot.OTHER, Linear.of("longformer_self_attn.key_global", hidden, hidden, true))
                .with(Slot.OTHER, Linear.of("longformer_self_attn.value_global", hidden, hidden, true))
                .build());
    }
}
