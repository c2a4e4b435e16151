package dev.weighbridge.files.pytorch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pickle's program builds: plain data, and records of what Python would have called.
///
/// Containers may hold themselves, so they compare by identity and none of these types is printed or walked
/// without a bound.
sealed interface PickleValue {
    /// Python's `None`.
    record None() implements PickleValue {
        static final None NONE = new None();
    }

    /// `True` or `False`.
    record Flag(boolean value) implements PickleValue {
        static final Flag TRUE = new Flag(true);
        static final Flag FALSE = new Flag(false);
    }

    /// An integer of 64 bits.
    record Int(long value) implements PickleValue {}

    /// An integer that needs more than 64 bits.
    record Big(BigInteger value) implements PickleValue {}

    /// A floating-point number.
    record Real(double value) implements PickleValue {}

    /// A text, and where its bytes are in the file.
    ///
    /// @param offset first byte; -1 where it is written with escapes
    /// @param length bytes
    record Text(String value, long offset, int length) implements PickleValue {
        /// Its bytes in the file.
        Raw raw() {
            return new Raw(offset, length, true);
        }

        /// A text whose bytes in the file are not its own.
        static Text escaped(String value) {
            return new Text(value, -1, 0);
        }
    }

    /// Bytes, or a text too long to be a name: where they are in the file, not what they are.
    ///
    /// @param offset first byte
    /// @param length bytes
    /// @param text whether they are UTF-8 text
    record Raw(long offset, long length, boolean text) implements PickleValue {}

    /// A function or class by name; it is never looked up.
    record Global(String module, String name) implements PickleValue {
        String qualified() {
            return module + "." + name;
        }
    }

    /// A reference to something outside the pickle: in PyTorch's files, a storage.
    record Persistent(PickleValue id) implements PickleValue {}

    /// A list, tuple or set.
    record Sequence(List<PickleValue> items) implements PickleValue {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return "Sequence of " + items.size();
        }
    }

    /// A dictionary, in its own order.
    final class Dict implements PickleValue {
        final List<PickleValue> keys = new ArrayList<>();
        final List<PickleValue> values = new ArrayList<>();

        void put(PickleValue key, PickleValue value) {
            keys.add(key);
            values.add(value);
        }

        boolean isEmpty() {
            return keys.isEmpty();
        }

        /// The last value under a text key, as Python would have it.
        @Nullable
        PickleValue get(String name) {
            for (int i = keys.size() - 1; i >= 0; i--) {
                if (keys.get(i) instanceof Text key && key.value().equals(name)) {
                    return values.get(i);
                }
            }
            return null;
        }
    }

    /// What a call would have made: the callable, its arguments, and what the pickle then put into the result.
    final class Call implements PickleValue {
        final PickleValue callable;
        final PickleValue arguments;
        /// `list` items or set members added to the result.
        final List<PickleValue> items = new ArrayList<>(0);
        /// Dictionary entries added to the result.
        final Dict entries = new Dict();
        /// What `BUILD` gave to `__setstate__` or `__dict__`.
        @Nullable
        PickleValue state;

        Call(PickleValue callable, PickleValue arguments) {
            this.callable = callable;
            this.arguments = arguments;
        }

        /// The name of the function or class, empty where the callable has none.
        String function() {
            return callable instanceof Global global ? global.qualified() : "";
        }

        /// The positional argument at `index`, where there is one.
        @Nullable
        PickleValue argument(int index) {
            return arguments instanceof Sequence sequence && index < sequence.items.size()
                    ? sequence.items.get(index)
                    : null;
        }
    }
}
