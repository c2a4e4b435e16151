package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.ClippedLinears;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Gemma 4's vision tower: Gemma's layer with a norm on either side of each branch, without a mask, positions both
/// learned
/// and turned by row and column.
final class Gemma4VisionFamily {
    private Gemma4VisionFamily() {}

    static Family family() {
        return Family.named("gemma4-vision")
                .architecture(Gemma4VisionFamily::tower, "Gemma4VisionModel")
                .backbone(Gemma4VisionFamily::tower, "gemma4_vision");
    }

    private static Block tower(Config config) {
        long width = config.size("hidden_size");
        long patch = config.size("patch_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of(
                "patch_embedder",
                Linear.of("input_proj", 3 * patch * patch, width),
                Table.positions("position_embedding_table", 2, config.size("position_embedding_size"), width)));
        blocks.add(Repeat.of("encoder.layers", config.count("num_hidden_layers"), layer(config, width)));
        if (config.flag("standardize")) {
            blocks.add(Table.buffer("std_bias", width));
            blocks.add(Table.buffer("std_scale", width));
        }
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Block layer(Config config, long width) {
        double epsilon = config.number("rms_norm_eps");
        var heads = GroupedAttention.heads(config);
        Function<String, Norm> norm = name -> Norm.rms(name, width, epsilon);
        var clipped = new ClippedLinears(config.flag("use_clipped_linears"));
        var attention = GroupedAttention.of(width, heads)
                .projections("q_proj.linear", "k_proj.linear", "v_proj.linear", "o_proj.linear")
                .span(Span.bidirectional())
                .rotary(Rotaries.axial(Rotaries.of(config, heads.headDim()).theta(), heads.headDim()))
                .scored(1, 0)
                .normed(Norm.rms("q_norm", heads.headDim(), epsilon), Norm.rms("k_norm", heads.headDim(), epsilon))
                .with(
                        Slot.VALUE_NORM,
                        Norm.rms("v_norm", heads.valueHeadDim(), epsilon).untrained());
        clipped.bounds("q_proj", "k_proj", "v_proj", "o_proj")
                .forEach(part -> attention.with(part.slot(), part.block()));
        return Sequence.of(
                "",
                Residual.of(norm.apply("input_layernorm"), attention.build(), norm.apply("post_attention_layernorm")),
                Residual.of(
                        norm.apply("pre_feedforward_layernorm"),
                        feedForward(config, width, clipped),
                        norm.apply("post_feedforward_layernorm")));
    }

    private static FeedForward feedForward(Config config, long width, ClippedLinears clipped) {
        FeedForward plain = FeedForwards.gated(
                "mlp",
                width,
                config.size("intermediate_size"),
                config.text("hidden_activation"),
                false,
                "gate_proj.linear",
                "up_proj.linear",
                "down_proj.linear");
        List<Part> parts = new ArrayList<>(plain.parts());
        parts.addAll(clipped.bounds("gate_proj", "up_proj", "down_proj"));
        return new FeedForward("mlp", width, plain.inner(), plain.activation(), true, parts);
    }
}
