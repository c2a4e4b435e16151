package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.MixtureOfExperts;
import dev.weighbridge.model.family.component.TextModel;

/// Switch Transformer (arXiv:2101.03961): a T5 whose feed-forward is in every so many layers a choice of one expert.
final class SwitchFamily {
    private SwitchFamily() {}

    static Family family() {
        return Family.named("switch-transformer")
                .architecture(SwitchFamily::generating, "SwitchTransformersForConditionalGeneration")
                .architecture(config -> T5Family.model(stack(config)), "SwitchTransformersModel")
                .backbone(config -> T5Family.model(stack(config)), "switch_transformers");
    }

    private static Block generating(Config config) {
        return Sequence.of("", T5Family.model(stack(config)), TextModel.head(config, "lm_head", "shared"));
    }

    private static T5Stack stack(Config config) {
        int encoderLayers = config.count("num_hidden_layers");
        int decoderLayers = config.count("num_decoder_layers", encoderLayers);
        int encoderStep =
                config.count("encoder_sparse_step", step(encoderLayers, config.count("num_sparse_encoder_layers", 0)));
        int decoderStep =
                config.count("decoder_sparse_step", step(decoderLayers, config.count("num_sparse_decoder_layers", 0)));
        T5Stack stack = T5Stack.of(config).tiedWords(config.flag("tie_word_embeddings", true));
        return stack.feedForwards(
                (segment, index) -> feedForward(config, stack, segment, isSparse(index, encoderStep)),
                (segment, index) -> feedForward(config, stack, segment, isSparse(index, decoderStep)));
    }

    /// Layers from one sparse layer to the next, where the configuration does not say.
    private static int step(int layerCount, int sparseCount) {
        return sparseCount == 0 ? layerCount : layerCount / sparseCount;
    }

    private static boolean isSparse(int index, int step) {
        return step == 1 || (step > 1 && index % step == 1);
    }

    private static Block feedForward(Config config, T5Stack stack, String segment, boolean sparse) {
        String activation = config.text("dense_act_fn");
        if (!sparse) {
            return stack.feedForward(segment + ".mlp", activation);
        }
        int expertCount = config.count("num_experts");
        Linear router =
                Linear.of("router.classifier", config.size("hidden_size"), expertCount, config.flag("router_bias"));
        return MixtureOfExperts.of(stack.feedForward("", activation), expertCount, 1)
                .named(segment + ".mlp", "experts.expert_")
                .with(Slot.ROUTER, router)
                .build();
    }
}
