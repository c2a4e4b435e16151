package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;

/// MPNet (arXiv:2004.09297): one table of biases for relative positions shared by all layers, no segments.
final class MpnetFamily {
    private MpnetFamily() {}

    static Family family() {
        Family family = Family.named("mpnet");
        new RobertaHeads("mpnet", MpnetFamily::model, false).addTo(family, "MPNet", "mpnet");
        return family;
    }

    private static Block model(Config config, Block words) {
        Block layer = BertLayer.of(config)
                .norms("attention.LayerNorm", "output.LayerNorm")
                .attention(attention -> attention.projections("attn.q", "attn.k", "attn.v", "attn.o"))
                .build();
        Embedding distances = Embedding.positions(
                "relative_attention_bias",
                config.size("relative_attention_num_buckets"),
                config.size("num_attention_heads"));
        return Sequence.of(
                "",
                BertEmbeddings.of(config).words(words).withoutSegments().build(),
                BertFamily.encoder(config, layer, distances));
    }
}
