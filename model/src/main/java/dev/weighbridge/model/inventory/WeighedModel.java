package dev.weighbridge.model.inventory;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.naming.GgufNames;
import dev.weighbridge.model.naming.GgufTensor;
import dev.weighbridge.model.packing.Unpacking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One model, weighed: what its files and its configuration say, and the count that follows.
public final class WeighedModel {
    private final Checkpoint checkpoint;
    private final @Nullable Blueprint blueprint;
    private final Inventory inventory;
    private final ParameterCount count;
    private final List<Finding> findings;

    private WeighedModel(
            Checkpoint checkpoint,
            @Nullable Blueprint blueprint,
            Inventory inventory,
            ParameterCount count,
            List<Finding> findings) {
        this.checkpoint = checkpoint;
        this.blueprint = blueprint;
        this.inventory = inventory;
        this.count = count;
        this.findings = List.copyOf(findings);
    }

    /// Weighs what was read. Files are the truth: where they lack what the configuration promises, the tensors are
    /// counted and the difference is a finding.
    ///
    /// @throws UnsupportedException if there are no tensors and no family knows the architecture
    public static WeighedModel of(Checkpoint checkpoint, Families families) {
        List<Finding> findings = new ArrayList<>(checkpoint.findings());
        Blueprint blueprint = null;
        if (!checkpoint.config().names().isEmpty()) {
            try {
                blueprint = families.blueprint(checkpoint.config());
            } catch (WeighException e) {
                if (checkpoint.tensors().isEmpty()) {
                    throw e;
                }
                findings.add(new Finding(
                        Finding.Kind.UNKNOWN_ARCHITECTURE,
                        "",
                        e.getMessage() + "; counted by tensors, roles read off their names"));
            }
        }
        if (checkpoint.tensors().isEmpty() && blueprint != null) {
            return new WeighedModel(
                    checkpoint,
                    blueprint,
                    new Inventory(List.of(), List.of(), List.of()),
                    ParameterCount.of(blueprint),
                    findings);
        }
        Unpacking unpacking = Unpacking.of(checkpoint);
        findings.addAll(unpacking.findings());
        if (blueprint != null) {
            List<PlacedParameter> places = checkpoint.format() == Format.GGUF
                    ? GgufNames.of(blueprint).stream().map(GgufTensor::place).toList()
                    : blueprint.parameters();
            Inventory bound = Inventory.of(unpacking.tensors(), places);
            ParameterCount count = ParameterCount.of(blueprint);
            findings.addAll(bound.findings());
            if (bound.isComplete() && bound.boundElements() == count.total()) {
                return new WeighedModel(checkpoint, blueprint, bound, count, findings);
            }
        }
        Config text = checkpoint.config().optionalPart("text_config").orElse(checkpoint.config());
        Inventory inventory =
                Inventory.withoutBlueprint(unpacking.tensors(), expertCount(text), activeExpertCount(text));
        findings.addAll(inventory.findings());
        List<PlacedParameter> counted = inventory.entries().stream()
                .filter(InventoryEntry::isCounted)
                .map(InventoryEntry::place)
                .toList();
        return new WeighedModel(checkpoint, blueprint, inventory, ParameterCount.of(counted), findings);
    }

    private static int expertCount(Config config) {
        return config.count(
                config.firstOf("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"), 0);
    }

    private static int activeExpertCount(Config config) {
        return Math.min(
                config.count(config.firstOf("num_experts_per_tok", "moe_topk", "moe_top_k", "moe_k"), 0),
                expertCount(config));
    }

    /// What the headers said.
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /// What the architecture says, where a family knows it.
    public Optional<Blueprint> blueprint() {
        return Optional.ofNullable(blueprint);
    }

    /// The architecture's class name: the blueprint's, else the one that the configuration names.
    public Optional<String> architecture() {
        if (blueprint != null) {
            return Optional.of(blueprint.architecture());
        }
        return checkpoint.config().texts("architectures").stream().findFirst();
    }

    /// The files' tensors in their places; empty for a configuration alone.
    public Inventory inventory() {
        return inventory;
    }

    /// The count: the blueprint's where there are no files or they hold all of it, else that of the tensors.
    public ParameterCount count() {
        return count;
    }

    /// Everything a reader should know.
    public List<Finding> findings() {
        return findings;
    }
}
