package dev.weighbridge.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The folder of reference files that tests compare with, where it is present.
public final class Shared {
    private Shared() {}

    /// A path below it; the test is skipped where there is none.
    ///
    /// The property `weigh.shared` or the variable `WEIGH_SHARED` names it, else it is `shared` above the project.
    public static Path path(String relative) {
        String named = System.getProperty("weigh.shared", System.getenv().getOrDefault("WEIGH_SHARED", ""));
        Path root = named.isEmpty() ? beside() : Path.of(named);
        Path path = root.resolve(relative);
        Assumptions.assumeTrue(Files.exists(path), () -> path + " is not there");
        return path;
    }

    private static Path beside() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("shared").resolve("oracle"))) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("shared") : folder.resolve("shared");
    }
}
