package dev.weighbridge.engine.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value that can be called: a macro, a method, a global function.
interface Function {
    /// Calls it.
    @Nullable
    Object call(List<@Nullable Object> positional, Map<String, @Nullable Object> named);
}
