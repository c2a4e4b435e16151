package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BartLayer;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;

/// NLLB-MoE (arXiv:2207.04672): M2M-100 whose feed-forward is in every so many layers a choice of two among many
/// experts.
final class NllbMoeFamily {
    private NllbMoeFamily() {}

    static Family family() {
        return Family.named("nllb-moe")
                .architecture(NllbMoeFamily::generating, "NllbMoeForConditionalGeneration")
                .architecture(NllbMoeFamily::model, "NllbMoeModel")
                .backbone(NllbMoeFamily::model, "nllb-moe");
    }

    private static Block generating(Config config) {
        return Sequence.of("", Sequence.of("model", model(config)), TextModel.head(config, "lm_head", "model.shared"));
    }

    private static Block model(Config config) {
        BartLayer encoder = BartModel.layer(config, "encoder", true);
        BartLayer decoder = BartModel.layer(config, "decoder", true);
        int encoderStep = config.count("encoder_sparse_step", 4);
        int decoderStep = config.count("decoder_sparse_step", 4);
        return Sequence.of(
                "",
                BartModel.words(config, "shared"),
                Sequence.tower(
                        Tower.ENCODER,
                        "encoder",
                        BartModel.sharedWords(config),
                        Repeat.of(
                                "layers",
                                config.count("encoder_layers"),
                                index -> Sequence.of(
                                        "",
                                        encoder.around(
                                                encoder.attention("self_attn", Span.bidirectional()),
                                                "self_attn_layer_norm"),
                                        feedForward(config, encoder, isSparse(index, encoderStep)))),
                        encoder.norm("layer_norm")),
                Sequence.of(
                        "decoder",
                        BartModel.sharedWords(config),
                        Repeat.of(
                                "layers",
                                config.count("decoder_layers"),
                                index -> Sequence.of(
                                        "",
                                        decoder.around(
                                                decoder.attention("self_attn", Span.causal()), "self_attn_layer_norm"),
                                        decoder.around(
                                                decoder.attention("cross_attention", Span.cross()),
                                                "cross_attention_layer_norm"),
                                        feedForward(config, decoder, isSparse(index, decoderStep)))),
                        decoder.norm("layer_norm")));
    }

    private static boolean isSparse(int index, int step) {
        return step > 0 && (index + 1) % step == 0;
    }

    /// The configuration does not say how many experts a token meets.
    private static Block feedForward(Config config, BartLayer layer, boolean sparse) {
        FeedForward dense = layer.feedForward();
        Block feedForward = dense;
        if (sparse) {
            int expertCount = config.count("num_experts");
            Linear router = Linear.of("router.classifier", layer.hiddenSize(), expertCount, config.flag("router_bias"));
            feedForward = MixtureOfExperts.of(dense, expertCount, 0)
                    .named("ffn", "experts.expert_")
                    .with(Slot.ROUTER, router)
                    .build();
        } else {
            feedForward =
                    new FeedForward("ffn", dense.in(), dense.inner(), dense.activation(), dense.gated(), dense.parts());
        }
        return layer.around(feedForward, "ff_layer_norm");
    }
}
