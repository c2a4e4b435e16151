package dev.weighbridge.model.packing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnpackingTest {
    private final List<StoredTensor> stored = new ArrayList<>();
    private Config config = Config.EMPTY;

    private UnpackingTest with(String name, DataType type, long... dimensions) {
        stored.add(new StoredTensor(name, type, Shape.of(dimensions), 0, stored.size(), 1));
        return this;
    }

    private UnpackingTest quantized(Map<String, ?> settings) {
        config = Config.of(Map.of("quantization_config", settings));
        return this;
    }

    private Unpacking unpack(Format format) {
        return Unpacking.of(new Checkpoint(format, "m", List.of(), Config.EMPTY, config, stored, List.of(), 0));
    }

    private Unpacking unpack() {
        return unpack(Format.SAFETENSORS);
    }

    private void becomes(String storageType, long... dimensions) {
        Unpacking unpacking = unpack();

        assertThat(unpacking.tensors()).singleElement().satisfies(tensor -> {
            assertThat(tensor.name()).isEqualTo("a.weight");
            assertThat(tensor.storageType()).isEqualTo(storageType);
            assertThat(tensor.shape()).isEqualTo(Shape.of(dimensions));
            assertThat(tensor.stored()).containsExactlyInAnyOrderElementsOf(stored);
        });
        assertThat(unpacking.storageOnly()).isEmpty();
    }

    @Test
    void leavesPlainTensorsAlone() {
        with("a.weight", DataType.BF16, 8, 4).with("a.scale", DataType.F32, 8).with("b.input_scale", DataType.F32);

        Unpacking unpacking = unpack();

        assertThat(unpacking.tensors())
                .extracting(LogicalTensor::name)
                .containsExactly("a.weight", "a.scale", "b.input_scale");
        assertThat(unpacking.findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2,8,4", "3,12,6", "4,16,8", "8,32,16"})
    void readsTheBitsOfGptqOffItsShapes(int bits, int rows, int zeros) {
        with("a.qweight", DataType.I32, rows, 64)
                .with("a.qzeros", DataType.I32, 1, zeros)
                .with("a.scales", DataType.F16, 1, 64)
                .becomes("GPTQ-" + bits, 64, 128);
        stored.removeIf(tensor -> tensor.name().equals("a.qzeros"));
        with("a.g_idx", DataType.I32, 128).becomes("GPTQ-" + bits, 64, 128);
    }

    @Test
    void takesTheBitsOfGptqFromTheConfigurationWhereShapesDoNotTell() {
        with("a.qweight", DataType.I32, 8, 64)
                .with("a.scales", DataType.F16, 1, 64)
                .quantized(Map.of("quant_method", "gptq", "bits", 2L))
                .becomes("GPTQ-2", 64, 128);
        assertThat(unpack().findings()).extracting(Finding::kind).doesNotContain(Finding.Kind.ASSUMED);
    }

    @Test
    void saysWhatItAssumesOfGptq() {
        with("a.qweight", DataType.I32, 8, 64)
                .with("a.scales", DataType.F16, 1, 64)
                .becomes("GPTQ-4", 64, 64);

        assertThat(unpack().findings()).extracting(Finding::kind).contains(Finding.Kind.ASSUMED);
    }

    @Test
    void tellsTheLayoutsOfAwqApart() {
        with("a.qweight", DataType.I32, 128, 8)
                .with("a.qzeros", DataType.I32, 4, 8)
                .with("a.scales", DataType.F16, 4, 64)
                .becomes("AWQ-4", 64, 128);
        stored.clear();
        with("a.qweight", DataType.I32, 64, 16)
                .with("a.qzeros", DataType.I32, 64, 1)
                .with("a.scales", DataType.F16, 64, 8)
                .quantized(Map.of("quant_method", "awq", "version", "gemv"))
                .becomes("AWQ-4", 64, 128);
        stored.clear();
        with("a.qweight", DataType.I16, 16, 128)
                .with("a.qzeros", DataType.F16, 2, 64)
                .with("a.scales", DataType.F16, 2, 64)
                .becomes("AWQ-4", 64, 128);
    }

    @Test
    void countsBitsAndBytesByTheByte() {
        with("a.weight", DataType.U8, 4096, 1)
                .with("a.weight.absmax", DataType.U8, 128)
                .with("a.weight.nested_absmax", DataType.F32, 1)
                .with("a.weight.nested_quant_map", DataType.F32, 256)
                .with("a.weight.quant_map", DataType.F32, 16)
                .with("a.weight.quant_state.bitsandbytes__fp4", DataType.U8, 100)
                .becomes("BNB-FP4", 8192);
        stored.clear();
        with("a.weight", DataType.I8, 8, 4)
                .with("a.SCB", DataType.F32, 8)
                .with("a.weight_format", DataType.U8)
                .becomes("BNB-INT8", 8, 4);
    }

    @Test
    void readsCompressedTensorsWithAndWithoutTheirConfiguration() {
        with("a.weight_packed", DataType.I32, 8, 16)
                .with("a.weight_scale", DataType.BF16, 8, 1)
                .with("a.weight_shape", DataType.I64, 2)
                .becomes("INT4", 8, 128);
        quantized(Map.of("config_groups", Map.of("g", Map.of("weights", Map.of("num_bits", 8L, "group_size", 64L)))))
                .becomes("INT8", 8, 64);
        quantized(Map.of("config_groups", Map.of("g", Map.of("weights", Map.of("num_bits", 4L)))))
                .becomes("INT4", 8, 128);
    }

    @Test
    void choosesBetweenGroupsByWhatFitsTheScales() {
        Map<String, ?> groups = Map.of(
                "config_groups",
                Map.of(
                        "eight", Map.of("weights", Map.of("num_bits", 8L, "group_size", 32L)),
                        "four", Map.of("weights", Map.of("num_bits", 4L, "group_size", 32L))));
        with("a.weight_packed", DataType.I32, 8, 16).with("a.weight_scale", DataType.BF16, 8, 4);
        quantized(groups).becomes("INT4", 8, 128);
        stored.clear();
        with("a.weight_packed", DataType.I32, 8, 32).with("a.weight_scale", DataType.BF16, 8, 4);
        quantized(groups).becomes("INT8", 8, 128);
    }

    @Test
    void leavesOutThePaddingOfARow() {
        with("a.weight_packed", DataType.I32, 8, 13)
                .with("a.weight_scale", DataType.BF16, 8, 5)
                .quantized(Map.of(
                        "config_groups", Map.of("g", Map.of("weights", Map.of("num_bits", 4L, "group_size", 20L)))))
                .becomes("INT4", 8, 100);
    }

    @Test
    void unpacksPairsOfFloats() {
        with("a.weight_packed", DataType.U8, 8, 64)
                .with("a.weight_scale", DataType.F8_E4M3, 8, 8)
                .with("a.weight_global_scale", DataType.F32, 1)
                .with("a.input_global_scale", DataType.F32, 1)
                .becomes("NVFP4", 8, 128);
        stored.clear();
        with("a.weight", DataType.U8, 8, 64)
                .with("a.weight_scale", DataType.F8_E4M3, 8, 8)
                .with("a.weight_scale_2", DataType.F32)
                .with("a.input_scale", DataType.F32)
                .becomes("NVFP4", 8, 128);
        stored.clear();
        with("a.weight", DataType.I8, 8, 64)
                .with("a.scale", DataType.F8_E8M0, 8, 4)
                .becomes("MXFP4", 8, 128);
    }

    @Test
    void keepsTheShapeOfScaledBytes() {
        with("a.weight", DataType.F8_E4M3, 8, 64)
                .with("a.weight_scale_inv", DataType.F32, 1, 1)
                .becomes("FP8", 8, 64);
        stored.clear();
        with("a.weight", DataType.F8_E5M2, 8, 64)
                .with("a.weight_scale", DataType.F32)
                .with("a.input_scale", DataType.F32)
                .becomes("FP8", 8, 64);
        stored.clear();
        with("a.weight", DataType.I8, 8, 64)
                .with("a.weight_scale", DataType.F32, 8, 1)
                .becomes("INT8", 8, 64);
    }

    @Test
    void unpacksBlocksOfExperts() {
        with("experts.down_proj_blocks", DataType.U8, 4, 64, 3, 16)
                .with("experts.down_proj_scales", DataType.U8, 4, 64, 3)
                .with("experts.down_proj_bias", DataType.BF16, 4, 64);

        Unpacking unpacking = unpack();

        assertThat(unpacking.tensors())
                .extracting(LogicalTensor::name)
                .containsExactly("experts.down_proj", "experts.down_proj_bias");
        assertThat(unpacking.tensors().getFirst().shape()).isEqualTo(Shape.of(4, 96, 64));
        assertThat(unpacking.tensors().getFirst().bytes()).isEqualTo(2);
    }

    @Test
    void unpacksFusedExpertsWhoseScalesBearTheirName() {
        with("experts.gate_up_proj", DataType.F8_E4M3, 4, 64, 32)
                .with("experts.gate_up_proj_scale_inv", DataType.F32, 4, 1, 1);

        assertThat(unpack().tensors()).singleElement().satisfies(tensor -> {
            assertThat(tensor.name()).isEqualTo("experts.gate_up_proj");
            assertThat(tensor.shape()).isEqualTo(Shape.of(4, 64, 32));
            assertThat(tensor.storageType()).isEqualTo("FP8");
        });
    }

    @ParameterizedTest
    @CsvSource({"2,4", "3,6", "4,8", "6,12", "8,16"})
    void readsTheBitsOfMlxOffItsShapes(int bits, int words) {
        with("a.weight", DataType.U32, 8, words)
                .with("a.scales", DataType.F16, 8, 1)
                .with("a.biases", DataType.F16, 8, 1);
        config = Config.of(Map.of("quantization", Map.of("group_size", 64L, "bits", 4L)));

        becomes("MLX-" + bits, 8, 64);
    }

    @Test
    void readsMlxExpertsAndGroupsOfOneModule() {
        with("a.weight", DataType.U32, 4, 8, 8)
                .with("a.scales", DataType.BF16, 4, 8, 2)
                .with("a.biases", DataType.BF16, 4, 8, 2);
        config = Config.of(Map.of(
                "quantization", Map.of("group_size", 64L, "bits", 2L, "a", Map.of("group_size", 32L, "bits", 4L))));

        becomes("MLX-4", 4, 8, 64);
    }

    @Test
    void countsHqqByItsGroups() {
        with("a.W_q", DataType.U8, 32, 64)
                .with("a.scale", DataType.F16, 1, 64)
                .with("a.zero", DataType.F16, 1, 64)
                .quantized(Map.of(
                        "quant_method",
                        "hqq",
                        "quant_config",
                        Map.of("weight_quant_params", Map.of("nbits", 4L, "group_size", 64L))))
                .becomes("HQQ-4", 4096);
    }

    @Test
    void readsMatricesOffCodebooksSignsAndPermutations() {
        with("a.codes", DataType.I16, 64, 16, 1)
                .with("a.codebooks", DataType.F16, 1, 65536, 1, 8)
                .with("a.scales", DataType.F16, 64, 1, 1, 1)
                .becomes("AQLM", 64, 128);
        stored.clear();
        with("a.Qidxs", DataType.I64, 64, 2)
                .with("a.SU", DataType.F16, 128)
                .with("a.SV", DataType.F16, 64)
                .becomes("QUIP#", 64, 128);
        stored.clear();
        with("a.q_weight", DataType.I32, 20, 64)
                .with("a.q_invperm", DataType.I16, 128)
                .with("a.q_scale", DataType.I32, 4, 8)
                .with("a.q_scale_max", DataType.F16, 4)
                .with("a.q_groups", DataType.I16, 8)
                .becomes("EXL2", 64, 128);
        stored.clear();
        with("a.trellis", DataType.I16, 8, 4, 48)
                .with("a.suh", DataType.F16, 128)
                .with("a.svh", DataType.F16, 64)
                .becomes("EXL3", 64, 128);
        stored.clear();
        with("a.indices", DataType.I32, 1, 16, 64)
                .with("a.centroids.weight", DataType.F16, 1, 65536)
                .quantized(Map.of(
                        "quant_method",
                        "vptq",
                        "config_for_layers",
                        Map.of("a", Map.of("in_features", 128L, "out_features", 64L))))
                .becomes("VPTQ", 64, 128);
        stored.clear();
        with("a.qweight", DataType.I8, 128, 64)
                .with("a.weight_scales", DataType.F16, 64)
                .becomes("EETQ-8", 64, 128);
    }

    @Test
    void knowsTernaryBytesOnlyByTheirQuantizer() {
        with("a.weight", DataType.U8, 16, 128)
                .with("a.weight_scale", DataType.BF16, 1)
                .quantized(Map.of("quant_method", "bitnet"))
                .becomes("BITNET", 64, 128);
    }

    @Test
    void putsTogetherTensorSubclassesTakenApart() {
        with("a.weight._data", DataType.I8, 64, 128)
                .with("a.weight._scale", DataType.F16, 64, 1)
                .quantized(Map.of("quant_method", "quanto", "weights", "int8"))
                .becomes("QUANTO-8", 64, 128);
        stored.clear();
        with("a._weight_qdata", DataType.I8, 64, 128)
                .with("a._weight_scale", DataType.F32, 64)
                .becomes("TORCHAO-8", 64, 128);
    }

    @Test
    void keepsScalesOfTheCacheApart() {
        with("a.weight", DataType.F8_E4M3, 8, 64)
                .with("a.weight_scale", DataType.F32)
                .with("attn.k_proj.k_scale", DataType.F32)
                .with("attn.v_proj.v_scale", DataType.F32);

        Unpacking unpacking = unpack();

        assertThat(unpacking.tensors()).hasSize(1);
        assertThat(unpacking.storageOnly())
                .extracting(StoredTensor::name)
                .containsExactly("attn.k_proj.k_scale", "attn.v_proj.v_scale");
        assertThat(unpacking.findings())
                .extracting(Finding::message)
                .containsExactly(
                        "1 weights are stored as FP8; counted unpacked",
                        "3 stored tensors are scales, zero points and tables of the quantiser, no parameters");
    }

    @Test
    void saysThatItDoesNotKnowAQuantizer() {
        with("a.weight", DataType.BF16, 8, 64).quantized(Map.of("quant_method", "unheard_of"));

        assertThat(unpack().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("unheard_of"));
    }

    @Test
    void takesShapesThatFitNoSchemeAsTheyAre() {
        with("a.qweight", DataType.I32, 1L << 40, 1L << 40)
                .with("a.scales", DataType.F16, 1, 1L << 40)
                .with("b.qweight", DataType.I32, 0, 0)
                .with("b.scales", DataType.F16, 0, 0)
                .with("c.weight", DataType.U32, 0, 0)
                .with("c.scales", DataType.F16, 0, 0)
                .with("d.weight_packed", DataType.I32)
                .with("e.trellis", DataType.I16, 1L << 61, 1L << 61, 1)
                .with("e.suh", DataType.F16, 1)
                .with("f.W_q", DataType.U8, 1L << 62)
                .with("g.qweight", DataType.I32, 5);

        Unpacking unpacking = unpack();

        assertThat(unpacking.tensors())
                .extracting(LogicalTensor::name)
                .contains("b.qweight", "c.weight", "e.trellis", "g.qweight");
    }

    @Test
    void doesNotLookIntoGgufFiles() {
        with("a.weight", DataType.I8, 8, 4).with("a.SCB", DataType.F32, 8);

        assertThat(unpack(Format.GGUF).tensors()).hasSize(2);
    }

    @Test
    void followsWhatTheReaderFound() {
        with("w", DataType.I8, 8, 4).with("scale", DataType.F32, 8).with("positions", DataType.I64, 8);
        List<Finding> findings = List.of(
                new Finding(Finding.Kind.PACKED, "w", "w holds weights quantized to I8"),
                new Finding(Finding.Kind.NOT_A_PARAMETER, "scale", "scale is a scale"));

        Unpacking unpacking =
                Unpacking.of(new Checkpoint(Format.ONNX, "m", List.of(), Config.EMPTY, config, stored, findings, 0));

        assertThat(unpacking.tensors()).extracting(LogicalTensor::storageType).containsExactly("ONNX-8", "I64");
        assertThat(unpacking.storageOnly()).extracting(StoredTensor::name).containsExactly("scale");
        assertThat(unpacking.findings()).isEmpty();
    }
}
