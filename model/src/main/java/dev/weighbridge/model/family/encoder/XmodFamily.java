package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import java.util.ArrayList;
import java.util.List;

/// X-MOD (arXiv:2205.06266): an XLM-RoBERTa with a small feed-forward for each language behind every layer.
final class XmodFamily {
    private XmodFamily() {}

    static Family family() {
        Family family = Family.named("x-mod");
        new RobertaHeads("roberta", XmodFamily::model, false).addTo(family, "Xmod", "xmod");
        return family;
    }

    private static Block model(Config config, Block words) {
        boolean normFirst = config.flag("pre_norm");
        Block[] last = normFirst ? new Block[] {norm(config, "LayerNorm")} : new Block[0];
        return Sequence.of(
                "",
                BertEmbeddings.of(config).words(words).build(),
                BertFamily.encoder(config, layer(config, normFirst), last));
    }

    private static Block layer(Config config, boolean normFirst) {
        BertLayer layer = BertLayer.either(config);
        if (normFirst) {
            layer.normFirst("attention.output.LayerNorm", "output.LayerNorm");
        }
        return Sequence.of("", layer.build(), adapters(config));
    }

    /// One adapter a language, of which an input passes the one of its own.
    private static Block adapters(Config config) {
        long hidden = config.size("hidden_size");
        double reduction = config.number("adapter_reduction_factor", 2);
        if (!(reduction > 0)) {
            throw config.malformed("adapter_reduction_factor", "must be above 0");
        }
        long inner = (long) (hidden / reduction);
        List<Block> blocks = new ArrayList<>();
        if (config.flag("adapter_layer_norm")) {
            blocks.add(norm(config, "output.adapter_layer_norm"));
        }
        for (String language : config.texts("languages")) {
            blocks.add(FeedForwards.plain(
                    "output.adapter_modules." + language,
                    hidden,
                    inner,
                    config.text("hidden_act"),
                    true,
                    "dense1",
                    "dense2"));
        }
        return new Residual(blocks, false, 1);
    }

    private static Norm norm(Config config, String name) {
        return BertLayer.norm(name, config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }
}
