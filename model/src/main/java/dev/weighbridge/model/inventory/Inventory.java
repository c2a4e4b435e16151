package dev.weighbridge.model.inventory;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.inventory.InventoryEntry.Binding;
import dev.weighbridge.model.naming.TensorName;
import dev.weighbridge.model.naming.TensorNames;
import dev.weighbridge.model.packing.LogicalTensor;
import dev.weighbridge.model.tensor.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tensors of the files, each bound to its parameter of the blueprint.
///
/// @param entries every logical tensor with its place
/// @param missing parameters of the blueprint that the files lack
/// @param findings the differences, each kind summed up in a few sentences
public record Inventory(List<InventoryEntry> entries, List<PlacedParameter> missing, List<Finding> findings) {
    /// So many differences of one kind are listed one by one; the rest is summed up.
    private static final int LISTED = 5;

    /// Copies the lists.
    public Inventory {
        entries = List.copyOf(entries);
        missing = List.copyOf(missing);
        findings = List.copyOf(findings);
    }

    /// Whether the files hold the blueprint's every parameter in its shape, so that its count is theirs.
    public boolean isComplete() {
        return missing.isEmpty() && findings.stream().noneMatch(finding -> finding.kind() == Finding.Kind.WRONG_SHAPE);
    }

    /// Elements of all tensors that are a parameter of the blueprint.
    public long boundElements() {
        return entries.stream()
                .filter(entry -> entry.binding() == Binding.BOUND)
                .mapToLong(entry -> entry.tensor().elements())
                .reduce(0, Math::addExact);
    }

    /// Tensors with places read off their names alone.
    ///
    /// @param expertCount routed experts of the model, where known; else 0
    /// @param activeExpertCount routed experts a token meets, where known; else 0
    public static Inventory withoutBlueprint(List<LogicalTensor> tensors, int expertCount, int activeExpertCount) {
        List<InventoryEntry> entries = new ArrayList<>(tensors.size());
        List<Finding> findings = new ArrayList<>();
        Differences integers = new Differences();
        Map<Range, String> owners = new HashMap<>();
        TensorNames words = new TensorNames();
        for (LogicalTensor tensor : tensors) {
            PlacedParameter place = placeByName(words.read(tensor.name()), tensor, expertCount, activeExpertCount);
            Binding binding = place.isBuffer() ? Binding.BUFFER : Binding.UNPLACED;
            if (binding == Binding.UNPLACED && isInteger(tensor)) {
                integers.add(
                        Finding.Kind.ASSUMED,
                        tensor.name(),
                        "holds integers and is counted: neither an architecture nor a quantiser says what they are",
                        tensor.elements());
            }
            Optional<String> owner = sharedStorage(tensor, owners);
            if (owner.isPresent()) {
                binding = Binding.COPY;
                findings.add(new Finding(
                        Finding.Kind.TIED, tensor.name(), "shares its storage with " + owner.get() + "; counted once"));
            }
            entries.add(new InventoryEntry(tensor, place, binding));
        }
        findings.addAll(integers.findings());
        return new Inventory(entries, List.of(), findings);
    }

