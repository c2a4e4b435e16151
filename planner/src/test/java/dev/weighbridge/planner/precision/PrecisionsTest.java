package dev.weighbridge.planner.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionsTest {
    @Test
    void everyPrecisionIsFoundAgainByItsName() {
        assertThat(Precisions.all())
                .allSatisfy(precision -> assertThat(Precisions.parse(precision.name(), precision.format()))
                        .isEqualTo(precision));
    }

    @Test
    void everyStandardPrecisionIsOfTheFormatAskedFor() {
        for (Format format : Format.values()) {
            assertThat(Precisions.standard(format)).isNotEmpty().allMatch(precision -> precision.format() == format);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bf16, BF16",
        "fp16, FP16",
        "4bit, INT4-g128",
        "int4, INT4-g128",
        "W4A16-g64, INT4-g64",
        "awq, AWQ-4bit-g128",
        "gptq-3bit-g32, GPTQ-3bit-g32",
        "GPTQ-4bit-g-1, GPTQ-4bit-g-1",
        "q4_k_m, Q4_K_M",
        "Q4_K, Q4_K_M",
        "IQ4_XS-imatrix, IQ4_XS-imatrix",
        "gguf:bf16, BF16",
        "mlx-4bit, MLX-4bit",
        "qlora, NF4",
        "ud-q4-k-xl, UD-Q4_K_XL",
    })
    void readsTheNamesThatPeopleUse(String written, String name) {
        assertThat(Precisions.parse(written).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"4bit, Q4_K_M", "8bit, Q8_0", "fp16, F16", "bf16, BF16", "int4, Q4_K_M"})
    void meansGgufFileTypesWhereThoseAreAskedFor(String written, String name) {
        Precision precision = Precisions.parse(written, Format.GGUF);

        assertThat(precision.name()).isEqualTo(name);
        assertThat(precision.format()).isEqualTo(Format.GGUF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Q9_K", "awq-4bit-g0", "awq-4bit-g99999999999", "mlx-4bit-g7", "UD-Q0", "gguf:FP8"})
    void refusesAnUnknownNameInASentence(String name) {
        assertThatThrownBy(() -> Precisions.parse(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no precision is called");
    }

    @Test
    void weightsAddUpToTheTotalAtEveryPrecision() {
        Anatomy anatomy = anatomy("mixtral-8x7b");

        assertThat(Precisions.all()).allSatisfy(precision -> {
            StoredWeights stored = precision.store(anatomy);
            long sum = anatomy.weights().stream().mapToLong(stored::bytes).sum();
            assertThat(sum).isCloseTo(stored.total(), within(precision instanceof DynamicPrecision ? 500L : 0L));
            assertThat(stored.padded())
                    .isBetween(
                            stored.total(),
                            stored.total() + 32L * anatomy.weights().size());
        });
    }

    /// What people are told: 2 bytes a parameter at 16 bits, half a byte at 4.
    @Test
    void bearsOutTheWorkedFiguresThatPeoplePublish() {
        Anatomy seven = anatomy("llama-2-7b");
        Anatomy seventy = anatomy("llama-2-70b");

        assertThat(gigabytes(seven, "FP16")).isCloseTo(13.5, within(0.05));
        assertThat(gigabytes(seven, "Q4_0")).isCloseTo(3.83, within(0.05));
        assertThat(gigabytes(seventy, "FP16")).isCloseTo(138, within(0.5));
        assertThat(gigabytes(seventy, "AWQ")).isCloseTo(36.6, within(0.3));
    }

    /// openai/gpt-oss-120b, `total_size` of its `model.safetensors.index.json`.
    @Test
    void storesGptOssAsItWasPublished() {
        assertThat(Precisions.parse("MXFP4").store(anatomy("gpt-oss-120b")).total())
                .isEqualTo(65_248_815_744L);
    }

    /// Logs of vLLM, "Model loading took … GiB".
    @ParameterizedTest
    @CsvSource({"qwen3-32b, BF16, 61.03", "gemma-2-9b, BF16, 17.22", "qwen2.5-7b, FP8, 8.14"})
    void agreesWithWhatAServerLoaded(String model, String precision, double gibibytes) {
        double total = Precisions.parse(precision).store(anatomy(model)).total() / (double) (1L << 30);

        assertThat(total).isCloseTo(gibibytes, within(gibibytes * 0.005));
    }

    @Test
    void keepsTowersForImagesApartFromAGgufFile() {
        Anatomy gemma = anatomy("gemma-3-27b");

        StoredWeights stored = Precisions.parse("Q4_K_M").store(gemma);

        Weight tower = gemma.weights().stream()
                .filter(weight -> weight.publishedName().contains("vision_tower"))
                .findFirst()
                .orElseThrow();
        assertThat(stored.bytes(tower)).isZero();
        assertThat(stored.type(tower)).isEmpty();
        assertThat(stored.apart()).isPositive();
    }

    @Test
    void estimatesAMixtureThatItsMakerChose() {
        StoredWeights stored = Precisions.parse("UD-Q4_K_XL").store(anatomy("gemma-3-27b"));

        assertThat(stored.basis()).isEqualTo(Basis.ESTIMATED);
        // 15.66 GiB by llama-bench (lhl/strix-halo-testing, 2025)
        double published = 15.66 * (1L << 30);
        assertThat(Math.abs(stored.total() / published - 1)).isLessThan(stored.band());
    }

    @Test
    void refusesAWeightOfAnotherModel() {
        StoredWeights stored = Precisions.parse("BF16").store(anatomy("llama-2-7b"));
        Weight other = anatomy("llama-2-70b").weights().getFirst();

        assertThatThrownBy(() -> stored.bytes(other)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double gigabytes(Anatomy anatomy, String precision) {
        return Precisions.parse(precision).store(anatomy).total() / 1e9;
    }

    private static Anatomy anatomy(String name) {
        KnownModel known = Catalogue.embedded().find(name).orElseThrow();
        return Anatomy.of(known.name(), AllFamilies.families().blueprint(known.config()));
    }
}
