package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.config.Config;
import java.util.List;

/// How an image is cut into patches (arXiv:2010.11929).
///
/// @param channels of the image
/// @param patchHeight pixels of a patch
/// @param patchWidth pixels of a patch
/// @param rows patches above each other
/// @param columns patches beside each other
public record ImagePatches(long channels, long patchHeight, long patchWidth, long rows, long columns) {
    /// As `num_channels`, `patch_size` and `image_size` say; each size one number or two.
    public static ImagePatches of(Config config) {
        return of(config, "image_size");
    }

    /// The same with the image's size under another name.
    public static ImagePatches of(Config config, String imageSize) {
        long[] patch = config.sizes("patch_size", 2);
        long[] image = config.sizes(imageSize, 2);
        if (patch[0] == 0 || patch[1] == 0) {
            throw config.malformed("patch_size", "must not be 0");
        }
        return new ImagePatches(
                config.size("num_channels", 3), patch[0], patch[1], image[0] / patch[0], image[1] / patch[1]);
    }

    /// Patches of an image.
    public long count() {
        return Math.multiplyExact(rows, columns);
    }

    /// Numbers of one patch.
    public long pixels() {
        return Math.multiplyExact(channels, Math.multiplyExact(patchHeight, patchWidth));
    }

    /// The convolution that turns each patch into a vector of `width`.
    public Convolution embedding(String name, long width, boolean bias) {
        return Convolution.volume(name, channels, width, List.of(patchHeight, patchWidth), bias)
                .strided(patchHeight);
    }

    /// The same over `frames` frames at a time.
    public Convolution embedding(String name, long frames, long width, boolean bias) {
        return Convolution.volume(name, channels, width, List.of(frames, patchHeight, patchWidth), bias)
                .strided(patchHeight);
    }
}
