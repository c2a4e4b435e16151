package dev.weighbridge.planner.memory.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineVersionTest {
    @ParameterizedTest
    @CsvSource({"0.19.0, 0.19.0", "v0.17, 0.17.0", "0.14.0rc1.dev2+g7d9f6663a.d20260121, 0.14.0", "0.11-era, 0.11.0"})
    void readsTheLeadingNumbers(String text, String version) {
        assertThat(EngineVersion.parse(text)).hasToString(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v", "latest", "99999999999999999999"})
    void refusesWhatIsNoVersion(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EngineVersion.parse(text));
    }

    @Test
    void ordersByNumbersNotByText() {
        assertThat(EngineVersion.parse("0.9.2")).isLessThan(EngineVersion.parse("0.10"));
        assertThat(EngineVersion.parse("0.17.1").isAtLeast(0, 17)).isTrue();
    }

    @Test
    void knowsWhichVersionWasInUseOnADay() {
        VllmReleases releases = VllmReleases.embedded();

        assertThat(releases.on(LocalDate.of(2026, 2, 26))).hasToString("0.14.0");
        assertThat(releases.on(LocalDate.of(2020, 1, 1))).hasToString("0.8.3");
        assertThat(releases.on(LocalDate.of(2030, 1, 1)).isAtLeast(0, 25)).isTrue();
    }
}
