package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;

/// Heads that classify instead of predicting tokens.
public final class Classifier {
    private Classifier() {}

    /// The number of classes: the entries of `id2label`, else `num_labels`, else two.
    public static long labels(Config config) {
        return config.optionalPart("id2label")
                .map(labels -> (long) labels.names().size())
                .orElseGet(() -> config.size("num_labels", 2));
    }

    /// One matrix from `width` to the classes.
    public static Linear linear(Config config, String name, long width, boolean bias) {
        return Linear.of(name, width, labels(config), bias).as(Role.HEAD);
    }

    /// One matrix with bias from `width` to the classes; none where there are no classes.
    public static Sequence optional(Config config, String name, long width) {
        return labels(config) == 0 ? Sequence.of("") : Sequence.of("", linear(config, name, width, true));
    }

    /// A backbone under `prefix`, whose pooled output of `width` the matrix `classifier` reads.
    public static Sequence image(Config config, String prefix, Block backbone, String classifier, long width) {
        return Sequence.of("", Sequence.of(prefix, backbone), optional(config, classifier, width));
    }

    /// A backbone under `prefix` and the matrix `score` without bias, as reward models and sequence classifiers on
    /// decoders have it.
    public static Sequence score(Config config, String prefix, Block backbone) {
        return Sequence.of(
                "", Sequence.of(prefix, backbone), linear(config, "score", config.size("hidden_size"), false));
    }

    /// A backbone under `prefix` and the matrix `classifier`, as token classifiers on decoders have it.
    public static Sequence tokens(Config config, String prefix, Block backbone) {
        return Sequence.of(
                "", Sequence.of(prefix, backbone), linear(config, "classifier", config.size("hidden_size"), true));
    }
}
