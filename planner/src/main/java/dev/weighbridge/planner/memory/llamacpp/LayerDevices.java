package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The device of each layer, as `llama_model::load_tensors` deals them out.
///
/// The layers to be offloaded, the output layer being the last of them, are dealt in order, each device's
/// part being
/// in proportion to its share. llama.cpp computes in 32-bit floats, and so does this: the borders depend
/// on it.
///
/// @param layers for each layer the device, or [Portion#HOST]
/// @param output the device of the output layer, or [Portion#HOST]
record LayerDevices(List<Integer> layers, int output) {
    /// Copies the list.
    LayerDevices {
        layers = List.copyOf(layers);
    }

    /// Deals out `count` layers and the output layer.
    static LayerDevices of(int count, Placement placement) {
        int devices = placement.devices().size();
        int offloaded = devices == 0 ? 0 : Math.clamp(placement.offloadedLayers(), 0, count + 1);
        float[] borders = borders(placement);
        int first = count + 1 - offloaded;
        List<Integer> all = new ArrayList<>(Collections.nCopies(count + 1, Portion.HOST));
        for (int layer = first; layer <= count; layer++) {
            all.set(layer, above(borders, (float) (layer - first) / offloaded));
        }
        return new LayerDevices(all.subList(0, count), all.get(count));
    }

    /// The device of a layer; those without a number of their own are where the first one is.
    int of(int layer) {
        if (layers.isEmpty()) {
            return output;
        }
        return layers.get(Math.clamp(layer, 0, layers.size() - 1));
    }

    /// The end of each device's part, as a fraction of all.
    private static float[] borders(Placement placement) {
        float[] shares = shares(placement);
        float[] borders = new float[shares.length];
        float sum = 0;
        for (int i = 0; i < shares.length; i++) {
            sum += shares[i];
            borders[i] = sum;
        }
        for (int i = 0; i < shares.length; i++) {
            borders[i] /= sum;
        }
        return borders;
    }

    private static float[] shares(Placement placement) {
        List<Device> devices = placement.devices();
        List<Double> asked = placement.split() instanceof Split.Layers split ? split.shares() : List.of();
        boolean isSaid = asked.stream().anyMatch(share -> share != 0);
        float[] shares = new float[devices.size()];
        for (int i = 0; i < shares.length; i++) {
            double share = isSaid
                    ? i < asked.size() ? asked.get(i) : 0
                    : devices.get(i).visibleBytes();
            shares[i] = (float) share;
        }
        return shares;
    }

    /// The first border above a fraction (`std::upper_bound`).
    private static int above(float[] borders, float fraction) {
        for (int i = 0; i < borders.length; i++) {
            if (borders[i] > fraction) {
                return i;
            }
        }
        return borders.length - 1;
    }
}
