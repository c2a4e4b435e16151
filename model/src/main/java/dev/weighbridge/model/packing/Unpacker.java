package dev.weighbridge.model.packing;

import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds the packed layers of one checkpoint and restores them.
final class Unpacker {
    /// Scales and zero points of activations and of the cache: what a runtime multiplies by, never a trained number.
    private static final Set<String> STORAGE_ONLY = Set.of(
            "k_scale",
            "v_scale",
            "q_scale",
            "kv_scale",
            "prob_scale",
            "k_zero_point",
            "v_zero_point",
            "input_scale",
            "output_scale",
            "input_zero_point",
            "output_zero_point",
            "input_global_scale",
            "activation_scale",
            "weight_format",
            "weight_scale",
            "weight_scale_inv",
            "weight_scale_2",
            "weight_zero_point",
            "qzeros",
            "g_idx");

    private final Checkpoint checkpoint;
    private final QuantizationSettings settings;
    private final Map<String, StoredTensor> byName = new HashMap<>();
    private final Map<String, LogicalTensor> packed = new HashMap<>();
    private final Set<String> consumed = new HashSet<>();
    private final Map<String, Integer> countByType = new LinkedHashMap<>();
    private final Map<String, String> assumptions = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    Unpacker(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.settings = QuantizationSettings.of(checkpoint.config());
    }

    Unpacking unpack() {
        if (checkpoint.format() != Format.GGUF) {
            checkpoint.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
            checkpoint.tensors().forEach(this::find);
        }
        List<LogicalTensor> tensors = new ArrayList<>();
        List<StoredTensor> storageOnly = new ArrayList<>();
        Set<String> notParameters = named(Finding.Kind.NOT_A_PARAMETER);
        Set<String> quantized = named(Finding.Kind.PACKED);
        int scales = 0;
        for (StoredTensor tensor : checkpoint.tensors()) {
            LogicalTensor restored = packed.get(tensor.name());
            if (restored != null) {
                tensors.add(restored);
            } else if (notParameters.contains(tensor.name())) {
                storageOnly.add(tensor);
            } else if (isStorageOnly(tensor)) {
                storageOnly.add(tensor);
                scales++;
            } else if (!consumed.contains(tensor.name())) {
                tensors.add(quantized.contains(tensor.name()) ? quantized(tensor) : LogicalTensor.of(tensor));
            }
        }
        report(scales);
        return new Unpacking(tensors, storageOnly, findings);
    }

    /// The tensors that the reader of the files found to be of some kind, as only the file's format tells it.
    private Set<String> named(Finding.Kind kind) {
        return checkpoint.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .map(Finding::tensor)
                .collect(Collectors.toSet());
    }

    /// A weight that the format itself keeps as integers.
    private LogicalTensor quantized(StoredTensor tensor) {
        long bits = Math.round(tensor.dataType().bitsPerElement());
        return new LogicalTensor(
                tensor.name(), tensor.shape(), checkpoint.format().name() + "-" + bits, List.of(tensor));
    }

    private void find(StoredTensor tensor) {
        for (Scheme scheme : Scheme.values()) {
            if (!tensor.name().endsWith(scheme.suffix())) {
                continue;
            }
            String module = tensor.name()
                    .substring(0, tensor.name().length() - scheme.suffix().length());
            try {
                take(scheme.unpack(new Module(module, tensor, byName, settings)));
            } catch (ArithmeticException e) {
                findings.add(new Finding(
                        Finding.Kind.IRREGULAR,
                        tensor.name(),
                        "is named as a packed weight, but no weight has such shapes; taken as it is stored"));
            }
            return;
        }
    }

    private void take(Packed found) {
        LogicalTensor tensor = found.tensor();
        if (tensor == null) {
            return;
        }
        tensor.elements();
        packed.put(tensor.stored().getFirst().name(), tensor);
        tensor.stored().forEach(stored -> consumed.add(stored.name()));
        countByType.merge(tensor.storageType(), 1, Integer::sum);
        if (!found.assumption().isEmpty()) {
            assumptions.putIfAbsent(found.assumption(), tensor.name());
        }
    }

    /// A name like a scale's says something only in a quantised model.
    private boolean isStorageOnly(StoredTensor tensor) {
        String last = tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
        boolean isQuantized = settings.isPresent() || !packed.isEmpty();
        return isQuantized && !consumed.contains(tensor.name()) && STORAGE_ONLY.contains(last);
    }

    private void report(int storageOnly) {
        countByType.forEach((type, count) -> findings.add(
                new Finding(Finding.Kind.PACKED, "", count + " weights are stored as " + type + "; counted unpacked")));
        int further = consumed.size() - packed.size() + storageOnly;
        if (further > 0) {
            findings.add(new Finding(
                    Finding.Kind.NOT_A_PARAMETER,
                    "",
                    further + " stored tensors are scales, zero points and tables of the quantiser, no parameters"));
        }
        assumptions.forEach((what, tensor) ->
                findings.add(new Finding(Finding.Kind.ASSUMED, tensor, "is unpacked assuming " + what)));
        if (settings.isPresent() && packed.isEmpty() && !checkpoint.tensors().isEmpty()) {
            String method = settings.method();
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    "the configuration names the quantiser " + (method.isEmpty() ? "(no name)" : method)
                            + ", but no tensor is packed in a way known here; counted as stored"));
        }
    }
}
