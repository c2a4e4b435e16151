package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.source.ByteCursor;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.MemoryByteSource;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The central directory of a zip file: what records there are and where, without reading them.
///
/// @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT, sections 4.3 and
/// 4.5.3</a>
final class ZipDirectory {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_END_SIGNATURE = 0x06064b50;
    private static final int ZIP64_END_BYTES = 56;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int ZIP64_EXTRA = 1;
    private static final int MAX_TAIL_BYTES = 64 * 1024 + END_BYTES;
    private static final long MAX_DIRECTORY_BYTES = 256L << 20;

    /// PyTorch aligns every record's data, so that it can be mapped; see `getPadding` in
    /// `caffe2/serialize/inline_container.cc`.
    private static final int ALIGNMENT = 64;

    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /// One record.
    ///
    /// @param name its path in the archive
    /// @param method 0 for stored, 8 for deflated
    /// @param storedBytes its length in the archive
    /// @param bytes its length unpacked
    /// @param headerOffset where its local header begins
    record Entry(String name, int method, long storedBytes, long bytes, long headerOffset) {
        boolean isStored() {
            return method == STORED;
        }
    }

    private final ByteSource source;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final TreeSet<Long> boundaries = new TreeSet<>();
    private final long directoryOffset;
    private final long directoryEnd;

    private ZipDirectory(ByteSource source, long directoryOffset, long directoryEnd) {
        this.source = source;
        this.directoryOffset = directoryOffset;
        this.directoryEnd = directoryEnd;
    }

    /// Reads the directory at the end of `source`.
    ///
    /// @throws MalformedException if there is none, or it contradicts itself or the file
    static ZipDirectory read(ByteSource source) throws IOException {
        long size = source.size();
        int tailBytes = (int) Math.min(size, MAX_TAIL_BYTES);
        long tailOffset = size - tailBytes;
        byte[] tailArray = new byte[tailBytes];
        ByteBuffer tail = ByteBuffer.wrap(tailArray).order(ByteOrder.LITTLE_ENDIAN);
        source.readFully(tailOffset, tail);
        tail.flip();
        int end = endRecord(source, tail);
        long count = Short.toUnsignedLong(tail.getShort(end + 10));
        long bytes = Integer.toUnsignedLong(tail.getInt(end + 12));
        long offset = Integer.toUnsignedLong(tail.getInt(end + 16));
        long limit = tailOffset + end;
        if (count == 0xFFFF || bytes == 0xFFFFFFFFL || offset == 0xFFFFFFFFL) {
            ByteBuffer zip64 = zip64EndRecord(source, limit);
            count = zip64.getLong(32);
            bytes = zip64.getLong(40);
            offset = zip64.getLong(48);
        }
        if (offset < 0 || bytes < 0 || offset > limit || bytes > limit - offset || bytes > MAX_DIRECTORY_BYTES) {
            throw malformed(
                    source, "the zip directory of " + bytes + " bytes at byte " + offset + " is outside the file");
        }
        if (count < 0 || count > bytes / ENTRY_BYTES) {
            throw malformed(source, "the zip directory is too short for its " + count + " records");
        }
        ZipDirectory directory = new ZipDirectory(source, offset, offset + bytes);
        directory.readEntries(count, tailOffset, tailArray);
        return directory;
    }

    private static int endRecord(ByteSource source, ByteBuffer tail) {
        for (int i = tail.limit() - END_BYTES; i >= 0; i--) {
            if (tail.getInt(i) == END_SIGNATURE
                    && Short.toUnsignedInt(tail.getShort(i + 20)) == tail.limit() - END_BYTES - i) {
                return i;
            }
        }
        throw new MalformedException(
                source.name() + ": the zip directory at its end is missing, so the file is cut short or damaged",
                "download the file again");
    }

