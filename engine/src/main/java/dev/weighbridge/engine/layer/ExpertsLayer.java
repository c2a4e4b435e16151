package dev.weighbridge.engine.layer;

import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.Routing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mixture of experts: each token goes through the experts that its router chooses, and through all shared ones.
///
/// @param block the constants
/// @param router scores of the experts, `[tokens, expertCount]`
/// @param correction added to the scores when choosing, not when weighing; null for none
/// @param experts the routed experts
/// @param shared experts that every token meets
/// @param sharedGate a gate of what the shared experts give, by its sigmoid; null for none
record ExpertsLayer(
        Experts block,
        LinearLayer router,
        float @Nullable [] correction,
        List<FeedForwardLayer> experts,
        List<FeedForwardLayer> shared,
        @Nullable LinearLayer sharedGate)
        implements Layer {
    @Override
    public int width() {
        return experts.getFirst().width();
    }

    @Override
    public void apply(Step step, float[] x, float[] y) {
        int width = width();
        int rows = step.tokens();
        float[] scores = step.borrow(rows * block.expertCount());
        router.apply(x, scores, rows);
        java.util.Arrays.fill(y, 0, rows * width, 0);
        float[] row = step.borrow(width);
        float[] out = step.borrow(width);
        for (int t = 0; t < rows; t++) {
            System.arraycopy(x, t * width, row, 0, width);
            routed(step, scores, t, row, out, y);
            shared(step, t, row, out, y);
        }
        step.giveBack(out);
        step.giveBack(row);
        step.giveBack(scores);
    }

    private void routed(Step step, float[] scores, int token, float[] row, float[] out, float[] y) {
        Choice choice = Choice.of(scores, token * block.expertCount(), block, correction);
        for (int i = 0; i < choice.experts().length; i++) {
            float weight = choice.weights()[i];
            boolean before = block.routing().score().equals("sigmoid_input");
            float[] input = before ? scaled(row, weight) : row;
            experts.get(choice.experts()[i]).apply(step, input, out, 1);
            add(y, token, out, before ? 1 : weight);
        }
    }

    private void shared(Step step, int token, float[] row, float[] out, float[] y) {
        float weight = 1;
        if (sharedGate != null) {
            float[] gate = new float[1];
            sharedGate.apply(row, gate, 1);
            weight = (float) Activations.sigmoid(gate[0]);
        }
        for (FeedForwardLayer expert : shared) {
            expert.apply(step, row, out, 1);
            add(y, token, out, weight);
        }
    }

    private static float[] scaled(float[] row, float factor) {
        float[] result = row.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] *= factor;
        }
        return result;
    }

    private void add(float[] y, int token, float[] out, float weight) {
        int width = width();
        for (int i = 0; i < width; i++) {
            y[token * width + i] += weight * out[i];
        }
    }

    /// Experts chosen for one token, and their weights.
    record Choice(int[] experts, float[] weights) {
        static Choice of(float[] scores, int at, Experts block, float @Nullable [] correction) {
            Routing routing = block.routing();
            int count = block.expertCount();
            int chosen = block.activeExpertCount();
            double[] probabilities = probabilities(scores, at, count, routing.score());
            double[] ranks = probabilities.clone();
            if (correction != null) {
                for (int e = 0; e < count; e++) {
                    ranks[e] += correction[e];
                }
            }
            if (routing.groupCount() > 1) {
                keepBestGroups(ranks, routing, correction != null);
            }
            int[] experts = largest(ranks, chosen);
            float[] weights = new float[chosen];
            double sum = 0;
            for (int i = 0; i < chosen; i++) {
                sum += probabilities[experts[i]];
            }
            for (int i = 0; i < chosen; i++) {
                double weight = probabilities[experts[i]];
                weights[i] = (float) ((routing.normalized() ? weight / (sum + 1e-20) : weight) * routing.scale());
            }
            return new Choice(experts, weights);
        }

        private static double[] probabilities(float[] scores, int at, int count, String score) {
            double[] values = new double[count];
            double max = Double.NEGATIVE_INFINITY;
            for (int e = 0; e < count; e++) {
                max = Math.max(max, scores[at + e]);
            }
            double sum = 0;
            for (int e = 0; e < count; e++) {
                double logit = scores[at + e];
                values[e] = switch (score) {
                    case "sigmoid", "sigmoid_input" -> Activations.sigmoid(logit);
                    case "sqrtsoftplus" -> Math.sqrt(Activations.softplus(logit));
                    default -> Math.exp(logit - max);
                };
                sum += values[e];
            }
            if (!score.startsWith("sigmoid") && !score.equals("sqrtsoftplus")) {
                for (int e = 0; e < count; e++) {
                    values[e] /= sum;
                }
            }
            return values;
        }

        /// DeepSeek: a group counts by its best expert (V2), or with a correction by its best two (V3).
        private static void keepBestGroups(double[] ranks, Routing routing, boolean byTwo) {
            int groups = routing.groupCount();
            int size = ranks.length / groups;
            double[] best = new double[groups];
            for (int g = 0; g < groups; g++) {
                double[] members = java.util.Arrays.copyOfRange(ranks, g * size, (g + 1) * size);
                java.util.Arrays.sort(members);
                best[g] = members[size - 1] + (byTwo && size > 1 ? members[size - 2] : 0);
            }
            boolean[] kept = new boolean[groups];
            for (int g : largest(best, routing.activeGroupCount())) {
                kept[g] = true;
            }
            for (int e = 0; e < ranks.length; e++) {
                if (!kept[e / size]) {
                    ranks[e] = Double.NEGATIVE_INFINITY;
                }
            }
        }

        private static int[] largest(double[] values, int count) {
            int[] best = new int[count];
            boolean[] taken = new boolean[values.length];
            for (int i = 0; i < count; i++) {
                int at = -1;
                for (int e = 0; e < values.length; e++) {
                    if (!taken[e] && (at < 0 || values[e] > values[at])) {
                        at = e;
                    }
                }
                taken[at] = true;
                best[i] = at;
            }
            return best;
        }
    }
}
