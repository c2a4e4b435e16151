package dev.weighbridge.files;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.error.NotFoundException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Files in memory, for tests.
public final class MemoryRepository implements Repository {
    private final Map<String, byte[]> files = new TreeMap<>();

    /// Adds a file.
    public MemoryRepository with(String path, byte[] bytes) {
        files.put(path, bytes);
        return this;
    }

    /// The bytes of a file.
    public byte[] file(String path) {
        return Objects.requireNonNull(files.get(path), path).clone();
    }

    /// Every file of a folder, read now.
    public static MemoryRepository of(Path folder) throws IOException {
        MemoryRepository repository = new MemoryRepository();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                repository.with(path.getFileName().toString(), Files.readAllBytes(path));
            }
        }
        return repository;
    }

    /// One file.
    public static ByteSource source(String name, byte[] bytes) {
        return new Bytes(name, bytes);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public List<Entry> entries() {
        return files.entrySet().stream()
                .map(file -> new Entry(file.getKey(), file.getValue().length))
                .toList();
    }

    @Override
    public ByteSource open(String path) {
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw new NotFoundException("no file " + path);
        }
        return source(path, bytes);
    }

    @Override
    public void close() {}

    private static final class Bytes implements ByteSource {
        private final String name;
        private final byte[] bytes;
        private long bytesRead;

        Bytes(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void readFully(long offset, ByteBuffer target) throws EOFException {
            int count = target.remaining();
            if (offset < 0 || offset > bytes.length - count) {
                throw new EOFException(name);
            }
            target.put(bytes, (int) offset, count);
            bytesRead += count;
        }

        @Override
        public long bytesRead() {
            return bytesRead;
        }

        @Override
        public void close() {}
    }
}