    private static ByteBuffer zip64EndRecord(ByteSource source, long endOffset) throws IOException {
        if (endOffset < ZIP64_LOCATOR_BYTES) {
            throw malformed(source, "the zip64 locator is missing");
        }
        ByteBuffer locator = read(source, endOffset - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES);
        long offset = locator.getLong(8);
        if (locator.getInt(0) != ZIP64_LOCATOR_SIGNATURE || offset < 0 || offset > endOffset - ZIP64_END_BYTES) {
            throw malformed(source, "the zip64 locator is missing or points outside the file");
        }
        ByteBuffer record = read(source, offset, ZIP64_END_BYTES);
        if (record.getInt(0) != ZIP64_END_SIGNATURE) {
            throw malformed(source, "there is no zip64 directory record at byte " + offset);
        }
        return record;
    }

    private static ByteBuffer read(ByteSource source, long offset, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        source.readFully(offset, buffer);
        return buffer.flip();
    }

    private void readEntries(long count, long tailOffset, byte[] tail) throws IOException {
        boolean held = directoryOffset >= tailOffset;
        ByteSource bytes = held ? new MemoryByteSource(source.name(), tail) : source;
        long shift = held ? tailOffset : 0;
        ByteCursor in = new ByteCursor(bytes, directoryOffset - shift, directoryEnd - shift);
        for (long i = 0; i < count; i++) {
            Entry entry = readEntry(in);
            if (entries.putIfAbsent(entry.name(), entry) != null) {
                throw malformed(source, "two zip records are named " + entry.name());
            }
            boundaries.add(entry.headerOffset());
        }
        boundaries.add(directoryOffset);
    }

    private Entry readEntry(ByteCursor in) throws IOException {
        if (in.remaining() < ENTRY_BYTES || in.i32() != ENTRY_SIGNATURE) {
            throw malformed(source, "the zip directory is damaged");
        }
        in.skip(4);
        int flags = in.u16();
        int method = in.u16();
        in.skip(8);
        long storedBytes = in.u32();
        long bytes = in.u32();
        int nameBytes = in.u16();
        int extraBytes = in.u16();
        int commentBytes = in.u16();
        in.skip(8);
        long headerOffset = in.u32();
        String name = new String(in.bytes(nameBytes), StandardCharsets.UTF_8);
        ByteBuffer extra = ByteBuffer.wrap(in.bytes(extraBytes)).order(ByteOrder.LITTLE_ENDIAN);
        in.skip(commentBytes);
        if (bytes == 0xFFFFFFFFL || storedBytes == 0xFFFFFFFFL || headerOffset == 0xFFFFFFFFL) {
            ByteBuffer wide = zip64Extra(extra, name);
            bytes = bytes == 0xFFFFFFFFL ? wide(wide, name) : bytes;
            storedBytes = storedBytes == 0xFFFFFFFFL ? wide(wide, name) : storedBytes;
            headerOffset = headerOffset == 0xFFFFFFFFL ? wide(wide, name) : headerOffset;
        }
        if ((flags & 1) != 0) {
            throw new UnsupportedException(source.name() + ": zip record " + name + " is encrypted");
        }
        long needed = LOCAL_BYTES + (long) nameBytes;
        if (headerOffset < 0
                || storedBytes < 0
                || bytes < 0
                || headerOffset > directoryOffset - needed
                || storedBytes > directoryOffset - needed - headerOffset
                || (method == STORED && storedBytes != bytes)) {
            throw malformed(source, "zip record " + name + " does not fit into the file");
        }
        return new Entry(name, method, storedBytes, bytes, headerOffset);
    }

