package dev.weighbridge.model.family;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.naming.EditDistance;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Every architecture that is known, by class name and by model type.
public final class Families {
    private record Entry(String family, Family.Builder builder) {}

    private final Map<String, Entry> architectures = new LinkedHashMap<>();
    private final Map<String, Entry> backbones = new LinkedHashMap<>();
    private final Queue<Supplier<List<Family>>> groups;

    private Families(Collection<Supplier<List<Family>>> groups) {
        this.groups = new ArrayDeque<>(groups);
    }

    /// Looks up a name, taking in one group after the other until it is found.
    private synchronized @Nullable Entry find(Map<String, Entry> entries, String name) {
        Entry entry = entries.get(name);
        while (entry == null && !groups.isEmpty()) {
            takeIn(groups.remove().get());
            entry = entries.get(name);
        }
        return entry;
    }

    /// All entries, every group taken in.
    private synchronized Set<String> namesOf(Map<String, Entry> entries) {
        while (!groups.isEmpty()) {
            takeIn(groups.remove().get());
        }
        return new TreeSet<>(entries.keySet());
    }

    private void takeIn(List<Family> families) {
        for (Family family : families) {
            family.architectureBuilders().forEach((name, builder) -> add(architectures, name, family, builder));
            family.backboneBuilders().forEach((name, builder) -> add(backbones, name, family, builder));
        }
    }

    private static void add(Map<String, Entry> entries, String name, Family family, Family.Builder builder) {
        Entry earlier = entries.putIfAbsent(name, new Entry(family.name(), builder));
        if (earlier != null) {
            throw new IllegalArgumentException(
                    name + " is claimed by the families " + earlier.family + " and " + family.name());
        }
    }

    /// Exactly these families.
    ///
    /// @throws IllegalArgumentException if two claim the same architecture or model type
    public static Families of(Collection<Family> families) {
        Families all = new Families(List.of());
        all.takeIn(List.copyOf(families));
        return all;
    }

    /// The families of these groups, each group made when the ones before it do not know a name: a command that weighs
    /// one model does not wait for all of them. Safe for use by many threads.
    public static Families ofGroups(Collection<Supplier<List<Family>>> groups) {
        return new Families(groups);
    }

    /// Class names of every architecture known, sorted.
    public Set<String> architectures() {
        return namesOf(architectures);
    }

    /// Whether a class name is known.
    public boolean knows(String architecture) {
        return find(architectures, architecture) != null;
    }

    /// Model types of every backbone known, sorted.
    public Set<String> modelTypes() {
        return namesOf(backbones);
    }

    /// The blueprint that a configuration describes. Its first known architecture decides. A publisher's own class over
    /// a known model type is built as the standard class of that type (`KimiK25ForConditionalGeneration` over
    /// `kimi_k25`); without any class, a bare backbone of its model type is.
    /// A component of a diffusers pipeline names its one class in `_class_name`.
    ///
    /// @throws UnsupportedException if no family knows the architecture; the message names the nearest ones
    /// @throws MalformedException if the configuration contradicts itself
    public Blueprint blueprint(Config config) {
        List<String> named = classes(config);
        String modelType = config.text("model_type", "");
        for (String architecture : named) {
            Entry entry = find(architectures, architecture);
            if (entry != null) {
                return new Blueprint(architecture, entry.family, config, build(architecture, entry, config));
            }
        }
        Entry entry = named.isEmpty() ? find(backbones, modelType) : null;
        if (entry != null) {
            return new Blueprint(modelType, entry.family, config, build(modelType, entry, config));
        }
        String standard = named.isEmpty() ? "" : standardClass(modelType, named.getFirst());
        Entry usual = standard.isEmpty() ? null : find(architectures, standard);
        if (usual == null) {
            throw unknown(named.isEmpty() ? modelType : named.getFirst());
        }
        return new Blueprint(named.getFirst(), usual.family, config, build(standard, usual, config));
    }

    /// The class of this model type with the same task as `publisher`'s own class, else one that generates text; empty
    /// for
    /// none.
    private String standardClass(String modelType, String publisher) {
        String type = modelType.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
        List<String> tasks = List.of(task(publisher), "ForCausalLM", "ForConditionalGeneration");
        List<String> classes = namesOf(architectures).stream()
                .filter(name -> stem(name).replace("_", "").equals(type))
                .toList();
        return tasks.stream()
                .flatMap(task -> classes.stream().filter(name -> task(name).equals(task)))
                .findFirst()
                .orElse("");
    }

    private static String task(String architecture) {
        int start = architecture.indexOf("For");
        return start < 0 ? "" : architecture.substring(start);
    }

    /// `architectures`, or the one class that a component of a diffusers pipeline names in `_class_name`.
    private static List<String> classes(Config config) {
        return config.has("architectures") || !config.has("_class_name")
                ? config.texts("architectures")
                : List.of(config.text("_class_name"));
    }

    /// The whole model of a nested configuration, head included, to stand under a name that the caller gives.
    ///
    /// @throws UnsupportedException if no family knows the architecture
    public Block whole(Config part) {
        return blueprint(part).root();
    }

    /// Whether a backbone of this model type is known.
    public boolean lends(String modelType) {
        return find(backbones, modelType) != null;
    }

    /// The backbone of a nested configuration, by its model type, to stand under a name that the caller gives.
    ///
    /// @throws UnsupportedException if no family knows the model type
    public Block backbone(Config part) {
        String modelType = part.text("model_type");
        Entry entry = find(backbones, modelType);
        if (entry == null) {
            throw unknown(modelType);
        }
        return build(modelType, entry, part);
    }

    /// A configuration that a builder cannot make a consistent tree of is the configuration's fault.
    private Block build(String name, Entry entry, Config config) {
        try {
            return entry.builder.build(config, this);
        } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new MalformedException("config of " + name + " contradicts itself: " + e.getMessage());
        }
    }

    private UnsupportedException unknown(String name) {
        if (name.isEmpty()) {
            return new UnsupportedException("config names neither architectures nor model_type");
        }
        Set<String> known =
                name.endsWith("Model") || name.contains("For") ? namesOf(architectures) : namesOf(backbones);
        String nearest = String.join(", ", EditDistance.nearest(name, known, Families::stem, 3));
        return new UnsupportedException(
                "no family knows the architecture " + name + "; nearest known: " + nearest,
                "give the model's files instead of its config alone: tensors can always be counted");
    }

    /// The part of a class name that tells one architecture from another: `Llama` of `LlamaForCausalLM`.
    private static String stem(String name) {
        int end = name.indexOf("For");
        String stem =
                end > 0 ? name.substring(0, end) : name.endsWith("Model") ? name.substring(0, name.length() - 5) : name;
        return stem.toLowerCase(Locale.ROOT);
    }
}
