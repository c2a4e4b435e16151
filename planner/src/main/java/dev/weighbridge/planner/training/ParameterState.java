package dev.weighbridge.planner.training;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.memory.parallel.Sharding;
import dev.weighbridge.planner.memory.parallel.Stages;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.HashMap;
import java.util.Map;

/// What lies in memory for each parameter of one pipeline stage, on one tensor rank, before data-parallel
/// ranks divide anything.
///
/// @param weights bytes of weights, frozen and trained
/// @param trained parameters that are trained
/// @param optimizer bytes of moments and master copies
/// @param largestLayer bytes of the largest layer's weights as they are computed with
/// @param largestTable bytes of the larger of embedding and head, likewise
/// @param largestLayerTrained trained parameters of the largest layer
/// @param largestTableTrained trained parameters of the larger of embedding and head
/// @param largestMatrix elements of the largest matrix that must be unpacked before it is used; 0 for none
record ParameterState(
        double weights,
        double trained,
        double optimizer,
        double largestLayer,
        double largestTable,
        double largestLayerTrained,
        double largestTableTrained,
        double largestMatrix) {
    /// Reads a stage.
    static ParameterState of(Anatomy model, TrainingSettings settings, Sharding sharding, Stages stages, int stage) {
        Reading reading = new Reading(settings);
        switch (settings.method()) {
            case Method.Full _ -> {
                for (Weight weight : model.weights()) {
                    if (!weight.isTied() && stages.of(weight) == stage) {
                        reading.trained(weight, sharding);
                    }
                }
            }
            case Method.Adapters adapters -> {
                StoredWeights stored = adapters.base().store(model);
                for (Weight weight : model.weights()) {
                    if (!weight.isTied() && stages.of(weight) == stage) {
                        reading.frozen(weight, stored, sharding, adapters.isQuantized());
                    }
                }
                for (Layer layer : model.textLayers()) {
                    if (stages.of(layer.number()) == stage) {
                        reading.adapter(layer.number(), AdapterParameters.count(layer, adapters));
                    }
                }
            }
        }
        return reading.state();
    }

    /// The sums while they are made.
    private static final class Reading {
        private final Numerics numerics;
        private final Optimizer optimizer;
        private final Map<Integer, Double> layerBytes = new HashMap<>();
        private final Map<Integer, Double> layerTrained = new HashMap<>();
        private double weights;
        private double trained;
        private double state;
        private double table;
        private double tableTrained;
        private double matrix;

        Reading(TrainingSettings settings) {
            this.numerics = settings.numerics();
            this.optimizer = settings.optimizer();
        }

        void trained(Weight weight, Sharding sharding) {
            // a share of elements: the rule divides whatever unit it is given
            double elements = sharding.share(weight, weight.elements());
            double copies = (double) weight.copies()
                    * (weight.shape().rank() == 3 ? weight.shape().dimension(0) : 1);
            double columns = weight.rowElements();
            double rows = weight.elements() / copies / columns;
            double share = elements / weight.elements();
            weights += elements * numerics.weightBytes();
            trained += elements;
            boolean isHidden = weight.layer() >= 0 && rows > 1;
            state += elements * numerics.masterBytes()
                    + share * copies * optimizer.bytes(rows, columns, isHidden, numerics.momentBytes());
            add(weight, elements * numerics.computeBytes(), elements);
        }

        void frozen(Weight weight, StoredWeights stored, Sharding sharding, boolean isQuantized) {
            double bytes = sharding.share(weight, stored.bytes(weight));
            weights += bytes;
            boolean isPacked = isQuantized && bytes < 2.0 * sharding.share(weight, weight.elements());
            if (isPacked) {
                matrix = Math.max(matrix, (double) weight.elements() / weight.copies());
            }
            add(weight, bytes, 0);
        }

        void adapter(int layer, double elements) {
            weights += elements * numerics.weightBytes();
            trained += elements;
            state += elements * numerics.masterBytes() + optimizer.bytes(2, elements / 2, true, numerics.momentBytes());
            layerTrained.merge(layer, elements, Double::sum);
        }

        private void add(Weight weight, double bytes, double elements) {
            if (weight.layer() >= 0) {
                layerBytes.merge(weight.layer(), bytes, Double::sum);
                layerTrained.merge(weight.layer(), elements, Double::sum);
            } else if (weight.role() == Role.EMBEDDING || weight.role() == Role.HEAD) {
                table = Math.max(table, bytes);
                tableTrained = Math.max(tableTrained, elements);
            }
        }

        ParameterState state() {
            return new ParameterState(
                    weights, trained, state, largest(layerBytes), table, largest(layerTrained), tableTrained, matrix);
        }

        private static double largest(Map<Integer, Double> values) {
            return values.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElse(0);
        }
    }
}
