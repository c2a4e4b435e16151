package dev.weighbridge.model.family.encoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertLayer;
import java.util.ArrayList;
import java.util.List;

/// Splinter (arXiv:2101.00438): BERT with a head that selects a span of the text.
final class SplinterFamily {
    private SplinterFamily() {}

    static Family family() {
        return Family.named("splinter")
                .architecture(BertFamily::bert, "SplinterModel")
                .backbone(BertFamily::bert, "splinter")
                .architecture(SplinterFamily::selecting, "SplinterForPreTraining", "SplinterForQuestionAnswering");
    }

    private static Block selecting(Config config) {
        long hidden = config.size("hidden_size");
        List<Block> head = new ArrayList<>();
        for (String part : List.of("query_start", "query_end", "start", "end")) {
            head.add(Linear.of(part + "_transform.dense", hidden, hidden, true).as(Role.HEAD));
            head.add(BertLayer.norm(part + "_transform.LayerNorm", hidden, config.number("layer_norm_eps", 1e-12)));
        }
        head.add(Linear.of("start_classifier", hidden, hidden).as(Role.HEAD));
        head.add(Linear.of("end_classifier", hidden, hidden).as(Role.HEAD));
        return Sequence.of("", Sequence.of("splinter", BertFamily.bert(config)), Sequence.of("splinter_qass", head));
    }
}
