package dev.weighbridge.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weighbridge.model.tensor.Shape;
import org.junit.jupiter.api.Test;

class ConvolutionTest {
    @Test
    void storesLengthAndDirectionOfANormalizedWeight() {
        // shapes of facebook/wav2vec2-base: encoder.pos_conv_embed.conv
        Convolution positions =
                Convolution.line("conv", 768, 768, 128, true).grouped(16).weightNormed(2);

        assertThat(positions.parameters())
                .containsExactly(
                        new Parameter(".weight_g", Shape.of(1, 1, 128), Role.CONVOLUTION),
                        new Parameter(".weight_v", Shape.of(768, 48, 128), Role.CONVOLUTION),
                        new Parameter(".bias", Shape.of(768), Role.CONVOLUTION));
    }

    @Test
    void putsTheInputFirstWhereItWidens() {
        Convolution widening = Convolution.line("conv", 512, 256, 16, false).widening();

        assertThat(widening.parameters())
                .containsExactly(new Parameter(".weight", Shape.of(512, 256, 16), Role.CONVOLUTION));
    }

    @Test
    void refusesToNormalizeAlongADimensionItHasNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Convolution.line("conv", 4, 4, 3, false).weightNormed(3))
                .withMessageContaining("no dimension 3");
    }
}
