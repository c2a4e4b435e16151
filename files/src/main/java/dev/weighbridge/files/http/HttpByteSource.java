package dev.weighbridge.files.http;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.error.UnavailableException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A remote file, fetched range by range as it is read.
///
/// The first request takes 128 KiB. Reading on in order doubles what a request takes, up to 4 MiB; jumping about
/// takes 64 KiB each. Ranges stay in memory, and on disk where there is a [HeaderCache] and the server names the
/// file's version. A server that ignores ranges is read from the start, up to 64 MiB. Owned by one thread.
public final class HttpByteSource implements ByteSource {
    private static final int FIRST_BYTES = 128 * 1024;
    private static final int JUMP_BYTES = 64 * 1024;
    private static final int MAX_AHEAD_BYTES = 4 * 1024 * 1024;
    private static final int MAX_REQUEST_BYTES = 8 * 1024 * 1024;
    private static final int MAX_KEPT_BYTES = 1024 * 1024;
    private static final int MAX_PREFIX_BYTES = 64 * 1024 * 1024;
    private static final int MAX_ERROR_BYTES = 16 * 1024;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
    private static final Pattern EMPTY_RANGE = Pattern.compile("bytes \\*/(\\d{1,18})");

    private final HttpFetcher fetcher;
    private final RemoteFile file;
    private final StatusErrors errors;
    private final Spans spans = new Spans();
    private final Map<Long, Long> keptRanges = new TreeMap<>();
    private HeaderCache.@Nullable Version kept;
    private URI uri;
    private @Nullable String uriTag;
    private long size;
    private boolean ranges = true;
    private int ahead = FIRST_BYTES;
    private long nextOffset;
    private long bytesRead;

    private HttpByteSource(HttpFetcher fetcher, RemoteFile file, StatusErrors errors) {
        this.fetcher = fetcher;
        this.file = file;
        this.errors = errors;
        this.uri = file.uri();
        this.size = file.bytes();
    }

    /// Opens a file: at once where its length is known, with one request where not.
    ///
    /// @param errors what to say where the server refuses
    /// @param cache where to keep its ranges; null for memory alone
    public static HttpByteSource open(
            HttpFetcher fetcher, RemoteFile file, StatusErrors errors, @Nullable HeaderCache cache) throws IOException {
        HttpByteSource source = new HttpByteSource(fetcher, file, errors);
        String entityTag = file.entityTag();
        if (source.size < 0 && cache != null) {
            entityTag = source.ask().orElse(null);
        }
        if (cache != null && entityTag != null && source.size >= 0) {
            source.keepIn(cache.version(file.uri(), entityTag));
        }
        if (source.size < 0) {
            source.fetch(0, FIRST_BYTES);
        }
        return source;
    }

    /// Asks for length and version; the version is empty where the server does not say or is not sure.
    private Optional<String> ask() throws IOException {
        Reply reply = fetcher.send(HttpFetcher.Request.head(file.uri(), file.token()), 0);
        Optional<String> linkedBytes = reply.header("X-Linked-Size");
        Optional<String> linkedTag = reply.header("X-Linked-Etag");
        if (reply.status() >= 400 && reply.status() != 405 && reply.status() != 501) {
            throw errors.error(file.name(), reply);
        }
        if (linkedBytes.isEmpty() && !reply.isSuccess()) {
            return Optional.empty();
        }
        size = linkedBytes
                .or(() -> reply.header("Content-Length"))
                .map(HttpByteSource::length)
                .orElse(-1L);
        return linkedTag.or(() -> reply.header("ETag")).filter(tag -> !tag.startsWith("W/") && !tag.isBlank());
    }

