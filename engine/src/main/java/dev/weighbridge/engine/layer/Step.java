package dev.weighbridge.engine.layer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tokens of one sequence that go through the layers together, and what the sequence remembers between steps. One
/// thread's own.
public final class Step {
    private final Map<Integer, Deque<float[]>> buffers = new HashMap<>();
    private final List<@Nullable Object> states = new ArrayList<>();
    private int[] ids = {};
    private int start;

    /// Begins a step with these tokens, the first of them at position `from`.
    public void begin(int[] tokens, int from) {
        ids = tokens.clone();
        start = from;
    }

    /// Tokens of the step.
    public int tokens() {
        return ids.length;
    }

    /// The id of a token.
    public int id(int token) {
        return ids[token];
    }

    /// The position of a token in its sequence.
    public int position(int token) {
        return start + token;
    }

    /// Positions seen before this step.
    public int start() {
        return start;
    }

    /// What a layer remembers, made when first asked for.
    ///
    /// @param slot number that the layer was given
    public <T> T state(int slot, Class<T> type, Supplier<T> fresh) {
        while (states.size() <= slot) {
            states.add(null);
        }
        Object state = states.get(slot);
        if (state == null) {
            state = fresh.get();
            states.set(slot, state);
        }
        return type.cast(state);
    }

    /// A buffer of at least so many floats, with whatever they hold; to be given back.
    float[] borrow(int length) {
        Deque<float[]> free = buffers.get(length);
        return free == null || free.isEmpty() ? new float[length] : free.pop();
    }

    /// A buffer that the caller no longer uses.
    void giveBack(float[] buffer) {
        buffers.computeIfAbsent(buffer.length, _ -> new ArrayDeque<>()).push(buffer);
    }
}
