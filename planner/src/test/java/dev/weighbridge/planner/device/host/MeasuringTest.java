package dev.weighbridge.planner.device.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.error.MalformedException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuringTest {
    private static final String KEPT = """
            {"processor": "AMD EPYC", "threads": 2, "date": "2026-11-22",
             "bandwidth_gb_s": {"one_thread": 21.5, "all_threads": 38},
             "fp32_gflops": {"one_thread": 90, "all_threads": 176.5}}
            """;

    @Test
    void multipliesAsTheDefinitionSays() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        float[][] left = matrix(random, 16);
        float[][] right = matrix(random, 16);
        float[][] product = new float[16][16];

        MatrixThroughput.multiply(left, right, product);

        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                double exact = 0;
                for (int k = 0; k < 16; k++) {
                    exact += (double) left[i][k] * right[k][j];
                }
                assertThat((double) product[i][j])
                        .as("seed %d at %d, %d", seed, i, j)
                        .isCloseTo(exact, within(1e-5));
            }
        }
    }

    @Test
    void findsThatMemoryIsReadAndMatricesAreMultiplied() {
        // Slower than any machine that this runs on, faster than any.
        assertThat(MemoryBandwidth.measure(2, 1 << 20, Duration.ofMillis(20))).isBetween(1e6, 1e14);
        assertThat(MatrixThroughput.measure(1, Duration.ofMillis(20))).isBetween(1e6, 1e14);
    }

    @Test
    void readsWhatWasKept() {
        Measurement measurement = Measurement.read("measured.json", KEPT);

        assertThat(measurement).isEqualTo(new Measurement("AMD EPYC", 2, "2026-11-22", 21.5e9, 38e9, 90e9, 176.5e9));
        assertThat(measurement.isOf("AMD EPYC", 2)).isTrue();
        assertThat(measurement.isOf("AMD EPYC", 4)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"21.5", "\"AMD EPYC\"", "90"})
    void refusesAKeptFigureThatIsNone(String figure) {
        String broken = KEPT.replace(figure, "-1");

        assertThatThrownBy(() -> Measurement.read("measured.json", broken)).isInstanceOf(MalformedException.class);
    }

    private static float[][] matrix(Random random, int side) {
        float[][] matrix = new float[side][side];
        for (float[] row : matrix) {
            for (int i = 0; i < side; i++) {
                row[i] = random.nextFloat() - 0.5f;
            }
        }
        return matrix;
    }
}
