package dev.weighbridge.planner.anatomy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class AnatomyTest {
    private static final Families FAMILIES = AllFamilies.families();
    private static final Catalogue CATALOGUE = Catalogue.embedded();

    @Test
    void weightsHoldEveryParameterOfEveryKnownModelOnce() {
        SoftAssertions softly = new SoftAssertions();
        for (KnownModel known : CATALOGUE.models()) {
            Anatomy anatomy = anatomy(known);
            long elements = anatomy.weights().stream()
                    .filter(weight -> !weight.isTied())
                    .mapToLong(Weight::elements)
                    .sum();
            softly.assertThat(elements)
                    .as(known.name())
                    .isEqualTo(anatomy.count().total());
        }
        softly.assertAll();
    }

    @Test
    void activeElementsOfAMixtureSumToItsActiveCount() {
        Anatomy mixtral = anatomy("mixtral-8x7b");

        double active = mixtral.weights().stream()
                .filter(weight -> !weight.isTied())
                .mapToDouble(Weight::activeElements)
                .sum();

        assertThat(active).isEqualTo(mixtral.count().active().orElseThrow());
    }

    @Test
    void stacksExpertsOfALayerUnderTheirGgufName() {
        Anatomy mixtral = anatomy("mixtral-8x7b");

        List<Weight> experts = mixtral.weights().stream()
                .filter(weight -> weight.name().equals("blk.3.ffn_down_exps.weight"))
                .toList();

        assertThat(experts).singleElement().satisfies(weight -> {
            assertThat(weight.shape().toArray()).containsExactly(8, 4096, 14336);
            assertThat(weight.layer()).isEqualTo(3);
            assertThat(weight.rowElements()).isEqualTo(14336);
        });
    }

    @Test
    void tellsWindowedLayersFromFullOnes() {
        Anatomy gemma = anatomy("gemma-3-27b");

        List<Span.Kind> spans = gemma.textLayers().stream()
                .map(layer -> layer.attentions().getFirst())
                .map(Attention::span)
                .map(Span::kind)
                .limit(6)
                .toList();

        assertThat(spans)
                .containsExactly(
                        Span.Kind.WINDOW,
                        Span.Kind.WINDOW,
                        Span.Kind.WINDOW,
                        Span.Kind.WINDOW,
                        Span.Kind.WINDOW,
                        Span.Kind.CAUSAL);
        assertThat(gemma.textLayers()).hasSize(62);
    }

    private static Anatomy anatomy(String name) {
        return anatomy(CATALOGUE.find(name).orElseThrow());
    }

    private static Anatomy anatomy(KnownModel known) {
        Blueprint blueprint = FAMILIES.blueprint(known.config());
        return Anatomy.of(known.name(), blueprint);
    }
}
