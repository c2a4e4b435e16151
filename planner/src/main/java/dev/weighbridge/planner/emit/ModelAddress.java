package dev.weighbridge.planner.emit;

/// Where a runtime finds the model's files.
public sealed interface ModelAddress {
    /// A repository on the Hugging Face hub.
    ///
    /// @param repository `org/name`
    /// @param revision branch, tag or commit; empty for the default
    /// @param file one of its files, or the name of a GGUF file type; empty for the whole
    record Hub(String repository, String revision, String file) implements ModelAddress {
        /// Refuses characters that no name has.
        public Hub {
            check(repository);
            check(revision);
            check(file);
        }
    }

    /// A folder, or a file of it, on this machine.
    ///
    /// @param path as the user gave it
    record Local(String path) implements ModelAddress {
        /// Refuses characters that no path has.
        public Local {
            check(path);
        }

        /// The last part of the path.
        String fileName() {
            String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            return bare.substring(bare.lastIndexOf('/') + 1);
        }

        /// The path without its last part; `.` where it has no other.
        String folder() {
            String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            int slash = bare.lastIndexOf('/');
            return slash < 0 ? "." : slash == 0 ? "/" : bare.substring(0, slash);
        }
    }

    /// A model of Ollama's library.
    ///
    /// @param name with its tag
    record Library(String name) implements ModelAddress {
        /// Refuses characters that no name has.
        public Library {
            check(name);
        }
    }

    /// Refuses what would break out of a line of a script or of a manifest.
    ///
    /// @throws IllegalArgumentException if there is a control character or another end of a line in it
    static void check(String text) {
        boolean breaks = text.codePoints()
                .anyMatch(letter -> Character.isISOControl(letter) || letter == 0x2028 || letter == 0x2029);
        if (breaks) {
            throw new IllegalArgumentException("the model's name has a control character in it");
        }
    }
}
