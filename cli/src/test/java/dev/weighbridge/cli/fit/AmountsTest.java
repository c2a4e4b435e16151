package dev.weighbridge.cli.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AmountsTest {
    @Test
    void marksWhatAFigureRestsOn() {
        assertThat(Amounts.bytes(1L << 30, Basis.EXACT)).isEqualTo("1.00 GiB");
        assertThat(Amounts.bytes(1L << 30, Basis.ESTIMATED)).isEqualTo("~1.00 GiB");
        assertThat(Amounts.bytes(1L << 30, Basis.PUBLISHED)).isEqualTo("°1.00 GiB");
        assertThat(Amounts.bytes(1L << 30, Basis.MEASURED)).isEqualTo("^1.00 GiB");
        assertThat(Amounts.bytes(0, Basis.ESTIMATED)).isEqualTo("0");
    }

    @Test
    void showsASpeedWithItsBand() {
        assertThat(Amounts.rate(new Rate(52.1, 43.2, 63))).isEqualTo("~52 (43–63)");
        assertThat(Amounts.rate(new Rate(9.94, 8, 12_345))).isEqualTo("~9.9 (8.0–12,345)");
    }

    @ParameterizedTest
    @CsvSource({
        "0, $0",
        "2.994, $2.99",
        "0.000412, $0.000412",
        "0.34, $0.340",
        "12.5, $12.50",
        "98.76, $98.76",
        "1250.4, '$1,250'",
        "123456, '$123,456'",
        "0.9999, $1.000"
    })
    void showsDollarsWithThreeDigitsOrMore(double dollars, String shown) {
        assertThat(Amounts.dollars(dollars)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0.0123, 12 ms", "0.9996, 1.0 s", "1.25, 1.3 s", "123.4, 123 s", "4000, '4,000 s'"})
    void showsTimesInMillisecondsOrSeconds(double seconds, String shown) {
        assertThat(Amounts.seconds(seconds)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"8192, 8192", "32k, 32768", "128K, 131072", "1M, 1048576", "'131,072', 131072", "16_384, 16384"})
    void readsTokensAsPeopleWriteThem(String text, long tokens) {
        assertThat(new TokenAmount().convert(text)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "0", "8.5k", "32kb", "1e3", "99999999999M", "9999999999999999"})
    void refusesWhatIsNoNumberOfTokens(String text) {
        assertThatThrownBy(() -> new TokenAmount().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is no number of tokens");
    }

    @ParameterizedTest
    @CsvSource({
        "f16, F16, F16",
        "Q8_0, Q8_0, Q8_0",
        "'q8_0,q4_0', Q8_0, Q4_0",
        "'f16, q8_0', F16, Q8_0",
        "fp8, F8_E4M3, F8_E4M3",
        "bfloat16, BF16, BF16"
    })
    void readsTypesOfACache(String text, DataType keys, DataType values) {
        assertThat(new CacheTypes.Converter().convert(text)).isEqualTo(new CacheTypes(keys, values));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "q3", "q6_k", "f16,f16,f16", "f16,"})
    void refusesWhatIsNoTypeOfACache(String text) {
        assertThatThrownBy(() -> new CacheTypes.Converter().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
