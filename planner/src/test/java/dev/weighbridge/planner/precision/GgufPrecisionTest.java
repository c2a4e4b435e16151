package dev.weighbridge.planner.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufPrecisionTest {
    private static final Families FAMILIES = AllFamilies.families();
    private static final Catalogue CATALOGUE = Catalogue.embedded();

    /// Bits per weight as llama.cpp's `tools/quantize/README.md` prints them for Llama 3.1 (files made
    /// without an
    /// importance matrix where the type does not ask for one).
    @ParameterizedTest
    @CsvSource({
        "llama-3.1-8b, IQ1_S, 2.0042",
        "llama-3.1-8b, IQ1_M, 2.1460",
        "llama-3.1-8b, IQ2_XXS, 2.3824",
        "llama-3.1-8b, IQ2_XS, 2.5882",
        "llama-3.1-8b, IQ2_S, 2.7403",
        "llama-3.1-8b, IQ2_M, 2.9294",
        "llama-3.1-8b, IQ3_XXS, 3.2548",
        "llama-3.1-8b, IQ3_XS, 3.4977",
        "llama-3.1-8b, IQ3_S, 3.6606",
        "llama-3.1-8b, IQ3_M, 3.7628",
        "llama-3.1-8b, IQ4_XS, 4.4597",
        "llama-3.1-8b, IQ4_NL, 4.6818",
        "llama-3.1-8b, Q2_K_S, 2.9697",
        "llama-3.1-8b, Q2_K, 3.1593",
        "llama-3.1-8b, Q3_K_S, 3.6429",
        "llama-3.1-8b, Q3_K_M, 3.9960",
        "llama-3.1-8b, Q3_K_L, 4.2979",
        "llama-3.1-8b, Q4_K_S, 4.6672",
        "llama-3.1-8b, Q4_K_M, 4.8944",
        "llama-3.1-8b, Q5_K_S, 5.5704",
        "llama-3.1-8b, Q5_K_M, 5.7036",
        "llama-3.1-8b, Q6_K, 6.5633",
        "llama-3.1-8b, Q8_0, 8.5008",
        "llama-3.1-8b, F16, 16.0005",
    })
    void reachesThePublishedBitsPerWeight(String model, FileType fileType, double bitsPerWeight) {
        Anatomy anatomy = anatomy(model);

        StoredWeights stored = Precisions.gguf(fileType).store(anatomy);

        double bits = stored.total() * 8.0 / anatomy.count().total();
        assertThat(bits).isCloseTo(bitsPerWeight, within(0.0002));
    }

    /// "quant size" in MiB, as llama.cpp's quantiser (release v0.5.0) prints it in a dry run over the
    /// header of the
    /// file that its converter makes; `+` with an importance matrix. `bench/peers/quantize_types.py`
    /// compares every
    /// tensor.
    @ParameterizedTest
    @CsvSource({
        "mixtral-8x7b, Q4_K_M, 27129.87",
        "mixtral-8x7b, IQ3_M, 20437.27",
        "mixtral-8x7b, Q2_K, 16508.57",
        "llama-3.1-70b, Q4_K_M, 40543.11",
        "llama-3.1-70b, Q3_K_S, 29472.53",
        "llama-2-7b, Q4_K_M, 3891.24",
        "llama-2-7b, Q4_K_S, 3677.37",
        "falcon-40b, Q4_K_M, 24036.19",
        "falcon-40b, Q3_K_L, 20917.31",
        "deepseek-v3, Q4_K_M, 385750.62",
        "deepseek-v3, IQ1_S+, 127542.75",
        "deepseek-v2-lite, Q4_K_M, 9883.84",
        "gemma-3-1b, Q4_K_M, 762.49",
        "gemma-2-9b, IQ4_XS, 4975.43",
        "gemma-2-9b, IQ4_XS+, 4937.15",
        "qwen3-30b-a3b, Q4_K_M, 17691.34",
        "qwen2.5-72b, IQ4_XS, 38296.94",
        "qwen2.5-0.5b, Q4_K_M, 373.71",
        "gpt-oss-20b, MXFP4_MOE, 11536.18",
        "gpt-oss-20b, Q4_K_M, 15060.55",
        "falcon-mamba-7b, Q5_K_M, 4841.00",
        "jamba-v0.1, Q4_K_M, 29717.67",
        "gpt2-xl, Q4_K_M, 1126.10",
        "lfm2-1.2b, Q4_0+, 663.25",
        "glm-4.5-air, TQ1_0, 33392.46",
    })
    void takesWhatLlamaCppsQuantizerTakes(String model, String fileType, double mebibytes) {
        boolean importanceMatrix = fileType.endsWith("+");
        FileType type = FileType.parse(fileType.replace("+", "")).orElseThrow();

        long total =
                new GgufPrecision(type, importanceMatrix).store(anatomy(model)).total();

        assertThat(total / (double) (1 << 20)).isCloseTo(mebibytes, within(0.0051));
    }

    /// Sizes that logs of llama.cpp and its forks print for published files, in MiB with the decimals of
    /// their GiB.
    @ParameterizedTest
    @CsvSource({
        "qwen3-235b-a22b, Q4_K_M, 135563.26",
        "gemma-3-27b, Q4_K_M, 15773.70",
        "gemma-3-27b, Q4_0-imatrix, 14887.94",
        "qwen3-32b, Q4_0-imatrix, 17830.91",
        "qwen3-vl-235b-a22b, Q8_0, 238355.46",
        "glm-4.7-flash, BF16, 57124.86",
        "gemma-4-31b, BF16, 58553.34",
        "mistral-7b, Q4_1, 4341.76",
    })
    void takesWhatPublishedFilesTake(String model, String precision, double mebibytes) {
        long total = Precisions.parse(precision, Precision.Format.GGUF)
                .store(anatomy(model))
                .total();

        assertThat(total / (double) (1 << 20)).isCloseTo(mebibytes, within(mebibytes * 0.00003));
    }

    @Test
    void refusesAFileTypeWhoseBlocksRowsDoNotFill() {
        Anatomy oss = anatomy("gpt-oss-20b");

        assertThatThrownBy(() -> Precisions.gguf(FileType.Q1_0).store(oss))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("2880");
    }

    private static Anatomy anatomy(String name) {
        KnownModel known = CATALOGUE.find(name).orElseThrow();
        return Anatomy.of(known.name(), FAMILIES.blueprint(known.config()));
    }
}
