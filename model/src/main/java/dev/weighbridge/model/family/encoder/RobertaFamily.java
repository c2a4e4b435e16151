package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;

/// RoBERTa (arXiv:1907.11692), CamemBERT (arXiv:1911.03894), XLM-RoBERTa (arXiv:1911.02116) with its large versions
/// (arXiv:2105.00572), data2vec for text (arXiv:2202.03555), and the version with norms first.
final class RobertaFamily {
    private RobertaFamily() {}

    static Family family() {
        Family family = Family.named("roberta");
        new RobertaHeads("roberta", RobertaFamily::roberta, false).addTo(family, "Roberta", "roberta");
        new RobertaHeads("roberta", RobertaFamily::roberta, true).addTo(family, "XLMRoberta", "xlm-roberta");
        new RobertaHeads("roberta", RobertaFamily::roberta, true).addTo(family, "Camembert", "camembert");
        new RobertaHeads("data2vec_text", RobertaFamily::roberta, false).addTo(family, "Data2VecText", "data2vec-text");
        new RobertaHeads("roberta_prelayernorm", RobertaFamily::normFirst, false)
                .addTo(family, "RobertaPreLayerNorm", "roberta-prelayernorm");
        new RobertaHeads("roberta", RobertaFamily::large, false).addTo(family, "XLMRobertaXL", "xlm-roberta-xl");
        return family;
    }

    private static Block roberta(Config config, Block words) {
        return Sequence.of(
                "",
                BertEmbeddings.of(config).words(words).build(),
                BertFamily.encoder(config, BertLayer.either(config).build()));
    }

    private static Block normFirst(Config config, Block words) {
        Block layer = BertLayer.either(config)
                .normFirst("attention.LayerNorm", "intermediate.LayerNorm")
                .build();
        return Sequence.of(
                "", BertEmbeddings.of(config).words(words).build(), BertFamily.encoder(config, layer), norm(config));
    }

    private static Block large(Config config, Block words) {
        Block layer = BertLayer.either(config)
                .normFirst("attention.self_attn_layer_norm", "LayerNorm")
                .build();
        return Sequence.of(
                "",
                BertEmbeddings.of(config).words(words).withoutNorm().build(),
                BertFamily.encoder(config, layer, norm(config)));
    }

    private static Block norm(Config config) {
        return BertLayer.norm("LayerNorm", config.size("hidden_size"), config.number("layer_norm_eps", 1e-12));
    }
}
