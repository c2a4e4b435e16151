package dev.weighbridge.files.hub;

import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.NotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a user's text names: a repository and, at times, one of its files.
///
/// @param repository the files; the caller closes it
/// @param selection how the user named one of them: a path, or a part of a GGUF file's name such as `Q4_K_M`; null
/// where the whole repository is meant
public record Source(Repository repository, @Nullable String selection) {
    /// The path of the file that the user named; empty where the whole repository is meant.
    ///
    /// @throws NotFoundException if no file is of that name, or several are
    public Optional<String> file() throws IOException {
        String text = selection;
        if (text == null) {
            return Optional.empty();
        }
        if (text.contains(".") && repository.find(text).isPresent()) {
            return Optional.of(text);
        }
        String part = text.toLowerCase(Locale.ROOT);
        List<String> matches = repository.entries().stream()
                .map(Repository.Entry::path)
                .filter(path -> path.equals(text) || isQuantization(path.toLowerCase(Locale.ROOT), part))
                .toList();
        if (matches.isEmpty()) {
            throw new NotFoundException(
                    "there is no file " + text + " in " + repository.name(), "GGUF files there: " + ggufFiles());
        }
        // Of the shards of one model, the first stands for all.
        String first = matches.getFirst();
        boolean oneModel = matches.stream().allMatch(path -> stem(path).equals(stem(first)));
        if (!oneModel) {
            throw new NotFoundException(
                    "\"" + text + "\" fits " + matches.size() + " files of " + repository.name(),
                    "name one of them: " + String.join(", ", matches.subList(0, Math.min(5, matches.size()))));
        }
        return Optional.of(first);
    }

    private static boolean isQuantization(String path, String part) {
        if (!path.endsWith(".gguf") || path.contains("mmproj")) {
            return false;
        }
        String name = stem(path.substring(path.lastIndexOf('/') + 1));
        return name.equals(part) || name.endsWith("-" + part) || name.endsWith("." + part) || name.endsWith("_" + part);
    }

    /// The path without extension and shard number.
    private static String stem(String path) {
        String bare = path.endsWith(".gguf") ? path.substring(0, path.length() - ".gguf".length()) : path;
        return bare.replaceFirst("-\\d{5}-of-\\d{5}$", "");
    }

    private String ggufFiles() throws IOException {
        List<String> files = repository.entries().stream()
                .map(Repository.Entry::path)
                .filter(path -> path.endsWith(".gguf"))
                .toList();
        return files.isEmpty()
                ? "none"
                : String.join(", ", files.subList(0, Math.min(5, files.size()))) + (files.size() > 5 ? " …" : "");
    }
}
