package dev.weighbridge.planner.precision;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Modules that a quantiser's configuration names: by their path, by a part of it, by `re:` and a regular
/// expression
/// (compressed-tensors), or with `*` for any text (ModelOpt).
///
/// Regular expressions are a stranger's and are not run. What such lists say in practice is said with
/// `.*`, `\.`,
/// `\d+`, `^`, `$` and alternatives, and those are read; an expression of anything else names nothing.
final class ModuleNames {
    private final Set<String> paths = new HashSet<>();
    private final List<Glob> globs;

    private ModuleNames(List<String> patterns) {
        List<Glob> found = new ArrayList<>();
        for (String pattern : patterns) {
            if (pattern.startsWith("re:")) {
                found.addAll(Glob.ofExpression(pattern.substring(3)));
            } else if (pattern.contains("*")) {
                found.add(Glob.of(pattern));
            } else {
                paths.add(pattern);
            }
        }
        globs = List.copyOf(found);
    }

    static ModuleNames of(List<String> patterns) {
        return new ModuleNames(patterns);
    }

    /// Whether a module is named itself, or lies in one that is, or bears a name of one segment.
    boolean contain(String module) {
        if (paths.isEmpty() && globs.isEmpty()) {
            return false;
        }
        for (int dot = module.length(); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
            String outer = module.substring(0, dot);
            if (paths.contains(outer) || endsIn(outer)) {
                return true;
            }
        }
        return globs.stream().anyMatch(glob -> glob.matches(module));
    }

    /// Whether the last one to three segments are named.
    private boolean endsIn(String path) {
        int dot = path.length();
        for (int segments = 1; segments <= 3 && dot > 0; segments++) {
            dot = path.lastIndexOf('.', dot - 1);
            if (paths.contains(path.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }
}
