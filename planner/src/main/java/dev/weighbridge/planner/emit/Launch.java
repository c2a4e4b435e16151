package dev.weighbridge.planner.emit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How an engine is started.
///
/// @param program its command, with a sub-command where it has one
/// @param arguments one entry for each option with its value
/// @param environment variables that are set for it
/// @param notes what the user must know or do beside, a sentence each
record Launch(List<String> program, List<List<String>> arguments, Map<String, String> environment, List<String> notes) {
    Launch {
        program = List.copyOf(program);
        arguments = arguments.stream().map(List::copyOf).toList();
        environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        notes = List.copyOf(notes);
    }

    /// All arguments one after the other.
    List<String> flat() {
        return arguments.stream().flatMap(List::stream).toList();
    }

    /// Puts a launch together; one caller's own.
    static final class Builder {
        private final List<String> program;
        private final List<List<String>> arguments = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final List<String> notes = new ArrayList<>();

        Builder(String... program) {
            this.program = List.of(program);
        }

        /// An option with its value or values, or an argument alone.
        Builder with(String option, Object... values) {
            List<String> words = new ArrayList<>();
            words.add(option);
            for (Object value : values) {
                words.add(String.valueOf(value));
            }
            arguments.add(words);
            return this;
        }

        Builder when(boolean condition, String option, Object... values) {
            return condition ? with(option, values) : this;
        }

        Builder setting(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        Builder note(String sentence) {
            notes.add(sentence);
            return this;
        }

        Launch build() {
            return new Launch(program, arguments, environment, notes);
        }
    }
}
