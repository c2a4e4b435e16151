package dev.weighbridge.engine.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Layers made of layers.
final class Composites {
    private Composites() {}

    /// One after the other.
    ///
    /// @param layers at least one
    record Chain(List<Layer> layers) implements Layer {
        Chain {
            layers = List.copyOf(layers);
        }

        @Override
        public int width() {
            return layers.getLast().width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            float[] input = x;
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                float[] output = i == layers.size() - 1 ? y : step.borrow(step.tokens() * layer.width());
                layer.apply(step, input, output);
                if (i > 0) {
                    step.giveBack(input);
                }
                input = output;
            }
        }
    }

    /// `skip · x + scale · f(x)`, then the norm.
    ///
    /// @param branch f
    /// @param norm applied to the sum; null for none
    record Sum(
            Layer branch, float skip, float scale, @Nullable Layer norm) implements Layer {
        @Override
        public int width() {
            return branch.width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            int count = step.tokens() * width();
            float[] sum = norm == null ? y : step.borrow(count);
            branch.apply(step, x, sum);
            for (int i = 0; i < count; i++) {
                sum[i] = skip * x[i] + scale * sum[i];
            }
            if (norm != null) {
                norm.apply(step, sum, y);
                step.giveBack(sum);
            }
        }
    }

    /// Branches that read the same input, summed.
    ///
    /// @param branches at least one, of one width
    record Branches(List<Layer> branches) implements Layer {
        Branches {
            branches = List.copyOf(branches);
        }

        @Override
        public int width() {
            return branches.getFirst().width();
        }

        @Override
        public void apply(Step step, float[] x, float[] y) {
            branches.getFirst().apply(step, x, y);
            int count = step.tokens() * width();
            float[] part = step.borrow(count);
            for (Layer branch : branches.subList(1, branches.size())) {
                branch.apply(step, x, part);
                for (int i = 0; i < count; i++) {
                    y[i] += part[i];
                }
            }
            step.giveBack(part);
        }
    }

    /// `factor · x`.
    record Scaling(int width, float factor) implements Layer {
        @Override
        public void apply(Step step, float[] x, float[] y) {
            for (int i = 0; i < step.tokens() * width; i++) {
                y[i] = factor * x[i];
            }
        }
    }
}
