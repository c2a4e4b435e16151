package dev.weighbridge.planner.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufPrecisionTest {
    private static final Families FAMILIES = AllFamilies.families();
    private static final Catalogue CATALOGUE = Catalogue.embedded();

    /// Bits per weight as llama.cpp's `tools/quantize/README.md` prints them for Llama 3.1 (files made without an
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

    private static Anatomy anatomy(String name) {
        KnownModel known = CATALOGUE.find(name).orElseThrow();
        return Anatomy.of(known.name(), FAMILIES.blueprint(known.config()));
    }
}