    private static long length(String text) {
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    private void keepIn(HeaderCache.Version version) {
        kept = version;
        keptRanges.putAll(version.ranges());
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void readFully(long offset, ByteBuffer target) throws IOException {
        if (offset < 0 || offset > size - target.remaining()) {
            throw new EOFException(
                    name() + " ends at byte " + size + ", before byte " + offset + " + " + target.remaining());
        }
        long position = offset;
        while (target.hasRemaining()) {
            int count = spans.copy(position, target);
            if (count == 0 && !restore(position)) {
                fetch(position, target.remaining());
            }
            position += count;
        }
    }

    /// Takes the range around `position` from disk; false where there is none.
    private boolean restore(long position) {
        HeaderCache.Version version = kept;
        if (version == null) {
            return false;
        }
        for (Map.Entry<Long, Long> range : keptRanges.entrySet()) {
            if (range.getKey() <= position && position < range.getValue()) {
                Optional<byte[]> bytes = version.read(range.getKey(), range.getValue());
                if (bytes.isEmpty()) {
                    keptRanges.remove(range.getKey());
                    return false;
                }
                // From the position on, so that no range in memory hides another.
                int skipped = (int) (position - range.getKey());
                spans.add(position, Arrays.copyOfRange(bytes.get(), skipped, bytes.get().length));
                nextOffset = range.getValue();
                return true;
            }
        }
        return false;
    }

    private void fetch(long position, int wanted) throws IOException {
        if (position == nextOffset && position > 0) {
            ahead = Math.min(2 * ahead, MAX_AHEAD_BYTES);
        } else if (position > 0) {
            ahead = JUMP_BYTES;
        }
        long limit = size < 0 ? Long.MAX_VALUE : Math.min(size, spans.nextStart(position, size));
        int count = (int) Math.min(Math.min(Math.max(wanted, ahead), MAX_REQUEST_BYTES), limit - position);
        if (count == 0) {
            return;
        }
        byte[] bytes = ranges ? range(position, count) : prefix(position + count);
        if (ranges) {
            nextOffset = position + bytes.length;
            spans.add(position, bytes);
            if (kept != null && wanted <= MAX_KEPT_BYTES) {
                kept.write(position, bytes);
            }
        } else {
            nextOffset = bytes.length;
            spans.add(position, Arrays.copyOfRange(bytes, Math.toIntExact(position), bytes.length));
        }
    }

    private byte[] range(long start, int count) throws IOException {
        Reply reply = sendRange(start, count);
        boolean signed = !uri.equals(file.uri());
        if (signed && reply.status() >= 400 && reply.status() < 500 && reply.status() != 416) {
            // The address that the first request was redirected to holds a signature that runs out.
            uri = file.uri();
            uriTag = null;
            reply = sendRange(start, count);
        }
        bytesRead += reply.body().length;
        return switch (reply.status()) {
            case 206 -> part(reply, start, count);
            case 200 -> whole(reply, start + count);
            case 416 -> empty(reply);
            default -> throw errors.error(file.name(), reply);
        };
    }

    private Reply sendRange(long start, int count) throws IOException {
        HttpFetcher.Request request = HttpFetcher.Request.get(uri, uri.equals(file.uri()) ? file.token() : null)
                .with("Range", "bytes=" + start + "-" + (start + count - 1))
                .with("Accept-Encoding", "identity");
        return fetcher.send(request, status -> switch (status) {
            case 206 -> count;
            case 200 -> (int) Math.min(start + count, MAX_PREFIX_BYTES);
            default -> MAX_ERROR_BYTES;
        });
    }

    private byte[] part(Reply reply, long start, int count) {
        Matcher range = CONTENT_RANGE.matcher(reply.header("Content-Range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != start) {
            throw new UnsupportedException(HttpFetcher.shown(reply.uri()) + " answers a request for bytes " + start
                    + " to " + (start + count - 1) + " with another range");
        }
        long total = Long.parseLong(range.group(3));
        String tag = reply.header("ETag").orElse(null);
        boolean changed = (size >= 0 && total != size) || (uriTag != null && tag != null && !tag.equals(uriTag));
        if (changed) {
            throw new UnavailableException(
                    file.name() + " changed on the server while it was read", "run the command again");
        }
        if (reply.body().length != Math.min(count, total - start)) {
            throw new UnavailableException(HttpFetcher.shown(reply.uri()) + " sent " + reply.body().length
                    + " bytes where " + Math.min(count, total - start) + " are due");
        }
        size = total;
        uri = reply.uri();
        uriTag = tag;
        return reply.body();
    }

    /// The server ignores ranges: what it sends is the file's beginning.
    private byte[] whole(Reply reply, long end) {
        ranges = false;
        long total = reply.header("Content-Length").map(HttpByteSource::length).orElse(-1L);
        if (total < 0 && reply.body().length < Math.min(end, MAX_PREFIX_BYTES)) {
            total = reply.body().length;
        }
        if (total < 0 || reply.header("Content-Encoding").isPresent()) {
            throw new UnsupportedException(
                    HttpFetcher.shown(reply.uri()) + " serves neither ranges nor a length", "download the file first");
        }
        size = size < 0 ? total : size;
        checkPrefix(end);
        return reply.body();
    }

    private byte[] prefix(long end) throws IOException {
        checkPrefix(end);
        int count = (int) Math.min(Math.min(Math.max(end, 4 * nextOffset), size), MAX_PREFIX_BYTES);
        HttpFetcher.Request request =
                HttpFetcher.Request.get(file.uri(), file.token()).with("Accept-Encoding", "identity");
        Reply reply = fetcher.send(request, status -> status == 200 ? count : MAX_ERROR_BYTES);
        bytesRead += reply.body().length;
        if (reply.status() != 200) {
            throw errors.error(file.name(), reply);
        }
        if (reply.body().length < Math.min(end, size)) {
            throw new UnavailableException(HttpFetcher.shown(reply.uri()) + " sent " + reply.body().length
                    + " bytes where " + Math.min(end, size) + " are due");
        }
        return reply.body();
    }

    private void checkPrefix(long end) {
        if (Math.min(end, size) > MAX_PREFIX_BYTES) {
            throw new UnsupportedException(
                    HttpFetcher.shown(file.uri()) + " does not serve ranges, and byte " + end
                            + " is beyond the first 64 MiB, which are all that is read then",
                    "download the file first");
        }
    }

    private byte[] empty(Reply reply) {
        Matcher range = EMPTY_RANGE.matcher(reply.header("Content-Range").orElse(""));
        if (size >= 0 || !range.matches() || Long.parseLong(range.group(1)) != 0) {
            throw new UnavailableException(
                    file.name() + " changed on the server while it was read", "run the command again");
        }
        size = 0;
        return new byte[0];
    }

    @Override
    public void close() {}
}
