package dev.weighbridge.planner.fit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SearchTest {
    @Test
    void findsWhatBisectionFindsWhateverTheFunctionDoes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            int count = 1 + random.nextInt(600);
            long first = random.nextInt(20) - 10L;
            double[] values = new double[count];
            double value = random.nextDouble() * 1e9 * random.nextInt(3);
            for (int i = 0; i < count; i++) {
                values[i] = value;
                value -= random.nextInt(10) == 0 ? random.nextDouble() * 1e8 : random.nextInt(3) * 1e5;
            }
            long expected = first - 1;
            for (int i = 0; i < count && values[i] >= 0; i++) {
                expected = first + i;
            }

            long found = Search.largest(first, first + count - 1, at -> values[(int) (at - first)]);

            assertThat(found).as("seed %d, run %d", seed, run).isEqualTo(expected);
        }
    }

    @Test
    void takesFewStepsWhereTheFunctionIsALine() {
        AtomicInteger asked = new AtomicInteger();

        long found = Search.largest(1, 4096, at -> {
            asked.incrementAndGet();
            return 1e9 - at * 654_321.0;
        });

        assertThat(found).isEqualTo(1528);
        assertThat(asked.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void endsWhereFromSomePointOnNothingIsPossible() {
        assertThat(Search.largest(0, 1000, at -> at <= 7 ? 5 : Double.NEGATIVE_INFINITY))
                .isEqualTo(7);
        assertThat(Search.largest(0, 0, _ -> -1)).isEqualTo(-1);
        assertThat(Search.largest(3, 3, _ -> 0)).isEqualTo(3);
    }
}
