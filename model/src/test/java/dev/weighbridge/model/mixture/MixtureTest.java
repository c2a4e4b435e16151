package dev.weighbridge.model.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MixtureTest {
    private static final MixtureModel DENSE = new MixtureModel("llama", 32, 0, 4);

    @Test
    void givesMoreBitsToTheFirstAndLastEighthAndEveryThirdLayerBetween() {
        List<MixtureTensor> downs = new ArrayList<>();
        for (int layer = 0; layer < 32; layer++) {
            downs.add(matrix("blk." + layer + ".ffn_down.weight", 256));
        }

        List<DataType> types = Mixture.types(FileType.Q4_K_M, DENSE, downs, false);

        List<Integer> better = new ArrayList<>();
        for (int layer = 0; layer < 32; layer++) {
            if (types.get(layer) == DataType.Q6_K) {
                better.add(layer);
            }
        }
        assertThat(better).containsExactly(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31);
    }

    @ParameterizedTest
    @CsvSource({"Q2_K, Q4_0", "Q3_K_S, Q4_0", "Q4_K_S, Q5_0", "Q5_K_S, Q5_1", "Q6_K, Q8_0", "IQ2_XS, IQ4_NL"})
    void takesSmallerBlocksWhereRowsDoNotFillLargeOnes(FileType fileType, DataType smaller) {
        List<MixtureTensor> tensors = List.of(matrix("output.weight", 256), matrix("blk.20.attn_q.weight", 288));

        assertThat(Mixture.types(fileType, DENSE, tensors, true)).endsWith(smaller);
    }

    @Test
    void keepsRowsThatFillNoBlockInSixteenBits() {
        List<MixtureTensor> tensors = List.of(matrix("blk.0.attn_q.weight", 80));

        assertThat(Mixture.types(FileType.Q4_K_M, DENSE, tensors, false)).containsExactly(DataType.F16);
        assertThat(Mixture.types(FileType.Q8_0, DENSE, tensors, false)).containsExactly(DataType.F16);
    }

    @Test
    void refusesBlocksOf128ThatRowsDoNotFill() {
        List<MixtureTensor> tensors = List.of(matrix("blk.0.attn_q.weight", 80));

        assertThatThrownBy(() -> Mixture.types(FileType.Q1_0, DENSE, tensors, false))
                .isInstanceOf(UnsupportedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blk.0.attn_norm.weight",
                "blk.0.ffn_gate_inp.weight",
                "blk.0.ssm_conv1d.weight",
                "blk.0.attn_q.bias",
                "position_embd.weight",
                "token_types.weight",
                "altup_proj.weight"
            })
    void leavesTensorsAloneThatAreSmallOrDelicate(String name) {
        List<MixtureTensor> tensors = List.of(new MixtureTensor(name, Shape.of(256, 256), DataType.F32));

        assertThat(Mixture.types(FileType.Q4_K_M, DENSE, tensors, false)).containsExactly(DataType.F32);
    }

    @Test
    void leavesVectorsAloneHoweverManyDimensionsTheyHave() {
        MixtureTensor vector = new MixtureTensor("blk.0.ffn_up_shexp.weight", Shape.of(1, 4096), DataType.BF16);

        assertThat(Mixture.types(FileType.Q4_K_M, DENSE, List.of(vector), false))
                .containsExactly(DataType.BF16);
    }

    @Test
    void storesATiedEmbeddingAsAnOutput() {
        MixtureTensor embedding = matrix("token_embd.weight", 256);
        MixtureTensor output = matrix("output.weight", 256);

        assertThat(Mixture.types(FileType.Q4_K_M, DENSE, List.of(embedding), false))
                .containsExactly(DataType.Q6_K);
        assertThat(Mixture.types(FileType.Q4_K_M, DENSE, List.of(embedding, output), false))
                .containsExactly(DataType.Q4_K, DataType.Q6_K);
    }

    /// The types depend on the order of the file, which is by layer and name, not on the order given.
    @ParameterizedTest
    @EnumSource(FileType.class)
    void givesTheSameTypesInWhateverOrderTensorsAreListed(FileType fileType) {
        long seed = new Random().nextLong();
        List<MixtureTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < 13; layer++) {
            for (String part : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_gate", "ffn_down")) {
                tensors.add(matrix("blk." + layer + "." + part + ".weight", 512));
            }
        }
        tensors.add(matrix("token_embd.weight", 512));
        tensors.add(matrix("output.weight", 512));
        MixtureModel model = new MixtureModel("llama", 13, 0, 1);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));

        List<DataType> inOrder = Mixture.types(fileType, model, tensors, true);
        List<DataType> shuffled =
                Mixture.types(fileType, model, order.stream().map(tensors::get).toList(), true);

        assertThat(shuffled)
                .as("seed %d", seed)
                .isEqualTo(order.stream().map(inOrder::get).toList());
    }

    @Test
    void everyFileTypeIsFoundByNameAndByCode() {
        assertThat(Arrays.asList(FileType.values())).allSatisfy(type -> {
            assertThat(FileType.parse(type.name().toLowerCase(Locale.ROOT))).contains(type);
            assertThat(FileType.ofCode(type.code())).contains(type);
        });
        assertThat(FileType.parse("q4_k")).contains(FileType.Q4_K_M);
        assertThat(FileType.parse("Q7_K")).isEmpty();
    }

    private static MixtureTensor matrix(String name, long columns) {
        return new MixtureTensor(name, Shape.of(64, columns), DataType.BF16);
    }
}
