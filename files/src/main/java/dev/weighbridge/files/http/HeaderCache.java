package dev.weighbridge.files.http;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Ranges of remote files, kept on disk under their address and their entity tag, so that a file that has not
/// changed costs no second download.
///
/// A range is a file named for its first and last byte: a CRC-32, then the bytes. Files are written aside and
/// moved into place; one that does not match its sum is taken for absent. Several processes may share a folder. A
/// folder that cannot be written to makes the cache useless and nothing else.
public final class HeaderCache {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final int SUM_BYTES = 4;

    private final Path folder;

    /// @param folder where ranges are kept; made when the first one is
    public HeaderCache(Path folder) {
        this.folder = folder;
    }

    /// The ranges of one version of a file.
    ///
    /// @param entityTag that the server gave the version
    Version version(URI uri, String entityTag) {
        return new Version(folder.resolve(digest(uri.toString())).resolve(digest(entityTag)));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// The kept ranges of one version of one file.
    static final class Version {
        private final Path folder;

        private Version(Path folder) {
            this.folder = folder;
        }

        /// First byte and the byte after the last of every kept range.
        Map<Long, Long> ranges() {
            Map<Long, Long> ranges = new TreeMap<>();
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
                for (Path path : paths) {
                    Matcher range = RANGE.matcher(path.getFileName().toString());
                    if (range.matches()) {
                        ranges.merge(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)), Math::max);
                    }
                }
            } catch (NoSuchFileException | NotDirectoryException e) {
                return Map.of();
            } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                // An unreadable cache is an empty one.
                return Map.of();
            }
            return ranges;
        }

        /// The bytes of a kept range; empty where they are gone or damaged.
        Optional<byte[]> read(long start, long end) {
            byte[] file;
            try {
                Path path = path(start, end);
                if (Files.size(path) != SUM_BYTES + end - start) {
                    return Optional.empty();
                }
                file = Files.readAllBytes(path);
            } catch (IOException e) {
                // A range that cannot be read is fetched again.
                return Optional.empty();
            }
            CRC32 sum = new CRC32();
            sum.update(file, SUM_BYTES, file.length - SUM_BYTES);
            if (file.length != SUM_BYTES + end - start || ByteBuffer.wrap(file).getInt() != (int) sum.getValue()) {
                return Optional.empty();
            }
            return Optional.of(java.util.Arrays.copyOfRange(file, SUM_BYTES, file.length));
        }

        /// Keeps a range, where the folder can be written to.
        void write(long start, byte[] bytes) {
            CRC32 sum = new CRC32();
            sum.update(bytes);
            byte[] file = ByteBuffer.allocate(SUM_BYTES + bytes.length)
                    .putInt((int) sum.getValue())
                    .put(bytes)
                    .array();
            try {
                Files.createDirectories(folder);
                Path aside = Files.createTempFile(folder, "new", ".part");
                try {
                    Files.write(aside, file);
                    Files.move(
                            aside,
                            path(start, start + bytes.length),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                } finally {
                    Files.deleteIfExists(aside);
                }
            } catch (IOException e) {
                // The bytes are in memory already; only the next run pays for a cache that cannot be written.
                return;
            }
        }

        private Path path(long start, long end) {
            return folder.resolve(start + "-" + end);
        }
    }
}
