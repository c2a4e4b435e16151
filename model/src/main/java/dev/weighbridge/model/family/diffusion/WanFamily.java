package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;

/// Wan 2.1 and 2.2 (arXiv:2503.20314): film in one stream, text by cross-attention, one modulation for all layers plus
/// a
/// table in each. Models that continue an image attend to its features too (`image_dim`).
final class WanFamily {
    private WanFamily() {}

    static Family family() {
        return Family.named("wan").architecture(WanFamily::transformer, "WanTransformer3DModel");
    }

    private static Block transformer(Config config) {
        Heads heads = Diffusers.heads(config, 40, 128);
        long width = heads.queryWidth();
        List<Long> patch = config.has("patch_size") ? config.integers("patch_size") : List.of(1L, 2L, 2L);
        long volume = patch.stream().reduce(1L, Math::multiplyExact);
        return Diffusers.denoiser(
                Convolution.volume("patch_embedding", config.size("in_channels", 16), width, patch, true)
                        .as(Role.PROJECTION),
                Sequence.of("condition_embedder", conditions(config, width)),
                Repeat.of("blocks", config.count("num_layers", 40), layer(config, width, heads)),
                Table.of("scale_shift_table", 1, 2, width),
                Diffusers.plainNorm("norm_out", width),
                Diffusers.projection("proj_out", width, Math.multiplyExact(volume, config.size("out_channels", 16))));
    }

    private static List<Block> conditions(Config config, long width) {
        List<Block> conditions = new ArrayList<>(List.of(
                Diffusers.embedder("time_embedder", config.size("freq_dim", 256), width),
                Diffusers.modulation("time_proj", width, 6),
                Diffusers.embedder("text_embedder", config.size("text_dim", 4096), width)));
        if (config.has("image_dim")) {
            long image = config.size("image_dim");
            conditions.add(Sequence.of(
                    "image_embedder",
                    config.has("pos_embed_seq_len")
                            ? Table.positions("pos_embed", 1, config.size("pos_embed_seq_len"), image)
                            : Sequence.of(""),
                    Norm.layer("norm1", image, 1e-5),
                    FeedForwards.plain(
                            "ff",
                            "gelu",
                            Linear.of("net.0.proj", image, image, true),
                            Linear.of("net.2", image, width, true)),
                    Norm.layer("norm2", width, 1e-5)));
        }
        return conditions;
    }

    private static Block layer(Config config, long width, Heads heads) {
        Block self = attention(config, "attn1", width, heads)
                .rotary(Rotaries.axial(10_000, heads.headDim()).inPairs())
                .build();
        var cross = attention(config, "attn2", width, heads).span(Span.cross());
        if (config.has("added_kv_proj_dim")) {
            long image = config.size("added_kv_proj_dim");
            cross.with(Slot.KEY, Linear.of("add_k_proj", image, width, true))
                    .with(Slot.VALUE, Linear.of("add_v_proj", image, width, true))
                    .with(Slot.KEY_NORM, Norm.rms("norm_added_k", width, epsilon(config)));
        }
        Block crossNorm =
                config.flag("cross_attn_norm", true) ? Norm.layer("norm2", width, epsilon(config)) : Sequence.of("");
        return Sequence.of(
                "",
                Table.of("scale_shift_table", 1, 6, width),
                Residual.of(Diffusers.plainNorm("norm1", width), self),
                Residual.of(crossNorm, cross.build()),
                Residual.of(
                        Diffusers.plainNorm("norm3", width),
                        Diffusers.feedForward("ffn", width, config.size("ffn_dim", 13824), "gelu_pytorch_tanh")));
    }

    /// Queries and keys are normed across all heads.
    private static GroupedAttention attention(Config config, String name, long width, Heads heads) {
        return Diffusers.attention(name, width, heads, true)
                .normed(Norm.rms("norm_q", width, epsilon(config)), Norm.rms("norm_k", width, epsilon(config)));
    }

    private static double epsilon(Config config) {
        return config.number("eps", 1e-6);
    }
}
