package dev.weighbridge.model.inventory;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.naming.GgufNames;
import dev.weighbridge.model.naming.GgufTensor;
import dev.weighbridge.model.packing.Unpacking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One model, weighed: what its files and its configuration say, and the count that follows.
public final class WeighedModel {
    /// So many of a reader's findings of one kind are listed; an ONNX graph may have a scale per weight.
    private static final int LISTED_FINDINGS = 5;

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
        List<Finding> findings = new ArrayList<>(Finding.abridged(checkpoint.findings(), LISTED_FINDINGS));
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
        if (checkpoint.tensors().isEmpty()) {
            findings.add(
                    new Finding(Finding.Kind.IRREGULAR, "", "holds no tensors, as a vocabulary or an empty file does"));
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

    /// Puts the components of a pipeline together: a text encoder, a denoiser, an autoencoder, each weighed by itself.
    /// Names
    /// are those of the component's folder followed by its own.
    ///
    /// @param name what to call the pipeline
    /// @param index its `model_index.json`, whose class name becomes the architecture
    /// @param components by folder, in the order of the index
    public static WeighedModel pipeline(String name, Config index, Map<String, WeighedModel> components) {
        List<StoredFile> files = new ArrayList<>();
        List<StoredTensor> tensors = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        List<InventoryEntry> entries = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        long bytesRead = 0;
        for (Map.Entry<String, WeighedModel> component : components.entrySet()) {
            String prefix = component.getKey() + ".";
            WeighedModel model = component.getValue();
            int firstFile = files.size();
            files.addAll(model.checkpoint.files());
            for (StoredTensor tensor : model.checkpoint.tensors()) {
                tensors.add(new StoredTensor(
                        prefix + tensor.name(),
                        tensor.dataType(),
                        tensor.shape(),
                        firstFile + tensor.file(),
                        tensor.offset(),
                        tensor.bytes()));
            }
            model.inventory.entries().forEach(entry -> entries.add(entry.under(prefix)));
            model.findings.forEach(finding -> findings.add(new Finding(
                    finding.kind(),
                    finding.tensor().isEmpty() ? "" : prefix + finding.tensor(),
                    prefix.replace(".", ": ") + finding.message())));
            model.blueprint().ifPresent(blueprint -> blocks.add(Sequence.of(component.getKey(), blueprint.root())));
            bytesRead += model.checkpoint.bytesRead();
        }
        String architecture = index.text("_class_name", "pipeline");
        Blueprint whole = blocks.size() == components.size()
                ? new Blueprint(architecture, "pipeline", index, Sequence.of("", blocks))
                : null;
        return new WeighedModel(
                new Checkpoint(
                        components.values().iterator().next().checkpoint.format(),
                        name,
                        files,
                        index,
                        Config.EMPTY.with("architectures", List.of(architecture)),
                        tensors,
                        List.of(),
                        bytesRead),
                whole,
                new Inventory(entries, List.of(), List.of()),
                ParameterCount.sum(
                        components.values().stream().map(WeighedModel::count).toList()),
                findings);
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
