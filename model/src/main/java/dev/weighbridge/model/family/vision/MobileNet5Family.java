package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/// MobileNetV5, the vision tower of Gemma 3n: four stages of inverted bottlenecks (MobileNetV4, arXiv:2404.10518),
/// multi-query
/// attention over the smaller maps, and a fusion of the last two stages.
///
/// Only its one published size exists, so its widths are figures of this class and not of the configuration.
final class MobileNet5Family {
    private static final double EPSILON = 1e-6;

    private MobileNet5Family() {}

    static Family family() {
        return Family.named("mobilenet5")
                .architecture(MobileNet5Family::tower, "Gemma3nVisionModel")
                .architecture(MobileNet5Family::tower, "TimmWrapperModel")
                .backbone(MobileNet5Family::tower, "gemma3n_vision");
    }

    private static Block tower(Config config) {
        String size = config.text("architecture", "");
        if (!size.equals("mobilenetv5_300m_enc")) {
            throw new UnsupportedException(
                    "no family knows the timm model " + size + "; known: mobilenetv5_300m_enc",
                    "give the model's files instead of its config alone: tensors can always be counted");
        }
        return Sequence.tower(
                Tower.VISION,
                "timm_model",
                Convolution.plane("conv_stem.conv", 3, 64, 3, true).strided(2),
                norm("conv_stem.bn", 64),
                Repeat.of("blocks.0", 3, index -> index == 0 ? edge(64, 128, 256) : edge(128, 128, 512)),
                Repeat.of(
                        "blocks.1",
                        5,
                        index -> index == 0
                                ? bottleneck(128, 256, 768, 3, 5)
                                : bottleneck(256, 256, 1024, index % 2 == 1 ? 5 : 3, 0)),
                Repeat.of("blocks.2", 37, MobileNet5Family::secondStage),
                Repeat.of(
                        "blocks.3",
                        39,
                        index -> index == 0
                                ? bottleneck(640, 1280, 3840, 5, 5)
                                : index % 2 == 1 ? attention(1280, 16, 96, false) : bottleneck(1280, 1280, 2560, 0, 0)),
                fusion());
    }

    private static Block secondStage(int index) {
        if (index == 0) {
            return bottleneck(256, 640, 1536, 5, 5);
        }
        if (index < 8) {
            return bottleneck(640, 640, 2560, 5, 0);
        }
        if (index == 8) {
            return bottleneck(640, 640, 640, 0, 0);
        }
        return index % 2 == 1 ? attention(640, 12, 64, true) : bottleneck(640, 640, 1280, 0, 0);
    }

    private static Norm norm(String name, long width) {
        return Norm.rms(name, width, EPSILON);
    }

    /// A full convolution that widens, a point-wise one that narrows.
    private static Block edge(long in, long out, long inner) {
        return Residual.of(
                Convolution.plane("conv_exp", in, inner, 3, false),
                norm("bn1", inner),
                point("conv_pwl", inner, out),
                norm("bn2", out));
    }

    /// Depth-wise, widening, depth-wise, narrowing; a kernel of 0 leaves that depth-wise convolution out.
    private static Block bottleneck(long in, long out, long inner, long first, long middle) {
        List<Block> blocks = new ArrayList<>();
        if (first > 0) {
            blocks.add(Convolution.plane("dw_start.conv", in, in, first, false).grouped(in));
            blocks.add(norm("dw_start.bn", in));
        }
        blocks.add(point("pw_exp.conv", in, inner));
        blocks.add(norm("pw_exp.bn", inner));
        if (middle > 0) {
            blocks.add(Convolution.plane("dw_mid.conv", inner, inner, middle, false)
                    .strided(2)
                    .grouped(inner));
            blocks.add(norm("dw_mid.bn", inner));
        }
        blocks.add(point("pw_proj.conv", inner, out));
        blocks.add(norm("pw_proj.bn", out));
        blocks.add(Table.of("layer_scale.gamma", out));
        return in == out ? new Residual(blocks, false, 1) : Sequence.of("", blocks);
    }

    private static Convolution point(String name, long in, long out) {
        return Convolution.plane(name, in, out, 1, false);
    }

    /// All query heads share one key and one value head; with `reduced` these are read from a map of half the size.
    private static Block attention(long width, int headCount, long headDim, boolean reduced) {
        List<Part> parts = new ArrayList<>();
        parts.add(part(Slot.QUERY, "query.proj", width, headCount * headDim));
        parts.addAll(reader(Slot.KEY, Slot.KEY_NORM, "key.", width, headDim, reduced));
        parts.addAll(reader(Slot.VALUE, Slot.VALUE_NORM, "value.", width, headDim, reduced));
        parts.add(part(Slot.OUTPUT, "output.proj", headCount * headDim, width));
        return Residual.of(
                norm("norm", width),
                Attention.of("attn", Heads.of(headCount, 1, headDim), Span.bidirectional(), Rotary.NONE, parts),
                Table.of("layer_scale.gamma", width));
    }

    private static List<Part> reader(Slot slot, Slot norm, String prefix, long width, long headDim, boolean reduced) {
        Part projection = part(slot, prefix + "proj", width, headDim);
        if (!reduced) {
            return List.of(projection);
        }
        Convolution down = Convolution.plane(prefix + "down_conv", width, width, 3, false)
                .strided(2)
                .grouped(width)
                .as(Role.ATTENTION);
        return List.of(new Part(Slot.CONVOLUTION, down), new Part(norm, norm(prefix + "norm", width)), projection);
    }

    private static Part part(Slot slot, String name, long in, long out) {
        return new Part(slot, point(name, in, out).as(Role.ATTENTION));
    }

    /// Maps of the last two stages side by side, widened, narrowed to the output's width.
    private static Block fusion() {
        return Sequence.of(
                "msfa",
                point("ffn.pw_exp.conv", 1920, 3840),
                norm("ffn.pw_exp.bn", 3840),
                point("ffn.pw_proj.conv", 3840, 2048),
                norm("ffn.pw_proj.bn", 2048),
                norm("norm", 2048));
    }
}
