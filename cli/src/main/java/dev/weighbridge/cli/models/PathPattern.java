package dev.weighbridge.cli.models;

import dev.weighbridge.files.source.ShardName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A pattern over paths, such as `models/**`, for shells that do not expand it or where it would expand to too much.
///
/// Of everything it matches the models are taken: a folder with a configuration and weights once, each GGUF and ONNX
/// file,
/// of a split model the first part.
final class PathPattern {
    private static final List<String> WHOLE_FILES = List.of(".gguf", ".onnx");
    private static final List<String> FOLDER_FILES = List.of(".safetensors", ".bin", ".pt", ".pth", ".ckpt");
    private static final int DEPTH = 32;

    private final String pattern;
    private final Path start;

    private PathPattern(String pattern, Path start) {
        this.pattern = pattern;
        this.start = start;
    }

    /// The pattern that an argument is; empty where it holds no wildcard, names a file that exists, or has a scheme.
    static Optional<PathPattern> of(String argument) {
        int wildcard = firstWildcard(argument);
        if (wildcard < 0
                || argument.matches("[a-z]+:.*")
                || Files.exists(Path.of(argument.replace('*', '_')), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        int slash = argument.lastIndexOf('/', wildcard);
        Path start = Path.of(slash < 0 ? "." : slash == 0 ? "/" : argument.substring(0, slash));
        return Files.isDirectory(start) ? Optional.of(new PathPattern(argument, start)) : Optional.empty();
    }

    private static int firstWildcard(String argument) {
        for (int i = 0; i < argument.length(); i++) {
            if ("*?[{".indexOf(argument.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /// The models it matches, sorted; the pattern itself where it matches none, so that this can be reported.
    List<String> models() {
        boolean relative = !pattern.contains("/");
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + (relative ? "./" + pattern : pattern));
        Set<String> found = new LinkedHashSet<>();
        try (Stream<Path> paths = Files.walk(start, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            paths.filter(matcher::matches).sorted().forEach(path -> model(path).ifPresent(found::add));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.isEmpty() ? List.of(pattern) : List.copyOf(found);
    }

    private static Optional<String> model(Path path) {
        String name = path.getFileName().toString();
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        for (String extension : WHOLE_FILES) {
            if (name.endsWith(extension)) {
                boolean first = ShardName.parse(name, extension)
                        .map(shard -> shard.number() == 1)
                        .orElse(true);
                return first ? Optional.of(path.toString()) : Optional.empty();
            }
        }
        Path folder = path.getParent() == null ? Path.of(".") : path.getParent();
        boolean described = Files.exists(folder.resolve("config.json"));
        if (FOLDER_FILES.stream().anyMatch(name::endsWith)) {
            return Optional.of(described ? folder.toString() : path.toString());
        }
        return name.equals("config.json") ? Optional.of(folder.toString()) : Optional.empty();
    }
}
