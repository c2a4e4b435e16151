package dev.weighbridge.engine.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names and what they stand for, inside others.
final class Scope {
    private final Map<String, @Nullable Object> names = new HashMap<>();
    private final @Nullable Scope outer;

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    @Nullable
    Object find(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.names.containsKey(name)) {
                return scope.names.get(name);
            }
        }
        return new Undefined(name);
    }

    void set(String name, @Nullable Object value) {
        names.put(name, value);
    }
}
