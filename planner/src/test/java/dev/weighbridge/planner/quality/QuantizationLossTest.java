package dev.weighbridge.planner.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.quality.QuantizationLoss.Loss;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuantizationLossTest {
    private static final long EIGHT_BILLION = 8_000_000_000L;

    private final QuantizationLoss losses = QuantizationLoss.embedded();

    @Test
    void losesNothingAtSixteenBits() {
        assertThat(loss("BF16", EIGHT_BILLION)).isEqualTo(Loss.NONE);
        assertThat(loss("F16", EIGHT_BILLION)).isEqualTo(Loss.NONE);
    }

    @Test
    void losesAboutAsMuchAsWasMeasured() {
        // llama.cpp's perplexity README: mean change of probability of Q4_K_M -0.389 % (Llama 3 8B, importance matrix)
        // and -0.416 % (Llama 2 7B).
        Loss loss = loss("Q4_K_M", EIGHT_BILLION);

        assertThat(loss.points()).isBetween(0.3, 0.5);
        assertThat(loss.low()).isLessThan(0.389);
        assertThat(loss.high()).isGreaterThan(0.416);
        assertThat(loss.basis()).isEqualTo(Basis.PUBLISHED);
    }

    @Test
    void losesMoreWithFewerBits() {
        assertThat(loss("Q8_0", EIGHT_BILLION).points())
                .isLessThan(loss("Q6_K", EIGHT_BILLION).points());
        assertThat(loss("Q6_K", EIGHT_BILLION).points())
                .isLessThan(loss("Q4_K_M", EIGHT_BILLION).points());
        assertThat(loss("Q4_K_M", EIGHT_BILLION).points())
                .isLessThan(loss("Q3_K_M", EIGHT_BILLION).points());
        assertThat(loss("Q3_K_M", EIGHT_BILLION).points())
                .isLessThan(loss("Q2_K", EIGHT_BILLION).points());
    }

    @Test
    void losesMoreInASmallModelThanInALargeOne() {
        assertThat(loss("Q4_K_M", 500_000_000L).points())
                .isGreaterThan(loss("Q4_K_M", 70_000_000_000L).points() * 2);
    }

    @Test
    void losesNothingWhereThePublisherGivesThePrecision() {
        assertThat(losses.of("MXFP4", Optional.of("MXFP4"), EIGHT_BILLION)).isEqualTo(Loss.NONE);
        assertThat(losses.of("FP8", Optional.of("FP8"), EIGHT_BILLION)).isEqualTo(Loss.NONE);
        assertThat(losses.of("AWQ-4bit-g128", Optional.of("FP8"), EIGHT_BILLION).points())
                .isPositive();
    }

    @Test
    void takesAPrecisionThatWasNotMeasuredForOneMostLikeIt() {
        Loss loss = loss("NVFP4", EIGHT_BILLION);

        assertThat(loss.points()).isEqualTo(loss("AWQ-4bit-g128", EIGHT_BILLION).points());
        assertThat(loss.basis()).isEqualTo(Basis.ESTIMATED);
    }

    private Loss loss(String precision, long parameters) {
        return losses.of(precision, Optional.empty(), parameters);
    }
}
