package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Big;
import dev.weighbridge.files.pytorch.PickleValue.Call;
import dev.weighbridge.files.pytorch.PickleValue.Dict;
import dev.weighbridge.files.pytorch.PickleValue.Flag;
import dev.weighbridge.files.pytorch.PickleValue.Global;
import dev.weighbridge.files.pytorch.PickleValue.Int;
import dev.weighbridge.files.pytorch.PickleValue.None;
import dev.weighbridge.files.pytorch.PickleValue.Persistent;
import dev.weighbridge.files.pytorch.PickleValue.Raw;
import dev.weighbridge.files.pytorch.PickleValue.Real;
import dev.weighbridge.files.pytorch.PickleValue.Sequence;
import dev.weighbridge.files.pytorch.PickleValue.Text;
import dev.weighbridge.files.source.ByteCursor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Carries out a pickle's program (protocols 0 to 5) without ever resolving or calling what it names.
///
/// A `REDUCE` makes a [Call] record, a `GLOBAL` a [Global] record, and that is all they do. Each opcode makes at
/// most one value and the number of opcodes is limited; texts beyond [#MAX_TEXT_BYTES] and all bytes are noted by
/// position and skipped. So memory stays within a constant factor of the bytes read, and there is no recursion.
/// The names of the opcodes are those of Python's `pickletools`.
final class PickleReader {
    /// More opcodes than any published checkpoint's pickle has; 10,000 tensors take some 500,000.
    static final int MAX_STEPS = 8_000_000;

    /// More text than any of them keeps.
    static final long MAX_KEPT_BYTES = 256L << 20;

    /// Texts up to this length are kept; parameter names are below 200 bytes.
    static final int MAX_TEXT_BYTES = 16 * 1024;

    private static final int MAX_LINE_BYTES = 16 * 1024;
    private static final int MAX_INTEGER_BYTES = 256;

    private final ByteCursor in;
    private final ArrayList<PickleValue> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, PickleValue> memo = new HashMap<>();
    private final Set<Global> globals = new LinkedHashSet<>();
    private final List<Persistent> persistents = new ArrayList<>();
    private int steps;
    private long keptBytes;

    PickleReader(ByteCursor in) {
        this.in = in;
    }

    /// Every function and class that the pickles read so far name.
    Set<Global> globals() {
        return globals;
    }

    /// Every outside reference of the pickles read so far, in order.
    List<Persistent> persistents() {
        return persistents;
    }

    /// Reads one pickle, up to its `STOP`.
    ///
    /// @throws dev.weighbridge.model.error.MalformedException if the program is broken or makes too many values
    /// @throws dev.weighbridge.model.error.UnsupportedException for a protocol above 5 and for data kept outside
    /// the pickle
    PickleValue read() throws IOException {
        stack.clear();
        marks.clear();
        memo.clear();
        while (true) {
            int opcode = in.u8();
            if (++steps > MAX_STEPS) {
                throw in.malformed("the pickle has more than " + MAX_STEPS + " steps");
            }
            if (opcode == '.') {
                PickleValue result = pop();
                if (!stack.isEmpty() || !marks.isEmpty()) {
                    throw in.malformed("the pickle stops with values left over");
                }
                return result;
            }
            execute(opcode);
        }
    }

