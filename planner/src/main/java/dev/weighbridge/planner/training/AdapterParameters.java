package dev.weighbridge.planner.training;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import java.util.List;

/// The reading that counts what low-rank adapters train: `rank · (in + out)` for each linear layer that
/// gets one.
final class AdapterParameters {
    private AdapterParameters() {}

    /// Trained parameters beside a model, those of its text layers.
    static long count(Anatomy model, Method.Adapters adapters) {
        long sum = 0;
        for (Layer layer : model.textLayers()) {
            sum = Math.addExact(sum, count(layer, adapters));
        }
        return sum;
    }

    /// Those of one layer.
    static long count(Layer layer, Method.Adapters adapters) {
        long widths = 0;
        for (Block block : layer.mixers()) {
            widths += widths(block, adapters.targets());
        }
        for (Block block : layer.feedForwards()) {
            widths += widths(block, adapters.targets());
        }
        return Math.multiplyExact(widths, (long) adapters.rank());
    }

    private static long widths(Block block, LoraTargets targets) {
        return switch (block) {
            case Attention attention -> widths(attention.parts(), targets);
            case FeedForward feedForward -> widths(feedForward.parts(), targets);
            case LinearAttention linear -> widths(linear.parts(), targets);
            case StateSpace space -> widths(space.parts(), targets);
            case Experts experts -> {
                boolean areModules = experts.storage() == Experts.Storage.NUMBERED;
                long routed = areModules ? experts.expertCount() * widths(experts.expert(), targets) : 0;
                long shared = experts.parts().stream()
                        .filter(part -> part.block() instanceof FeedForward)
                        .mapToLong(part -> widths(part.block(), targets))
                        .sum();
                yield routed + shared;
            }
            default -> 0;
        };
    }

    private static long widths(List<Part> parts, LoraTargets targets) {
        long sum = 0;
        for (Part part : parts) {
            if (targets.contains(part.slot()) && part.block() instanceof Linear linear) {
                sum += linear.in() + linear.out();
            }
        }
        return sum;
    }
}
