package dev.weighbridge.planner.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private final Catalogue catalogue = Catalogue.embedded();
    private final Families families = AllFamilies.families();

    @Test
    void weighsEveryModelAsItsPublisherDoes() {
        List<String> wrong = new ArrayList<>();
        for (KnownModel model : catalogue.models()) {
            long total;
            try {
                total = ParameterCount.of(families.blueprint(model.config())).total();
            } catch (WeighException e) {
                wrong.add(model.name() + ": " + e.getMessage());
                continue;
            }
            model.publishedParameters().stream()
                    .filter(published -> published != total)
                    .forEach(published -> wrong.add(model.name() + ": " + total + ", published " + published));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void countsMixtralsActiveParameters() {
        KnownModel mixtral = catalogue.find("mixtral-8x7b").orElseThrow();

        ParameterCount count = ParameterCount.of(families.blueprint(mixtral.config()));

        // 46.7B in all and 12.9B for each token: arXiv:2401.04088, section 2.1.
        assertThat(count.total()).isEqualTo(46_702_792_704L);
        assertThat(count.active()).hasValue(12_879_925_248L);
    }

    @Test
    void findsAModelByAliasAndByRepositoryInAnyCase() {
        assertThat(catalogue.find("Llama3.1:70B")).map(KnownModel::name).hasValue("llama-3.1-70b");
        assertThat(catalogue.find("qwen/qwen3-8b")).map(KnownModel::name).hasValue("qwen3-8b");
        assertThat(catalogue.find("no-such-model")).isEmpty();
    }

    @Test
    void suggestsNamesNearAnUnknownOne() {
        assertThat(catalogue.nearest("llama-3.1")).contains("llama-3.1-70b");
        assertThat(catalogue.nearest("mixtral-9x9b")).contains("mixtral-8x22b");
    }

    @Test
    void givesNoNameTwice() {
        Set<String> seen = new HashSet<>();
        for (KnownModel model : catalogue.models()) {
            assertThat(seen.add(model.name())).as(model.name()).isTrue();
            model.aliases()
                    .forEach(alias -> assertThat(seen.add(alias)).as(alias).isTrue());
        }
    }
}
