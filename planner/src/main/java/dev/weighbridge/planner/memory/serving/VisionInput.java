package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The largest images that a profiling run sends through a vision tower (vLLM `MultiModalBudget`): as many
/// of the largest size as the token budget takes, at least one.
///
/// @param patches of all images
/// @param tokens that the language model gets for them
/// @param pixelBytes of the images
/// @param width of the tower's stream
/// @param inner of all that its feed-forward holds at a time
record VisionInput(long patches, long tokens, long pixelBytes, long width, long inner) {
    /// Patches of the largest image where the tower takes any size and only a processor's file bounds it
    /// (Qwen: 16384 tokens of four patches each).
    private static final long UNBOUNDED_TOKENS = 16384;

    private static final long CHANNELS = 3;

    /// What one image is at most.
    private record Image(long patches, long tokens, long pixels) {}

    /// The images for a model; empty for a model without a vision tower.
    ///
    /// @param budget tokens computed at once
    static Optional<VisionInput> of(Anatomy model, long budget, long activationBytes) {
        Config config = model.config();
        Optional<Layer> layer = model.layers().stream()
                .filter(candidate -> candidate.tower() == Tower.VISION
                        && !candidate.attentions().isEmpty())
                .findFirst();
        Optional<Config> vision = config.optionalPart("vision_config");
        if (layer.isEmpty() || vision.isEmpty()) {
            return Optional.empty();
        }
        Image image = image(config, vision.get());
        long images = Math.max(1, budget / Math.max(1, image.tokens()));
        Attention attention = layer.get().attentions().getFirst();
        long inner = layer.get().feedForwards().stream()
                .filter(FeedForward.class::isInstance)
                .map(FeedForward.class::cast)
                .mapToLong(block -> block.inner() * (block.gated() ? 3 : 2))
                .max()
                .orElse(0);
        return Optional.of(new VisionInput(
                images * image.patches(),
                images * image.tokens(),
                images * image.pixels() * CHANNELS * activationBytes,
                attention.heads().queryWidth(),
                inner));
    }

    private static Image image(Config config, Config vision) {
        long patch = Math.max(1, vision.integer("patch_size", 14));
        long side = vision.integer("image_size", 0);
        long merge = Math.max(1, vision.integer("spatial_merge_size", config.integer("spatial_merge_size", 1)));
        if (side <= 0) {
            long patches = UNBOUNDED_TOKENS * merge * merge;
            return new Image(patches, UNBOUNDED_TOKENS, patches * patch * patch);
        }
        long patches = (side / patch) * (side / patch);
        double shuffle = vision.number("pixel_shuffle_ratio", 1);
        long tokens = config.integer(
                "mm_tokens_per_image", Math.round((double) patches / (merge * merge) * shuffle * shuffle));
        long tiles = tiles(config, vision);
        return new Image(tiles * patches, tiles * tokens, tiles * side * side);
    }

    /// Pieces of the largest image: those of the finest grid, and the whole image once more.
    private static long tiles(Config config, Config vision) {
        if (vision.has("pixel_shuffle_ratio")) {
            // Llama 4: at most 16 pieces
            return 17;
        }
        long side = Math.max(1, vision.integer("image_size", 1));
        // some repositories write the list as a text, which says nothing that could be relied on
        long finest = config.values().get("image_grid_pinpoints") instanceof List<?> points
                ? points.stream().mapToLong(point -> grid(point, side)).max().orElse(0)
                : 0;
        return finest + 1;
    }

    private static long grid(@Nullable Object point, long side) {
        if (point instanceof List<?> sides
                && sides.size() == 2
                && sides.get(0) instanceof Long height
                && sides.get(1) instanceof Long width) {
            return Math.ceilDiv(height, side) * Math.ceilDiv(width, side);
        }
        return 0;
    }
}
