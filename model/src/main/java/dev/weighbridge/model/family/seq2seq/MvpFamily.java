package dev.weighbridge.model.family.seq2seq;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;

/// MVP (arXiv:2206.12131): BART with learned prompts, which a small network turns into keys and values for every layer.
final class MvpFamily {
    private static final BartModel MODEL = BartModel.of("Mvp", 2, true, false, true);

    private MvpFamily() {}

    static Family family() {
        return Family.named("mvp")
                .architecture(config -> MODEL.generating(config, model(config)), "MvpForConditionalGeneration")
                .architecture(MvpFamily::model, "MvpModel")
                .architecture(MODEL::causal, "MvpForCausalLM")
                .architecture(
                        config ->
                                Sequence.of("", Sequence.of("model", model(config)), BartModel.classification(config)),
                        "MvpForSequenceClassification")
                .backbone(MvpFamily::model, "mvp");
    }

    /// Prompts stand in the decoder only: transformers 5.17 makes none for the encoder, whatever the configuration
    /// says.
    private static Block model(Config config) {
        if (!config.flag("use_prompt")) {
            return MODEL.model(config);
        }
        Block read = BartModel.sharedWords(config);
        int decoderLayers = config.count("decoder_layers");
        return Sequence.of(
                "",
                BartModel.words(config, "shared"),
                MODEL.encoder(config, read),
                MODEL.decoder(
                        config,
                        read,
                        prompt(config, "self_attn_prompt", decoderLayers),
                        prompt(config, "cross_attn_prompt", decoderLayers)));
    }

    private static Block prompt(Config config, String name, int layerCount) {
        long hidden = config.size("hidden_size");
        long middle = config.size("prompt_mid_dim");
        return Sequence.of(
                name,
                Embedding.of("prompt_embedding", config.size("prompt_length"), hidden),
                Linear.of("prompt_trans.0", hidden, middle, true),
                Linear.of("prompt_trans.2", middle, 2L * layerCount * hidden, true));
    }
}
