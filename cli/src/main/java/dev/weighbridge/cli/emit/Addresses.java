package dev.weighbridge.cli.emit;

import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.planner.emit.ModelAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a runtime finds the model that a user named.
final class Addresses {
    private static final Pattern HUB =
            Pattern.compile("(?:hf|huggingface):(?://)?([^/@:]+/[^/@:]+)(?:@([^:]+))?(?::(.+))?");
    private static final Pattern HUB_PAGE =
            Pattern.compile("https?://(?:www\\.)?huggingface\\.co/([^/]+/[^/?#]+)(?:/(?:tree|blob|resolve)/([^/?#]+))?"
                    + "(?:/([^?#]+))?.*");

    private Addresses() {}

    /// The address of a model.
    ///
    /// @param source as the user gave it
    /// @param checkpoint what was read there
    static ModelAddress of(String source, Checkpoint checkpoint) {
        String text = source.strip();
        Matcher hub = HUB.matcher(text);
        if (hub.matches()) {
            return new ModelAddress.Hub(hub.group(1), orEmpty(hub.group(2)), orEmpty(hub.group(3)));
        }
        Matcher page = HUB_PAGE.matcher(text);
        if (page.matches()) {
            return new ModelAddress.Hub(page.group(1), orEmpty(page.group(2)), orEmpty(page.group(3)));
        }
        if (text.startsWith("ollama:")) {
            return new ModelAddress.Library(text.substring("ollama:".length()).replaceFirst("^//", ""));
        }
        if (checkpoint.metadata().has("repository")) {
            return new ModelAddress.Hub(checkpoint.metadata().text("repository"), "", "");
        }
        return new ModelAddress.Local(local(text));
    }

    /// A path as given; of a configuration the folder it lies in, for that is what runtimes load.
    private static String local(String text) {
        String path =
                text.startsWith("file:") ? text.substring("file:".length()).replaceFirst("^//", "") : text;
        Path file = Path.of(path);
        boolean isConfiguration = path.endsWith(".json") && Files.isRegularFile(file);
        if (!isConfiguration) {
            return path;
        }
        Path folder = file.getParent();
        return folder == null ? "." : folder.toString();
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
