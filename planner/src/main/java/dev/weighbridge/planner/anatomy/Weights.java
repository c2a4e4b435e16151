package dev.weighbridge.planner.anatomy;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.InventoryEntry.Binding;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.naming.GgufNames;
import dev.weighbridge.model.naming.GgufTensor;
import dev.weighbridge.model.packing.LogicalTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The reading that lists weights as runtimes hold them.
final class Weights {
    private Weights() {}

    /// Of the architecture alone.
    static List<Weight> of(Blueprint blueprint) {
        return weights(blueprint, Map.of(), Map.of());
    }

    /// Of a model's files, or of its architecture where there are none.
    static List<Weight> of(WeighedModel model) {
        List<InventoryEntry> entries = model.inventory().entries();
        if (entries.isEmpty()) {
            return model.blueprint().map(Weights::of).orElse(List.of());
        }
        boolean placed = entries.stream().anyMatch(entry -> entry.binding() == Binding.BOUND);
        if (!placed || model.blueprint().isEmpty()) {
            return entries.stream()
                    .filter(InventoryEntry::isCounted)
                    .map(Weights::unplaced)
                    .toList();
        }
        Map<String, Long> bytes = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        List<Weight> beside = new ArrayList<>();
        for (InventoryEntry entry : entries) {
            if (entry.binding() == Binding.UNEXPECTED) {
                beside.add(unplaced(entry));
            } else if (entry.binding() != Binding.BUFFER) {
                String name = withoutExpert(entry.place());
                bytes.merge(name, entry.tensor().bytes(), Math::addExact);
                types.putIfAbsent(name, entry.tensor().storageType());
            }
        }
        List<Weight> all = new ArrayList<>(weights(model.blueprint().get(), bytes, types));
        all.addAll(beside);
        return all;
    }

    /// What a GGUF file of the architecture holds beside the weights: corrections and scales that are not trained.
    static List<Weight> buffers(Blueprint blueprint) {
        return GgufNames.of(blueprint).stream()
                .filter(tensor -> tensor.place().isBuffer())
                .map(tensor -> weight(tensor.place(), tensor.checkpointName(), tensor.place(), Weight.Stored.NOWHERE))
                .toList();
    }

    /// What a model's files hold beside the weights.
    static List<Weight> buffers(WeighedModel model) {
        List<InventoryEntry> entries = model.inventory().entries();
        if (entries.isEmpty()) {
            return model.blueprint().map(Weights::buffers).orElse(List.of());
        }
        return entries.stream()
                .filter(entry -> entry.binding() == Binding.BUFFER)
                .map(Weights::unplaced)
                .toList();
    }

    private static List<Weight> weights(Blueprint blueprint, Map<String, Long> bytes, Map<String, String> types) {
        Map<String, List<GgufTensor>> ggufNames = new LinkedHashMap<>();
        for (GgufTensor tensor : GgufNames.of(blueprint)) {
            ggufNames
                    .computeIfAbsent(tensor.checkpointName(), _ -> new ArrayList<>(1))
                    .add(tensor);
        }
        List<Weight> weights = new ArrayList<>();
        for (PlacedParameter parameter : blueprint.layeredParameters()) {
            if (parameter.isBuffer()) {
                continue;
            }
            List<GgufTensor> named = ggufNames.getOrDefault(parameter.name(), List.of());
            if (named.isEmpty()) {
                weights.add(weight(parameter, parameter.name(), parameter, stored(parameter.name(), bytes, types, 1)));
            }
            for (GgufTensor tensor : named) {
                String name = tensor.place().name();
                Weight.Stored stored = stored(name, bytes, types, 1);
                if (!stored.isPresent()) {
                    stored = stored(parameter.name(), bytes, types, named.size());
                }
                weights.add(weight(tensor.place(), parameter.name(), parameter, stored));
            }
        }
        return weights;
    }

    private static Weight weight(
            PlacedParameter place, String publishedName, PlacedParameter parameter, Weight.Stored stored) {
        return new Weight(
                place.name(),
                publishedName,
                place.shape(),
                place.copies(),
                parameter.role(),
                parameter.tower(),
                parameter.layer(),
                parameter.expertCount(),
                parameter.activeExpertCount(),
                parameter.isTied(),
                stored);
    }

    private static Weight.Stored stored(String name, Map<String, Long> bytes, Map<String, String> types, int parts) {
        Long held = bytes.get(name);
        return held == null ? Weight.Stored.NOWHERE : new Weight.Stored(types.getOrDefault(name, ""), held / parts);
    }

    private static Weight unplaced(InventoryEntry entry) {
        LogicalTensor tensor = entry.tensor();
        PlacedParameter place = entry.place();
        return new Weight(
                tensor.name(),
                tensor.name(),
                tensor.shape(),
                1,
                place.role(),
                place.tower(),
                place.layer(),
                place.expertCount(),
                place.activeExpertCount(),
                false,
                new Weight.Stored(tensor.storageType(), tensor.bytes()));
    }

    /// The name that the experts of a layer share: `*` in place of the number.
    private static String withoutExpert(PlacedParameter place) {
        if (place.expert() < 0) {
            return place.name();
        }
        String number = Integer.toString(place.expert());
        String name = place.name();
        for (int at = name.lastIndexOf(number); at > 0; at = name.lastIndexOf(number, at - 1)) {
            int after = at + number.length();
            char before = name.charAt(at - 1);
            boolean whole = after == name.length() || name.charAt(after) == '.';
            if (whole && (before == '.' || before == '_')) {
                return name.substring(0, at) + "*" + name.substring(after);
            }
        }
        return name;
    }
}
