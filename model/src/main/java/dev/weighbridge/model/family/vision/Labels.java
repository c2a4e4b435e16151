package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;

/// The classes that an image classifier tells apart.
final class Labels {
    private Labels() {}

    /// As many as `id2label` names, else `num_labels`, else two.
    static int count(Config config) {
        int named = config.partOrEmpty("id2label").names().size();
        return named > 0 ? named : config.count("num_labels", 2);
    }

    /// A linear classifier over `width`; none where there are no classes.
    static Block classifier(Config config, String name, long width) {
        int count = count(config);
        return count == 0
                ? Sequence.of("")
                : Linear.of(name, width, count, true).as(Role.HEAD);
    }
}
