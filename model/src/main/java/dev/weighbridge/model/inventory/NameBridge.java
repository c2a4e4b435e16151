package dev.weighbridge.model.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Finds a blueprint's name for a tensor that another tool, or another version of the same one, saved under another
/// spelling: with a prefix more or less, with towers in another order, with `gamma` for `weight`.
final class NameBridge implements UnaryOperator<String> {
    /// Prefixes that one tool writes and another leaves out.
    private static final List<String> PREFIXES = List.of(
            "model.",
            "transformer.",
            "bert.",
            "roberta.",
            "electra.",
            "distilbert.",
            "deberta.",
            "backbone.",
            "language_model.",
            "model.language_model.",
            "module.",
            "_orig_mod.",
            "base_model.model.");

    /// Prefixes that stand for one another.
    private static final List<List<String>> SYNONYMS = List.of(
            List.of("language_model.model.", "model.language_model.", "model."),
            List.of("language_model.model.", "language_model.model.model."),
            List.of("language_model.lm_head.", "language_model.model.lm_head.", "lm_head."),
            List.of("vision_tower.", "model.vision_tower."),
            List.of("visual.", "model.visual."),
            List.of("vision_model.", "model.vision_model.", "model.vision_tower."),
            List.of("multi_modal_projector.", "model.multi_modal_projector."),
            List.of("vision_model.", "vision_model.vision_model."),
            List.of("vision_tower.vision_model.", "vision_tower."),
            List.of("audio_tower.", "model.audio_tower."));

    /// Last segments that stand for one another.
    private static final List<List<String>> SUFFIXES = List.of(List.of(".weight", ".gamma"), List.of(".bias", ".beta"));

    private final Set<String> known;

    NameBridge(Set<String> known) {
        this.known = known;
    }

    /// The known name that this one stands for, or the name itself.
    @Override
    public String apply(String name) {
        if (known.contains(name)) {
            return name;
        }
        for (String candidate : withOtherPrefix(name)) {
            if (known.contains(candidate)) {
                return candidate;
            }
            for (String respelled : withOtherSuffix(candidate)) {
                if (known.contains(respelled)) {
                    return respelled;
                }
            }
        }
        return name;
    }

    private static List<String> withOtherPrefix(String name) {
        List<String> others = new ArrayList<>();
        others.add(name);
        for (List<String> synonyms : SYNONYMS) {
            for (String from : synonyms) {
                if (name.startsWith(from)) {
                    synonyms.forEach(to -> others.add(to + name.substring(from.length())));
                }
            }
        }
        for (String prefix : PREFIXES) {
            others.add(name.startsWith(prefix) ? name.substring(prefix.length()) : prefix + name);
        }
        return others;
    }

    private static List<String> withOtherSuffix(String name) {
        List<String> others = new ArrayList<>();
        for (List<String> suffixes : SUFFIXES) {
            for (String from : suffixes) {
                if (name.endsWith(from)) {
                    String stem = name.substring(0, name.length() - from.length());
                    suffixes.forEach(to -> others.add(stem + to));
                }
            }
        }
        return others;
    }
}