    private ByteBuffer zip64Extra(ByteBuffer extra, String name) {
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Short.toUnsignedInt(extra.getShort());
            if (length > extra.remaining()) {
                break;
            }
            if (id == ZIP64_EXTRA) {
                return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + length);
        }
        throw malformed(source, "zip record " + name + " lacks its 64-bit sizes");
    }

    private long wide(ByteBuffer wide, String name) {
        if (wide.remaining() < Long.BYTES) {
            throw malformed(source, "zip record " + name + " lacks its 64-bit sizes");
        }
        return wide.getLong();
    }

    /// Every record, in the order of the directory.
    Collection<Entry> entries() {
        return entries.values();
    }

    /// The record of that name, where there is one.
    Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /// Where the data of a stored record begins.
    ///
    /// The directory does not say: the length of the local header's padding stands in that header alone. As
    /// PyTorch pads to multiples of 64 bytes, the place is known without reading a header per tensor, provided
    /// that the data then ends where the next record begins, but for a data descriptor; else the header is read.
    long dataOffset(Entry entry) throws IOException {
        long header = entry.headerOffset();
        long nameBytes = entry.name().getBytes(StandardCharsets.UTF_8).length;
        Long next = boundaries.higher(header);
        long unpadded = header + LOCAL_BYTES + nameBytes;
        if (next != null) {
            for (int descriptorBytes : new int[] {0, 16, 24}) {
                long offset = next - descriptorBytes - entry.storedBytes();
                if (offset % ALIGNMENT == 0 && offset >= unpadded && offset - unpadded < 2 * ALIGNMENT) {
                    return offset;
                }
            }
        }
        ByteBuffer local = read(source, header, LOCAL_BYTES);
        if (local.getInt(0) != LOCAL_SIGNATURE) {
            throw malformed(source, "zip record " + entry.name() + " has no local header at byte " + header);
        }
        long offset = header
                + LOCAL_BYTES
                + Short.toUnsignedLong(local.getShort(26))
                + Short.toUnsignedLong(local.getShort(28));
        if (offset > directoryOffset - entry.storedBytes()) {
            throw malformed(source, "zip record " + entry.name() + " runs into the zip directory");
        }
        return offset;
    }

    /// A record's bytes as a file of its own; a deflated one is unpacked.
    ///
    /// @param maxBytes what it may take when unpacked
    ByteCursor open(Entry entry, long maxBytes) throws IOException {
        long offset = dataOffset(entry);
        if (entry.isStored()) {
            return new ByteCursor(source, offset, offset + entry.bytes());
        }
        if (entry.method() != DEFLATED) {
            throw new UnsupportedException(source.name() + ": zip record " + entry.name() + " is packed with method "
                    + entry.method() + "; stored and deflated are known");
        }
        if (entry.bytes() > maxBytes || entry.storedBytes() > maxBytes) {
            throw malformed(source, "zip record " + entry.name() + " unpacks to more than " + maxBytes + " bytes");
        }
        byte[] unpacked = inflate(entry, read(source, offset, Math.toIntExact(entry.storedBytes())));
        return new ByteCursor(new MemoryByteSource(source.name() + ", " + entry.name(), unpacked), 0, unpacked.length);
    }

    private byte[] inflate(Entry entry, ByteBuffer packed) {
        // Deflate packs at best 1,032 to 1, so a larger promise is a lie that would cost memory.
        if (entry.bytes() > 1032L * (packed.remaining() + 1L)) {
            throw malformed(source, "zip record " + entry.name() + " cannot unpack to " + entry.bytes() + " bytes");
        }
        byte[] unpacked = new byte[Math.toIntExact(entry.bytes())];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            int filled = 0;
            int count;
            do {
                count = inflater.inflate(unpacked, filled, unpacked.length - filled);
                filled += count;
            } while (count > 0);
            if (filled < unpacked.length) {
                throw malformed(source, "zip record " + entry.name() + " is shorter than it says");
            }
            return unpacked;
        } catch (DataFormatException e) {
            throw malformed(source, "zip record " + entry.name() + " is damaged");
        } finally {
            inflater.end();
        }
    }

    private static MalformedException malformed(ByteSource source, String what) {
        return new MalformedException(source.name() + ": " + what);
    }
}
