package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.FeedForwards;

/// FNet (arXiv:2105.03824): a Fourier transform, which has no parameters, mixes tokens in the place of attention.
final class FnetFamily {
    private FnetFamily() {}

    static Family family() {
        Family family = Family.named("fnet");
        BertHeads.of("fnet", FnetFamily::model).keepingPooler().addTo(family, "FNet", "fnet");
        return family;
    }

    private static Block model(Config config) {
        long hidden = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps", 1e-12);
        Sequence embeddings = BertEmbeddings.of(config)
                .withoutNorm()
                .with(BertLayer.norm("LayerNorm", hidden, epsilon))
                .with(Linear.of("projection", hidden, hidden, true))
                .build();
        Block layer = Sequence.of(
                "",
                Residual.normAfter(BertLayer.norm("fourier.output.LayerNorm", hidden, epsilon)),
                Residual.normAfter(feedForward(config), BertLayer.norm("output.LayerNorm", hidden, epsilon)));
        return Sequence.of("", embeddings, BertFamily.encoder(config, layer));
    }

    private static Block feedForward(Config config) {
        return FeedForwards.plain(
                "",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                true,
                "intermediate.dense",
                "output.dense");
    }
}
