package dev.weighbridge.planner.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.catalogue.Score.By;
import dev.weighbridge.planner.catalogue.Score.Mode;
import dev.weighbridge.planner.figure.Basis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QualityModelTest {
    private static final Publications PUBLICATIONS = Publications.embedded();
    private static final Tasks TASKS = Tasks.embedded();
    private static final QualityModel MODEL = QualityModel.of(PUBLICATIONS, TASKS);

    private static final Task REASONING = TASKS.named("reasoning");

    @Test
    void takesPublishedScoresAsTheyAre() {
        Quality quality = MODEL.of(facts("gpt-oss-120b"), REASONING).orElseThrow();

        // artificialanalysis.ai, gpt-oss-120B (high): GPQA 78.2, HLE 18.5, AIME 2025 93.4, MMLU-Pro 80.8.
        assertThat(quality.value()).isCloseTo((78.2 + 18.5 + 93.4 + 80.8) / 4, within(0.1));
        assertThat(quality.publishedCount()).isEqualTo(4);
        assertThat(quality.basis()).isEqualTo(Basis.PUBLISHED);
        assertThat(quality.low()).isLessThan(quality.value());
        assertThat(quality.high()).isGreaterThan(quality.value());
    }

    @Test
    void estimatesWhatIsNotPublishedWithAWiderBand() {
        Profile nameless = new Profile("nameless", 8_000_000_000L, 8_000_000_000L, 2025.3, false, List.of());

        Quality estimated = MODEL.of(nameless, REASONING, Mode.DIRECT).orElseThrow();
        Quality published = MODEL.of(facts("qwen3-8b"), REASONING).orElseThrow();

        assertThat(estimated.publishedCount()).isZero();
        assertThat(estimated.basis()).isEqualTo(Basis.ESTIMATED);
        assertThat(estimated.high() - estimated.low()).isGreaterThan(published.high() - published.low());
    }

    @Test
    void expectsMoreOfMoreParametersOfLaterReleaseAndOfThinking() {
        double small = estimate(1_000_000_000L, 2025.0, Mode.DIRECT);

        assertThat(estimate(30_000_000_000L, 2025.0, Mode.DIRECT)).isGreaterThan(small);
        assertThat(estimate(1_000_000_000L, 2026.0, Mode.DIRECT)).isGreaterThan(small);
        assertThat(estimate(1_000_000_000L, 2025.0, Mode.THINKING)).isGreaterThan(small);
    }

    @Test
    void judgesAModelThatDoesBetterElsewhereBetter() {
        Score good = new Score("a", "mmlu-pro", 80, Mode.DIRECT, By.INDEPENDENT, "test", "2025", null);
        Profile plain = new Profile("a", 8_000_000_000L, 8_000_000_000L, 2025.0, false, List.of());
        Profile better = new Profile("a", 8_000_000_000L, 8_000_000_000L, 2025.0, false, List.of(good));
        Task coding = TASKS.named("coding");

        Quality expected = MODEL.of(plain, coding, Mode.DIRECT).orElseThrow();
        Quality raised = MODEL.of(better, coding, Mode.DIRECT).orElseThrow();

        assertThat(raised.value()).isGreaterThan(expected.value());
    }

    @Test
    void knowsNoNames() {
        Profile one = new Profile("qwen3-8b", 8_000_000_000L, 8_000_000_000L, 2025.0, false, List.of());
        Profile other = new Profile("nobody-8b", 8_000_000_000L, 8_000_000_000L, 2025.0, false, List.of());

        assertThat(MODEL.of(one, REASONING, Mode.DIRECT).orElseThrow().value())
                .isEqualTo(MODEL.of(other, REASONING, Mode.DIRECT).orElseThrow().value());
    }

    /// Every published score of a benchmark with at least 25 is estimated by a model fitted without that
    /// model's scores; four in five must lie in the band.
    @Test
    void holdsFourInFiveScoresOfModelsLeftOut() {
        List<Profile> all = profiles();
        int inside = 0;
        int seen = 0;
        for (Profile left : all) {
            if (left.scores().isEmpty() || left.releaseYear().isEmpty()) {
                continue;
            }
            List<Profile> others = new ArrayList<>(all);
            others.remove(left);
            ScoreModel fitted = new ScoreModel(TASKS, others);
            Profile bare = new Profile(
                    left.name(),
                    left.parameterCount(),
                    left.activeParameterCount(),
                    left.releaseYear().getAsDouble(),
                    left.thinks(),
                    List.of());
            for (Score score : left.scores()) {
                if (score.by() != By.INDEPENDENT || score.benchmark().startsWith("mteb")) {
                    continue;
                }
                Benchmark benchmark = TASKS.benchmark(score.benchmark()).orElseThrow();
                Optional<ScoreModel.Reading> estimate = fitted.estimate(bare, benchmark, score.mode());
                if (estimate.isPresent()) {
                    double width = 1.3 * estimate.get().deviation();
                    double real = benchmark.logOdds(benchmark.percentRight(score.value()));
                    inside += Math.abs(real - estimate.get().logOdds()) <= width ? 1 : 0;
                    seen++;
                }
            }
        }

        assertThat(seen).isGreaterThan(1000);
        assertThat((double) inside / seen).isBetween(0.74, 0.88);
    }

    @Test
    void saysThatModelsTieWhoseBandsOverlap() {
        Quality a = new Quality(REASONING, 50, 45, 55, List.of());
        Quality b = new Quality(REASONING, 57, 54, 60, List.of());
        Quality c = new Quality(REASONING, 70, 65, 75, List.of());

        assertThat(a.isTieWith(b)).isTrue();
        assertThat(b.isTieWith(a)).isTrue();
        assertThat(a.isTieWith(c)).isFalse();
    }

    @Test
    void judgesAModelOnlyAtWhatItIsMadeFor() {
        assertThat(MODEL.of(facts("whisper-large-v3"), TASKS.named("chat"))).isEmpty();
        // Word error rate 7.44: huggingface.co/spaces/hf-audio/open_asr_leaderboard.
        assertThat(MODEL.of(facts("whisper-large-v3"), TASKS.named("speech"))
                        .orElseThrow()
                        .value())
                .isCloseTo(92.56, within(0.01));
    }

    @Test
    void refusesATaskThatItDoesNotKnow() {
        assertThatThrownBy(() -> TASKS.named("cooking"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no task is called 'cooking'; known are chat, coding");
    }

    private static double estimate(long parameters, double year, Mode mode) {
        Profile profile = new Profile("any", parameters, parameters, year, mode == Mode.THINKING, List.of());
        return MODEL.of(profile, REASONING, mode).orElseThrow().value();
    }

    private static List<Profile> profiles() {
        return PUBLICATIONS.facts().stream()
                .map(facts -> Profile.of(facts, PUBLICATIONS.scores(facts.name())))
                .toList();
    }

    private static ModelFacts facts(String name) {
        return PUBLICATIONS.facts(name).orElseThrow();
    }
}
