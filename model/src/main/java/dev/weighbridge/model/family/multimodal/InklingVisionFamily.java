package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/// Inkling: patches folded step by step into one vector (a hierarchical MLP, arXiv:2203.09795), sound as one embedding
/// a mel bin
/// and level, both straight into the language model.
final class InklingVisionFamily {
    private static final double EPSILON = 1e-6;

    private InklingVisionFamily() {}

    static Family family() {
        return Family.named("inkling-vision").composite(InklingVisionFamily::joined, "InklingForConditionalGeneration");
    }

    private static Block joined(Config config, Families families) {
        Config text = config.part("text_config");
        Config audio = config.part("audio_config");
        long hidden = text.size("hidden_size");
        return Joined.nested(
                config,
                families,
                false,
                vision(config.part("vision_config"), hidden),
                Sequence.tower(
                        Tower.AUDIO,
                        "audio_tower",
                        Embedding.of(
                                "embed_audio_tokens.embed_audio_tokens",
                                audio.size("n_mel_bins") * audio.size("mel_vocab_size"),
                                hidden),
                        Norm.rms("norm", hidden, EPSILON)));
    }

    /// One step of folding: how many positions a vector stands for, and its width.
    private record Scale(long frames, long side, long channels) {
        double positions() {
            return (double) frames * side * side;
        }
    }

    private static Block vision(Config config, long hidden) {
        List<Scale> scales = chosen(config);
        int layers = scales.size() - 1;
        Block folding = Repeat.of("encoder_layers", layers, index -> {
            Scale from = scales.get(index);
            Scale to = scales.get(index + 1);
            long side = to.side() / from.side();
            long in = from.channels() * (to.frames() / from.frames()) * side * side;
            return index == layers - 1
                    ? Linear.of("projection", in, hidden)
                    : Sequence.of(
                            "",
                            Linear.of("projection", in, to.channels()),
                            Norm.rms("layer_norm", to.channels(), EPSILON));
        });
        return Sequence.tower(Tower.VISION, "vision_tower", folding, Norm.rms("final_norm", hidden, EPSILON));
    }

    /// For each layer the scale nearest to an even growth of positions; the first and the last are fixed.
    private static List<Scale> chosen(Config config) {
        List<Scale> scales = scales(config);
        int layers = config.count("num_hidden_layers", config.count("n_layers", 0));
        if (layers + 1 < scales.size()) {
            throw config.malformed("num_hidden_layers", "must be at least " + (scales.size() - 1));
        }
        double whole = Math.log((double) config.size("patch_size")
                * config.size("patch_size")
                * config.size("temporal_patch_size")
                * config.size("num_channels"));
        List<Scale> chosen = new ArrayList<>();
        for (int i = 0; i <= layers; i++) {
            double ideal = whole * i / layers;
            Scale nearest = scales.getFirst();
            for (Scale scale : scales) {
                if (Math.abs(ideal - Math.log(scale.positions())) < Math.abs(ideal - Math.log(nearest.positions()))) {
                    nearest = scale;
                }
            }
            chosen.add(i == 0 ? scales.getFirst() : i == layers ? scales.getLast() : nearest);
        }
        return chosen;
    }

    /// Sides grow by the prime factors of the patch, largest first, then frames by theirs; widths are multiples of 64.
    private static List<Scale> scales(Config config) {
        long channels = config.size("num_channels");
        List<Scale> scales = new ArrayList<>();
        scales.add(new Scale(1, 1, channels));
        long side = 1;
        for (long factor : primeFactors(config, "patch_size")) {
            side *= factor;
            scales.add(new Scale(1, side, (side * side * channels + 63) / 64 * 64));
        }
        long frames = 1;
        for (long factor : primeFactors(config, "temporal_patch_size")) {
            frames *= factor;
            scales.add(new Scale(frames, side, side * side * channels * frames * 64));
        }
        return scales;
    }

    private static List<Long> primeFactors(Config config, String field) {
        long rest = config.size(field);
        if (rest == 0 || rest > 1_000_000) {
            throw config.malformed(field, "must be between 1 and 1000000");
        }
        List<Long> factors = new ArrayList<>();
        for (long factor = 2; rest > 1; factor++) {
            while (rest % factor == 0) {
                factors.addFirst(factor);
                rest /= factor;
            }
        }
        return factors;
    }
}
