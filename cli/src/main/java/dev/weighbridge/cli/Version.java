package dev.weighbridge.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.IVersionProvider;

/// What `weigh --version` says. `version.txt` holds the version and, where the build was told it, the commit.
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        List<String> lines = lines();
        String commit = lines.size() > 1 ? " (" + lines.get(1) + ")" : "";
        return new String[] {"weigh " + lines.getFirst() + commit};
    }

    private static List<String> lines() throws IOException {
        try (InputStream file = Version.class.getResourceAsStream("version.txt")) {
            if (file == null) {
                throw new IOException("version.txt is missing from the build");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }
}
