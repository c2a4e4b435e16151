package dev.weighbridge.planner.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PublicationsTest {
    private final Catalogue catalogue = Catalogue.embedded();
    private final Publications publications = Publications.embedded();

    @Test
    void knowsFactsOfEveryModel() {
        assertThat(catalogue.models())
                .allSatisfy(model -> assertThat(publications.facts(model.name()))
                        .as(model.name())
                        .hasValueSatisfying(facts -> {
                            assertThat(facts.publisher()).isNotBlank();
                            assertThat(facts.inputs()).isNotEmpty();
                            assertThat(facts.tasks()).isNotEmpty();
                        }));
    }

    @Test
    void knowsScoresOfAtLeastAHundredAndFiftyModelsOfTheCatalogue() {
        Set<String> names = catalogue.models().stream().map(KnownModel::name).collect(Collectors.toSet());
        Set<String> scored = publications.scores().stream().map(Score::model).collect(Collectors.toSet());

        assertThat(names).containsAll(scored);
        assertThat(scored).hasSizeGreaterThanOrEqualTo(150);
    }

    @Test
    void givesEveryScoreASourceADateAndARangeOnce() {
        Set<String> seen = new HashSet<>();
        assertThat(publications.scores()).allSatisfy(score -> {
            assertThat(score.value()).isBetween(0.0, 100.0);
            assertThat(score.source()).isNotBlank();
            assertThat(score.date()).matches("20\\d\\d(-\\d\\d)?");
            assertThat(seen.add(score.model() + score.benchmark() + score.mode() + score.by() + score.source()))
                    .as(score.toString())
                    .isTrue();
        });
    }

    @Test
    void readsTheFactsOfAModel() {
        ModelFacts facts = publications.facts("qwen3-8b").orElseThrow();

        // https://huggingface.co/Qwen/Qwen3-8B: 119 languages, Apache-2.0, 29 April 2025.
        assertThat(facts.publisher()).isEqualTo("Alibaba");
        assertThat(facts.licence()).hasValue("Apache-2.0");
        assertThat(facts.commercial()).isEqualTo(ModelFacts.Commercial.YES);
        assertThat(facts.languageCount()).hasValue(119);
        assertThat(facts.languages()).contains("de", "ja");
        assertThat(facts.releaseYear().orElseThrow()).isBetween(2025.3, 2025.35);
        assertThat(facts.thinks()).isTrue();
    }

    @Test
    void readsAScoreWithWhoRanItAndWhere() {
        assertThat(publications.scores("gpt-oss-120b"))
                .filteredOn(score -> score.benchmark().equals("gpqa-diamond") && score.by() == Score.By.INDEPENDENT)
                .singleElement()
                .satisfies(score -> {
                    // artificialanalysis.ai, gpt-oss-120B (high), as of November 2025.
                    assertThat(score.value()).isEqualTo(78.2);
                    assertThat(score.mode()).isEqualTo(Score.Mode.THINKING);
                    assertThat(score.source()).contains("artificialanalysis.ai");
                });
    }
}