    private void execute(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> protocol(in.u8());
            case 0x95 -> frame(in.i64());
            case '(' -> marks.push(stack.size());
            case '0' -> discard();
            case '1' -> popMark();
            case '2' -> push(top());

            case 'N' -> push(None.NONE);
            case 0x88 -> push(Flag.TRUE);
            case 0x89 -> push(Flag.FALSE);
            case 'I' -> push(decimalFlagOrInteger(line()));
            case 'J' -> push(new Int(in.i32()));
            case 'K' -> push(new Int(in.u8()));
            case 'M' -> push(new Int(in.u16()));
            case 'L' -> push(decimal(line()));
            case 0x8a -> push(integer(in.u8()));
            case 0x8b -> push(integer(in.i32()));
            case 'F' -> push(real(line()));
            case 'G' -> push(new Real(Double.longBitsToDouble(Long.reverseBytes(in.i64()))));

            case 'S' -> push(Text.escaped(unquoted(line())));
            case 'V' -> push(Text.escaped(line()));
            case 'T' -> push(text(in.i32()));
            case 'U' -> push(text(in.u8()));
            case 'X' -> push(text(in.u32()));
            case 0x8c -> push(text(in.u8()));
            case 0x8d -> push(text(in.i64()));
            case 'B' -> push(raw(in.u32(), false));
            case 'C' -> push(raw(in.u8(), false));
            case 0x8e, 0x96 -> push(raw(in.i64(), false));
            case 0x97, 0x98 -> throw in.unsupported("the pickle keeps data in buffers outside the file");

            case ']', ')', 0x8f -> push(new Sequence(new ArrayList<>(0)));
            case 'l', 't', 0x91 -> push(new Sequence(popMark()));
            case 0x85 -> push(tuple(1));
            case 0x86 -> push(tuple(2));
            case 0x87 -> push(tuple(3));
            case '}' -> push(new Dict());
            case 'd' -> {
                List<PickleValue> items = popMark();
                Dict dict = new Dict();
                push(dict);
                putAll(dict, items);
            }
            case 'a' -> {
                PickleValue item = pop();
                items(top()).add(item);
            }
            case 'e', 0x90 -> {
                List<PickleValue> added = popMark();
                items(top()).addAll(added);
            }
            case 's' -> {
                PickleValue value = pop();
                PickleValue key = pop();
                entries(top()).put(key, value);
            }
            case 'u' -> {
                List<PickleValue> added = popMark();
                putAll(entries(top()), added);
            }

            case 'p' -> remember(memoIndex(line()));
            case 'q' -> remember(in.u8());
            case 'r' -> remember(in.u32());
            case 0x94 -> remember(memo.size());
            case 'g' -> push(recall(memoIndex(line())));
            case 'h' -> push(recall(in.u8()));
            case 'j' -> push(recall(in.u32()));

            case 'P' -> push(persistent(Text.escaped(line())));
            case 'Q' -> push(persistent(pop()));
            case 'c' -> push(global(line(), line()));
            case 0x93 -> {
                PickleValue name = pop();
                push(global(name(pop()), name(name)));
            }
            case 0x82 -> push(global("copyreg", "extension " + in.u8()));
            case 0x83 -> push(global("copyreg", "extension " + in.u16()));
            case 0x84 -> push(global("copyreg", "extension " + in.u32()));
            case 'R', 0x81 -> {
                PickleValue arguments = pop();
                push(new Call(pop(), arguments));
            }
            case 0x92 -> {
                pop();
                PickleValue arguments = pop();
                push(new Call(pop(), arguments));
            }
            case 'i' -> {
                Global type = global(line(), line());
                push(new Call(type, new Sequence(popMark())));
            }
            case 'o' -> {
                List<PickleValue> items = popMark();
                if (items.isEmpty()) {
                    throw in.malformed("an object without a class");
                }
                push(new Call(items.removeFirst(), new Sequence(items)));
            }
            case 'b' -> {
                PickleValue state = pop();
                if (!(top() instanceof Call call)) {
                    throw in.malformed("a state for something that is no object");
                }
                call.state = state;
            }
            default -> throw in.malformed(in.position() - 1, String.format("0x%02x is no pickle opcode", opcode));
        }
    }

    private void protocol(int version) {
        if (version > 5) {
            throw in.unsupported("pickle protocol " + version + "; 0 to 5 are known");
        }
    }

    private void frame(long length) {
        if (length < 0 || length > in.remaining()) {
            throw in.malformed("a pickle frame of " + Long.toUnsignedString(length) + " bytes where " + in.remaining()
                    + " are left");
        }
    }

    private void push(PickleValue value) {
        stack.add(value);
    }

    private PickleValue top() {
        if (stack.size() <= floor()) {
            throw in.malformed("the pickle takes a value from an empty stack");
        }
        return stack.getLast();
    }

    private PickleValue pop() {
        PickleValue value = top();
        stack.removeLast();
        return value;
    }

    /// `POP` removes a mark where one is on top.
    private void discard() {
        if (!marks.isEmpty() && marks.getFirst() == stack.size()) {
            marks.pop();
        } else {
            pop();
        }
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.getFirst();
    }

    private List<PickleValue> popMark() {
        if (marks.isEmpty()) {
            throw in.malformed("the pickle looks for a mark that it never set");
        }
        List<PickleValue> above = stack.subList(marks.pop(), stack.size());
        List<PickleValue> items = new ArrayList<>(above);
        above.clear();
        return items;
    }

    private Sequence tuple(int size) {
        List<PickleValue> items = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            items.addFirst(pop());
        }
        return new Sequence(items);
    }

    private List<PickleValue> items(PickleValue target) {
        return switch (target) {
            case Sequence(List<PickleValue> items) -> items;
            case Call call -> call.items;
            default -> throw in.malformed("an item for something that is no list");
        };
    }

    private Dict entries(PickleValue target) {
        return switch (target) {
            case Dict dict -> dict;
            case Call call -> call.entries;
            default -> throw in.malformed("an entry for something that is no dictionary");
        };
    }

    private void putAll(Dict dict, List<PickleValue> items) {
        if (items.size() % 2 != 0) {
            throw in.malformed("a dictionary with a key that has no value");
        }
        for (int i = 0; i < items.size(); i += 2) {
            dict.put(items.get(i), items.get(i + 1));
        }
    }

    private void remember(long index) {
        memo.put(index, top());
    }

    private PickleValue recall(long index) {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw in.malformed("the pickle recalls value " + index + ", which it never stored");
        }
        return value;
    }

    private Persistent persistent(PickleValue id) {
        Persistent persistent = new Persistent(id);
        persistents.add(persistent);
        return persistent;
    }

    private Global global(String module, String name) {
        Global global = new Global(module, name);
        globals.add(global);
        return global;
    }

    private String name(PickleValue value) {
        if (value instanceof Text text) {
            return text.value();
        }
        throw in.malformed("a function or class whose name is no text");
    }

    private PickleValue text(long length) throws IOException {
        if (length > MAX_TEXT_BYTES) {
            return raw(length, true);
        }
        keep(length);
        long offset = in.position();
        return new Text(new String(in.bytes(length), StandardCharsets.UTF_8), offset, (int) length);
    }

    private void keep(long length) {
        keptBytes += length;
        if (keptBytes > MAX_KEPT_BYTES) {
            throw in.malformed("the pickle has more than " + MAX_KEPT_BYTES + " bytes of short texts");
        }
    }

    private Raw raw(long length, boolean text) {
        long offset = in.position();
        in.skip(length);
        return new Raw(offset, length, text);
    }

    /// Bytes up to the next line feed, which is taken too.
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.u8(); c != '\n'; c = in.u8()) {
            if (line.length() == MAX_LINE_BYTES) {
                throw in.malformed("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
            line.append((char) c);
        }
        keep(line.length());
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String unquoted(String line) {
        boolean quoted = line.length() >= 2
                && (line.startsWith("'") || line.startsWith("\""))
                && line.endsWith(line.substring(0, 1));
        return quoted ? line.substring(1, line.length() - 1) : line;
    }

    private long memoIndex(String line) {
        return decimal(line) instanceof Int(long index) ? index : -1;
    }

    private PickleValue decimalFlagOrInteger(String line) {
        return switch (line) {
            case "00" -> Flag.FALSE;
            case "01" -> Flag.TRUE;
            default -> decimal(line);
        };
    }

    private PickleValue decimal(String line) {
        String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        if (digits.length() > MAX_INTEGER_BYTES) {
            throw in.malformed("an integer of " + digits.length() + " digits");
        }
        try {
            return integer(new BigInteger(digits));
        } catch (NumberFormatException e) {
            throw in.malformed("an integer that is none");
        }
    }

    private PickleValue integer(int length) throws IOException {
        if (length < 0 || length > MAX_INTEGER_BYTES) {
            throw in.malformed("an integer of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] bytes = in.bytes(length);
        for (int i = 0; i < bytes.length / 2; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = swapped;
        }
        return integer(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
    }

    private static PickleValue integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? new Int(value.longValue()) : new Big(value);
    }

    private Real real(String line) {
        try {
            return new Real(Double.parseDouble(line));
        } catch (NumberFormatException e) {
            throw in.malformed("a number that is none");
        }
    }
}