    /// Tensors bound by name to the parameters of a blueprint.
    ///
    /// @param tensors of the files
    /// @param parameters of the blueprint, spelled out as the format names them
    public static Inventory of(List<LogicalTensor> tensors, List<PlacedParameter> parameters) {
        Map<String, PlacedParameter> places = new LinkedHashMap<>();
        for (PlacedParameter place : parameters) {
            places.put(place.name(), place);
        }
        NameBridge names = new NameBridge(Set.copyOf(places.keySet()));
        List<InventoryEntry> entries = new ArrayList<>(tensors.size());
        Differences differences = new Differences();
        Map<Range, String> owners = new HashMap<>();
        TensorNames words = new TensorNames();
        for (LogicalTensor tensor : tensors) {
            PlacedParameter place = places.remove(names.apply(tensor.name()));
            if (place == null) {
                PlacedParameter guess = placeByName(words.read(tensor.name()), tensor, 0, 0);
                boolean buffer = guess.isBuffer() || isInteger(tensor);
                entries.add(new InventoryEntry(tensor, guess, buffer ? Binding.BUFFER : Binding.UNEXPECTED));
                if (!buffer) {
                    differences.add(
                            Finding.Kind.UNEXPECTED, tensor.name(), "not in the architecture", tensor.elements());
                }
                continue;
            }
            boolean copy = place.isTied();
            boolean stored = sharedStorage(tensor, owners).isEmpty();
            if (copy && stored) {
                differences.add(
                        Finding.Kind.STORED_TWICE,
                        tensor.name(),
                        "stored although tied to " + place.tiedTo().orElse("another tensor") + "; counted once",
                        tensor.elements());
            }
            if (tensor.elements() != place.shape().elements()) {
                differences.add(
                        Finding.Kind.WRONG_SHAPE,
                        tensor.name(),
                        "is " + tensor.shape() + " in the file, " + place.shape() + " by the configuration",
                        tensor.elements());
            }
            Binding binding = place.isBuffer() ? Binding.BUFFER : copy ? Binding.COPY : Binding.BOUND;
            entries.add(new InventoryEntry(tensor, place, binding));
        }
        List<PlacedParameter> missing = places.values().stream()
                .filter(place -> !place.isTied() && !place.isBuffer())
                .toList();
        for (PlacedParameter place : missing) {
            differences.add(Finding.Kind.MISSING, place.name(), "not in the files", place.elements());
        }
        return new Inventory(entries, missing, differences.findings());
    }

    private static PlacedParameter placeByName(
            TensorName name, LogicalTensor tensor, int expertCount, int activeExpertCount) {
        boolean buffer = name.role() == Role.BUFFER;
        boolean expert = name.role() == Role.EXPERT;
        return new PlacedParameter(
                tensor.name(),
                tensor.shape(),
                buffer ? Role.BUFFER : name.role(),
                name.tower(),
                1,
                name.layer(),
                name.expert(),
                expert ? expertCount : 0,
                expert ? activeExpertCount : 0,
                null);
    }

    /// Whether it holds integers that no quantiser explains: in a known architecture an index or a mask.
    private static boolean isInteger(LogicalTensor tensor) {
        return tensor.stored().size() == 1
                && tensor.stored().getFirst().dataType().kind() == DataType.Kind.INTEGER
                && tensor.storageType()
                        .equals(tensor.stored().getFirst().dataType().name());
    }

    /// Bytes of one file.
    private record Range(int file, long offset, long bytes) {}

    /// The earlier tensor over the very same bytes, where there is one.
    private static Optional<String> sharedStorage(LogicalTensor tensor, Map<Range, String> owners) {
        var stored = tensor.stored().getFirst();
        if (stored.bytes() == 0) {
            return Optional.empty();
        }
        Range range = new Range(stored.file(), stored.offset(), stored.bytes());
        return Optional.ofNullable(owners.putIfAbsent(range, tensor.name()));
    }

    /// Differences by kind: the first few in full, the rest as one sum.
    private static final class Differences {
        private final Map<Finding.Kind, List<Finding>> listed = new LinkedHashMap<>();
        private final Map<Finding.Kind, long[]> rest = new LinkedHashMap<>();

        void add(Finding.Kind kind, String tensor, String message, long elements) {
            List<Finding> ofKind = listed.computeIfAbsent(kind, _ -> new ArrayList<>());
            if (ofKind.size() < LISTED) {
                ofKind.add(new Finding(kind, tensor, message));
            } else {
                long[] sum = rest.computeIfAbsent(kind, _ -> new long[2]);
                sum[0]++;
                sum[1] += elements;
            }
        }

        List<Finding> findings() {
            List<Finding> findings = new ArrayList<>();
            listed.forEach((kind, ofKind) -> {
                findings.addAll(ofKind);
                long[] sum = rest.get(kind);
                if (sum != null) {
                    findings.add(new Finding(
                            kind, "", "and %,d more tensors of this kind, %,d elements".formatted(sum[0], sum[1])));
                }
            });
            return findings;
        }
    }
}
