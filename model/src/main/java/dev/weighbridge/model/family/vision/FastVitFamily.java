package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.GroupedAttention;
import java.util.ArrayList;
import java.util.List;

/// FastViTHD (arXiv:2303.14189, arXiv:2412.13303), the tower of FastVLM: three stages that mix by convolution, two by
/// attention, in the form for inference, where each branched convolution is folded into one.
///
/// Only its one size in use is known, so its widths are figures of this class and not of the configuration.
final class FastVitFamily {
    private static final List<Long> WIDTHS = List.of(96L, 192L, 384L, 768L, 1536L);
    private static final List<Integer> DEPTHS = List.of(2, 12, 24, 4, 2);
    private static final int CONVOLUTIONAL_STAGES = 3;
    private static final int HEAD_DIM = 32;

    private FastVitFamily() {}

    static Family family() {
        return Family.named("fastvit").backbone(FastVitFamily::tower, "timm_fastvit");
    }

    private static Block tower(Config config) {
        String size = config.text("architecture", "");
        if (!size.equals("fastvit_mci3")) {
            throw new UnsupportedException(
                    "no family knows the timm model " + size + "; known: fastvit_mci3",
                    "give the model's files instead of its config alone: tensors can always be counted");
        }
        long first = WIDTHS.getFirst();
        long last = WIDTHS.getLast();
        List<Block> blocks = new ArrayList<>();
        blocks.add(folded("stem.0", 3, first, 3, 1).strided(2));
        blocks.add(folded("stem.1", first, first, 3, first).strided(2));
        blocks.add(folded("stem.2", first, first, 1, 1));
        for (int stage = 0; stage < WIDTHS.size(); stage++) {
            blocks.add(stage(stage));
        }
        blocks.add(folded("final_conv", last, 2 * last, 3, last));
        blocks.add(Convolution.plane("final_conv.se.fc1", 2 * last, last / 8, 1, true));
        blocks.add(Convolution.plane("final_conv.se.fc2", last / 8, 2 * last, 1, true));
        return new Sequence("", Tower.VISION, blocks);
    }

    private static Convolution folded(String name, long in, long out, long kernel, long groups) {
        return Convolution.plane(name + ".reparam_conv", in, out, kernel, true).grouped(groups);
    }

    private static Block stage(int stage) {
        long width = WIDTHS.get(stage);
        List<Block> blocks = new ArrayList<>();
        if (stage > 0) {
            long before = WIDTHS.get(stage - 1);
            blocks.add(folded("downsample.proj.0", before, width, 7, before).strided(2));
            blocks.add(folded("downsample.proj.1", width, width, 1, 1));
        }
        boolean attends = stage >= CONVOLUTIONAL_STAGES;
        if (attends) {
            blocks.add(Residual.of(folded("pos_emb", width, width, 7, width)));
        }
        blocks.add(Repeat.of("blocks", DEPTHS.get(stage), attends ? attentionBlock(width) : convolutionBlock(width)));
        return Sequence.of("stages." + stage, blocks);
    }

    private static Block convolutionBlock(long width) {
        return Sequence.of(
                "",
                folded("token_mixer", width, width, 3, width),
                Residual.of(feedForward(width), Table.of("layer_scale.gamma", width, 1, 1)));
    }

    private static Block attentionBlock(long width) {
        int headCount = Math.toIntExact(width / HEAD_DIM);
        var attention = GroupedAttention.of(width, Heads.of(headCount, headCount, HEAD_DIM))
                .named("token_mixer")
                .projections("", "", "", "proj")
                .bias(false, true)
                .span(Span.bidirectional())
                .buildFused("qkv");
        return Sequence.of(
                "",
                Residual.of(Norm.layer("norm", width, 1e-5), attention, Table.of("layer_scale_1.gamma", width, 1, 1)),
                Residual.of(feedForward(width), Table.of("layer_scale_2.gamma", width, 1, 1)));
    }

    /// A wide depth-wise convolution, then two point-wise ones.
    private static Block feedForward(long width) {
        return new FeedForward(
                "mlp",
                width,
                4 * width,
                Activation.of("gelu"),
                false,
                List.of(
                        new Part(
                                Slot.CONVOLUTION,
                                Convolution.plane("conv.conv", width, width, 7, false)
                                        .grouped(width)),
                        new Part(Slot.INNER_NORM, Norm.batch("conv.bn", width)),
                        new Part(
                                Slot.UP,
                                Convolution.plane("fc1", width, 4 * width, 1, true)
                                        .as(Role.FEED_FORWARD)),
                        new Part(
                                Slot.DOWN,
                                Convolution.plane("fc2", 4 * width, width, 1, true)
                                        .as(Role.FEED_FORWARD))));
    }
}
