package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import java.util.ArrayList;
import java.util.List;

/// GroupViT (arXiv:2202.11094): learned group tokens gather patches stage by stage, so that segments emerge.
final class GroupVitFamily {
    private GroupVitFamily() {}

    static Family family() {
        return Family.named("groupvit").architecture(GroupVitFamily::pair, "GroupViTModel");
    }

    private static Block pair(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("text_model", ClipFamily.textTower(text)),
                Sequence.of("vision_model", vision(vision)),
                projection(config, "visual_projection", vision.size("hidden_size")),
                projection(config, "text_projection", text.size("hidden_size")),
                Table.of("logit_scale"));
    }

    private static Block projection(Config config, String name, long in) {
        long inner = config.size("projection_intermediate_dim");
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Linear.of("0", in, inner, true).as(Role.PROJECTION),
                Norm.batch("1", inner),
                Linear.of("3", inner, config.size("projection_dim"), true).as(Role.PROJECTION));
    }

    private static Block vision(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        return Sequence.tower(
                Tower.VISION,
                "",
                Sequence.of(
                        "embeddings",
                        patches.embedding("patch_embeddings.projection", width, true),
                        Norm.layer("layernorm", width, epsilon),
                        Table.positions("position_embeddings", 1, patches.count(), width)),
                Repeat.of("encoder.stages", config.items("depths").size(), index -> stage(config, index)),
                Norm.layer("layernorm", width, epsilon));
    }

    private static Block stage(Config config, int index) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        long tokens = config.integers("num_group_tokens").get(index);
        long groups = config.integers("num_output_groups").get(index);
        long earlier = index == 0 ? 0 : config.integers("num_output_groups").get(index - 1);
        int depth = config.counts("depths").get(index);
        List<Block> blocks = new ArrayList<>();
        if (tokens > 0) {
            blocks.add(Table.of("group_token", 1, tokens, width));
            if (earlier > 0) {
                blocks.add(Norm.layer("group_projector.0", width, epsilon));
                blocks.add(mixer(config, "group_projector.1", earlier, width / 2, tokens));
            }
        }
        blocks.add(Repeat.of("layers", depth, EncoderLayer.clip(config, Span.bidirectional())));
        if (tokens > 0) {
            blocks.add(assignment(config, width, epsilon, tokens, groups));
        }
        return Sequence.of("", blocks);
    }

    private static Block mixer(Config config, String name, long in, long inner, long out) {
        return FeedForwards.plain(
                name, config.text("hidden_act"), Linear.of("fc1", in, inner, true), Linear.of("fc2", inner, out, true));
    }

    private static Block assignment(Config config, long width, double epsilon, long tokens, long groups) {
        List<Double> ratios = config.numbers("assign_mlp_ratio");
        if (ratios.size() != 2) {
            throw config.malformed("assign_mlp_ratio", "must hold one share for tokens and one for channels");
        }
        Heads heads = EncoderLayer.heads(config, width, config.count("num_attention_heads"));
        var gathering = GroupedAttention.of(width, heads)
                .named("pre_assign_attn.attn")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(Span.cross())
                .build();
        var assigning = GroupedAttention.of(width, Heads.of(1, 1, width))
                .named("assign")
                .projections("q_proj", "k_proj", "v_proj", "proj")
                .bias(true, true)
                .span(Span.cross())
                .build();
        return Sequence.of(
                "downsample",
                Norm.layer("norm_tokens", width, epsilon),
                mixer(config, "mlp_inter", tokens, (long) (ratios.get(0) * width), groups),
                Norm.layer("norm_post_tokens", width, epsilon),
                Norm.layer("norm_x", width, epsilon),
                Residual.of(gathering),
                Residual.of(
                        Norm.layer("pre_assign_attn.norm2", width, epsilon),
                        mixer(config, "pre_assign_attn.mlp", width, config.size("intermediate_size"), width)),
                Norm.layer("pre_assign_attn.norm_post", width, epsilon),
                assigning,
                Residual.of(
                        Norm.layer("norm_new_x", width, epsilon),
                        mixer(config, "mlp_channels", width, (long) (ratios.get(1) * width), width)));
    }
}
