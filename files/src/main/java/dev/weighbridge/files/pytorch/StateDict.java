package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.TensorTree.Branch;
import dev.weighbridge.files.pytorch.TensorTree.Leaf;
import dev.weighbridge.files.pytorch.TensorTree.Node;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.error.MalformedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The model's tensors among all that a pickle holds.
///
/// A checkpoint may be the state dict itself, a dictionary that holds it beside optimizer states and counters, or
/// a whole module. The rule: descend while the tensors stand deeper; of several branches take the one under a
/// customary name (`state_dict`, `model` …), the largest if there are two; leave out branches named for an
/// optimizer; where no name tells, take all branches as parts of one model. What is left out becomes a finding.
final class StateDict {
    private static final long MAX_NAME_CHARACTERS = 64L << 20;
    private static final String LONE_TENSOR = "tensor";

    private static final Set<String> WRAPPERS = Set.of(
            "state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "params", "weights");

    /// Names under which training scripts keep what is no part of the model.
    static final Pattern TRAINING_STATE =
            Pattern.compile(".*optim.*|.*sched.*|.*rng.*|.*scaler.*|callbacks|loops", Pattern.CASE_INSENSITIVE);

    private final String file;
    private final Map<String, TensorValue> tensors = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private long nameCharacters;

    private StateDict(String file) {
        this.file = file;
    }

    /// The tensors under `root`.
    ///
    /// @param file the file's name, for messages
    /// @throws MalformedException if a tensor's description is broken, or containers are nested too deep
    static StateDict of(PickleValue root, String file) {
        StateDict stateDict = new StateDict(file);
        TensorTree tree = TensorTree.of(root, file);
        switch (tree.root()) {
            case Branch branch -> stateDict.select(branch, tree.findings());
            case Leaf leaf -> stateDict.list(LONE_TENSOR, leaf);
            case null -> {}
        }
        return stateDict;
    }

    /// The model's tensors by name, in the order of the pickle.
    Map<String, TensorValue> tensors() {
        return tensors;
    }

    /// What was left out, and what is unusual.
    List<Finding> findings() {
        return findings;
    }

    private void select(Branch root, List<Finding> doubts) {
        Branch branch = root;
        String path = "";
        for (Map.Entry<String, Branch> chosen = choose(branch); chosen != null; chosen = choose(branch)) {
            leaveOut(branch, path, Set.of(chosen.getKey()));
            branch = chosen.getValue();
            path = path + chosen.getKey() + ".";
        }
        Set<String> kept = new LinkedHashSet<>(branch.children().keySet());
        if (!branch.module()) {
            kept.retainAll(union(leaves(branch).keySet(), candidates(branch).keySet()));
            leaveOut(branch, path, kept);
        }
        for (String key : kept) {
            list(key, branch.children().get(key));
        }
        for (Finding doubt : doubts) {
            if (doubt.tensor().startsWith(path)) {
                note(doubt.kind(), doubt.tensor().substring(path.length()), doubt.message());
            }
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new HashSet<>(one);
        union.addAll(other);
        return union;
    }

    private static Map<String, Branch> candidates(Branch branch) {
        Map<String, Branch> candidates = new LinkedHashMap<>();
        branch.children().forEach((key, node) -> {
            if (node instanceof Branch child && !TRAINING_STATE.matcher(key).matches()) {
                candidates.put(key, child);
            }
        });
        return candidates;
    }

    private static Map<String, Node> leaves(Branch branch) {
        Map<String, Node> leaves = new LinkedHashMap<>(branch.children());
        leaves.values().removeIf(node -> node instanceof Branch);
        return leaves;
    }

    /// The child to descend into; null to stay.
    private static Map.@Nullable Entry<String, Branch> choose(Branch branch) {
        if (branch.module()) {
            return null;
        }
        Map<String, Branch> candidates = candidates(branch);
        double largest = new Branch(leaves(branch), false).elements();
        boolean alone = candidates.size() == 1 && leaves(branch).isEmpty();
        Map.Entry<String, Branch> chosen = null;
        for (Map.Entry<String, Branch> candidate : candidates.entrySet()) {
            double elements = candidate.getValue().elements();
            if (alone || (WRAPPERS.contains(candidate.getKey()) && elements > largest)) {
                chosen = candidate;
                largest = elements;
            }
        }
        return chosen;
    }

    private void leaveOut(Branch branch, String path, Set<String> kept) {
        branch.children().forEach((key, node) -> {
            if (!kept.contains(key)) {
                boolean training = TRAINING_STATE.matcher(key).matches();
                long count = node instanceof Branch child ? child.tensors() : 1;
                note(
                        Finding.Kind.NOT_A_PARAMETER,
                        path + key,
                        (training ? "holds the state of a training run, " : "stands beside the model, ")
                                + (count == 1 ? "one tensor" : count + " tensors")
                                + ", and is not listed");
            }
        });
    }

    private void list(String name, @Nullable Node node) {
        switch (node) {
            case Leaf(TensorValue tensor) -> {
                nameCharacters += name.length();
                if (nameCharacters > MAX_NAME_CHARACTERS) {
                    throw new MalformedException(
                            file + ": the tensors' names take more than " + MAX_NAME_CHARACTERS + " characters");
                }
                tensors.put(name, tensor);
            }
            case Branch branch -> branch.children().forEach((key, child) -> list(name + "." + key, child));
            case null -> {}
        }
    }

    private void note(Finding.Kind kind, String tensor, String message) {
        if (findings.size() < TensorTree.MAX_FINDINGS) {
            findings.add(new Finding(kind, tensor, tensor + " " + message));
        }
    }
}
