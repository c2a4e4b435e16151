package dev.weighbridge.files.source;

import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A model's folder on this machine, or one file of a folder together with the files that belong to it.
///
/// A folder is listed without its subfolders, except for the components of a diffusers pipeline (a folder that
/// holds `model_index.json`). Links are followed: the snapshots of the Hugging Face cache are made of them.
public final class LocalRepository implements Repository {
    private static final String DIFFUSERS_INDEX = "model_index.json";
    private static final Pattern HUB_SNAPSHOT = Pattern.compile(".*/models--([^/]+?)--([^/]+)/snapshots/[^/]+");

    private final String name;
    private final Path folder;
    private final @Nullable String file;

    private LocalRepository(String name, Path folder, @Nullable String file) {
        this.name = name;
        this.folder = folder;
        this.file = file;
    }

    /// The repository at `path`, a folder or a file.
    ///
    /// A file's repository lists that file, the other shards of its set, the files whose names begin with its own
    /// (`model.onnx.data`) and the JSON files beside it; the rest of the folder is not listed but can be opened.
    ///
    /// @throws NotFoundException if there is nothing at that path
    public static LocalRepository of(Path path) {
        if (Files.isDirectory(path)) {
            return new LocalRepository(folderName(path), path, null);
        }
        Path fileName = path.getFileName();
        if (fileName == null || !Files.exists(path)) {
            throw new NotFoundException(path + " does not exist");
        }
        Path parent = path.toAbsolutePath().getParent();
        return new LocalRepository(
                path.toString(), parent == null ? path.toAbsolutePath() : parent, fileName.toString());
    }

    private static String folderName(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Matcher snapshot = HUB_SNAPSHOT.matcher(absolute.toString().replace('\\', '/'));
        if (snapshot.matches()) {
            return snapshot.group(1) + "/" + snapshot.group(2);
        }
        Path last = absolute.getFileName();
        return last == null ? absolute.toString() : last.toString();
    }

    @Override
    public String name() {
        return name;
    }

    /// The folder that paths are relative to.
    public Path folder() {
        return folder;
    }

    /// The file that the repository was opened for, where it was one.
    public Optional<String> file() {
        return Optional.ofNullable(file);
    }

    @Override
    public List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        list(folder, "", entries);
        if (file == null && Files.isRegularFile(folder.resolve(DIFFUSERS_INDEX))) {
            try (DirectoryStream<Path> components = Files.newDirectoryStream(folder, Files::isDirectory)) {
                for (Path component : components) {
                    list(component, component.getFileName() + "/", entries);
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::path));
        return entries;
    }

    private void list(Path directory, String prefix, List<Entry> entries) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                String relative = prefix + path.getFileName();
                if (belongs(relative)) {
                    stat(relative, path).ifPresent(entries::add);
                }
            }
        }
    }

    private boolean belongs(String path) {
        if (file == null || path.startsWith(file) || path.endsWith(".json")) {
            return true;
        }
        String extension = file.substring(Math.max(0, file.lastIndexOf('.')));
        ShardName own = ShardName.parse(file, extension).orElse(null);
        return own != null
                && ShardName.parse(path, extension).map(own::isBeside).orElse(false);
    }

    @Override
    public Optional<Entry> find(String path) throws IOException {
        return stat(path, resolve(path));
    }

    @Override
    public ByteSource open(String path) throws IOException {
        Path resolved = resolve(path);
        if (!Files.isRegularFile(resolved)) {
            throw missing(path);
        }
        try {
            return FileByteSource.open(file != null && file.equals(path) ? name : path, resolved);
        } catch (NoSuchFileException e) {
            throw missing(path);
        }
    }

    private NotFoundException missing(String path) {
        return new NotFoundException("there is no file " + path + " in " + folder);
    }

    /// A regular file's entry; a folder, a device and a link to nothing have none.
    private static Optional<Entry> stat(String relative, Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile() ? Optional.of(new Entry(relative, attributes.size())) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Names come from index files too, so none may lead out of the folder.
    private Path resolve(String path) {
        try {
            Path relative = Path.of(path);
            boolean inside = !path.isEmpty()
                    && !relative.isAbsolute()
                    && !relative.startsWith("..")
                    && relative.normalize().equals(relative);
            if (inside) {
                return folder.resolve(relative);
            }
        } catch (InvalidPathException e) {
            throw outside(path);
        }
        throw outside(path);
    }

    private RefusedException outside(String path) {
        return new RefusedException("the file name \"" + path + "\" does not name a file inside " + folder);
    }

    @Override
    public void close() {}
}
