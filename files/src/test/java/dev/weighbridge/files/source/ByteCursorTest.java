package dev.weighbridge.files.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteCursorTest {
    @Test
    void readsEveryKindOfFieldAcrossTheEdgesOfItsChunks() throws IOException {
        long seed = 20260102;
        Random random = new Random(seed);
        byte[] bytes = new byte[200_000];
        random.nextBytes(bytes);
        ByteBuffer expected = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ByteCursor in = new ByteCursor(new MemoryByteSource("data", bytes), 0, bytes.length);

        while (in.remaining() > 50_000) {
            int at = (int) in.position();
            switch (random.nextInt(7)) {
                case 0 -> assertThat(in.u8()).as("seed %d", seed).isEqualTo(Byte.toUnsignedInt(expected.get(at)));
                case 1 ->
                    assertThat(in.u16()).as("seed %d", seed).isEqualTo(Short.toUnsignedInt(expected.getShort(at)));
                case 2 -> assertThat(in.i32()).as("seed %d", seed).isEqualTo(expected.getInt(at));
                case 3 ->
                    assertThat(in.u32()).as("seed %d", seed).isEqualTo(Integer.toUnsignedLong(expected.getInt(at)));
                case 4 -> assertThat(in.i64()).as("seed %d", seed).isEqualTo(expected.getLong(at));
                case 5 -> {
                    int length = random.nextInt(random.nextInt(100) == 0 ? 40_000 : 100);
                    assertThat(in.bytes(length))
                            .as("seed %d", seed)
                            .isEqualTo(Arrays.copyOfRange(bytes, at, at + length));
                }
                default -> in.skip(random.nextInt(random.nextInt(100) == 0 ? 40_000 : 10));
            }
        }
    }

    @Test
    void takesNothingThatIsSkipped() throws IOException {
        MemoryByteSource source = new MemoryByteSource("data", new byte[10_000_000]);
        ByteCursor in = new ByteCursor(source, 0, source.size());

        in.u8();
        in.skip(9_000_000);
        in.u8();

        assertThat(source.bytesRead()).isLessThan(100_000);
    }

    @Test
    void refusesALengthThatTheRangeDoesNotHave() {
        ByteCursor in = new ByteCursor(new MemoryByteSource("data", new byte[100]), 10, 20);

        assertThatThrownBy(() -> in.bytes(11))
                .isInstanceOf(MalformedException.class)
                .hasMessage("data, byte 10: a length of 11 where 10 bytes are left");
        assertThatThrownBy(() -> in.skip(-1)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> in.bytes(Long.MAX_VALUE)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesAFieldThatIsCutOff() {
        ByteCursor in = new ByteCursor(new MemoryByteSource("data", new byte[100]), 93, 100);

        assertThatThrownBy(in::i64)
                .isInstanceOf(MalformedException.class)
                .hasMessage("data, byte 93: the data ends early");
    }
}
