package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;

/// Z-Image (arXiv:2511.22699): image and text in one stream, after layers that refine each alone; norms before and
/// after
/// both branches, a narrow condition.
final class ZImageFamily {
    /// Width of the condition, where the model is not narrower.
    private static final long CONDITION = 256;

    private ZImageFamily() {}

    static Family family() {
        return Family.named("z-image").architecture(ZImageFamily::transformer, "ZImageTransformer2DModel");
    }

    private static Block transformer(Config config) {
        long width = config.size("dim", 3840);
        long condition = Math.min(width, CONDITION);
        int refiners = config.count("n_refiner_layers", 2);
        List<Block> parts = new ArrayList<>();
        parts.add(Table.of("x_pad_token", 1, width));
        parts.add(Table.of("cap_pad_token", 1, width));
        parts.add(Diffusers.projection("t_embedder.mlp.0", 256, 1024));
        parts.add(Diffusers.projection("t_embedder.mlp.2", 1024, condition));
        parts.add(features(config, "cap_embedder", config.size("cap_feat_dim", 2560), width));
        parts.addAll(patches(config, width, condition));
        parts.add(Repeat.of("noise_refiner", refiners, layer(config, width, true)));
        parts.add(Repeat.of("context_refiner", refiners, layer(config, width, false)));
        if (config.has("siglip_feat_dim")) {
            parts.add(features(config, "siglip_embedder", config.size("siglip_feat_dim"), width));
            parts.add(Repeat.of("siglip_refiner", refiners, layer(config, width, false)));
            parts.add(Table.of("siglip_pad_token", 1, width));
        }
        parts.add(Repeat.of("layers", config.count("n_layers", 30), layer(config, width, true)));
        return Diffusers.denoiser(parts.toArray(Block[]::new));
    }

    private static Block features(Config config, String name, long in, long width) {
        return Sequence.of(name, norm(config, "0", in), Diffusers.projection("1", in, width));
    }

    /// One way in and one way out for each size of patches, by side and frames.
    private static List<Block> patches(Config config, long width, long condition) {
        List<Long> sides = config.has("all_patch_size") ? config.integers("all_patch_size") : List.of(2L);
        List<Long> frames = config.has("all_f_patch_size") ? config.integers("all_f_patch_size") : List.of(1L);
        if (sides.size() != frames.size()) {
            throw config.malformed(
                    "all_f_patch_size", "holds " + frames.size() + " values where " + sides.size() + " are expected");
        }
        long channels = config.size("in_channels", 16);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            long side = sides.get(i);
            String size = side + "-" + frames.get(i);
            long patch = Math.multiplyExact(Math.multiplyExact(side * side, frames.get(i)), channels);
            blocks.add(Diffusers.projection("all_x_embedder." + size, patch, width));
            blocks.add(Sequence.of(
                    "all_final_layer." + size,
                    Diffusers.plainNorm("norm_final", width),
                    Diffusers.projection("adaLN_modulation.1", condition, width),
                    Diffusers.projection("linear", width, patch)));
        }
        return blocks;
    }

    private static Block layer(Config config, long width, boolean modulated) {
        int headCount = config.count("n_heads", 30);
        if (headCount == 0) {
            throw config.malformed("n_heads", "must not be 0");
        }
        Heads heads = Heads.of(headCount, headCount, width / headCount);
        var attention = Diffusers.attention("attention", width, heads, false)
                .bias(false, false)
                .rotary(Rotaries.axial(config.number("rope_theta", 256), heads.headDim())
                        .inPairs());
        if (config.flag("qk_norm", true)) {
            attention.normed(Norm.rms("norm_q", heads.headDim(), 1e-5), Norm.rms("norm_k", heads.headDim(), 1e-5));
        }
        Block feedForward = FeedForwards.gated(
                "feed_forward", width, (long) ((double) width / 3 * 8), "silu", false, "w1", "w3", "w2");
        return Sequence.of(
                "",
                modulated
                        ? Diffusers.projection("adaLN_modulation.0", Math.min(width, CONDITION), 4 * width)
                        : Sequence.of(""),
                Residual.of(
                        norm(config, "attention_norm1", width),
                        attention.build(),
                        norm(config, "attention_norm2", width)),
                Residual.of(norm(config, "ffn_norm1", width), feedForward, norm(config, "ffn_norm2", width)));
    }

    private static Norm norm(Config config, String name, long width) {
        return Norm.rms(name, width, config.number("norm_eps", 1e-5));
    }
}
