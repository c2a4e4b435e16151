package dev.weighbridge.planner.precision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "a*c, abc, true",
        "a*c, ac, true",
        "a*c, abcd, false",
        "*b*, abc, true",
        "a*b*c, axxbyyc, true",
        "a*b*c, axxcyyb, false",
        "aa*aa, aaa, false",
        "lm_head, lm_head, true",
        "lm_head, model.lm_head, false",
    })
    void matchesWithAnythingInPlaceOfAStar(String pattern, String name, boolean matches) {
        assertThat(Glob.of(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void readsTheExpressionsThatQuantizersWrite() {
        String gate = "model.layers.12.mlp.gate";

        assertThat(matches(".*mlp\\.gate$", gate)).isTrue();
        assertThat(matches(".*mlp\\.gate$", gate + "_proj")).isFalse();
        assertThat(matches("model\\.layers\\.\\d+\\.mlp\\.(gate|up)$", gate)).isTrue();
        assertThat(matches(".*lm_head", "lm_head")).isTrue();
        assertThat(matches("visual.*", "visual.blocks.0.attn.qkv")).isTrue();
    }

    @Test
    void takesAnExpressionThatSaysMoreForNone() {
        assertThat(Glob.ofExpression("(a+)+$")).isEmpty();
        assertThat(Glob.ofExpression("[a-z]*")).isEmpty();
        assertThat(Glob.ofExpression("x".repeat(1000))).isEmpty();
        assertThat(Glob.ofExpression("(((")).isEmpty();
    }

    private static boolean matches(String expression, String name) {
        List<Glob> globs = Glob.ofExpression(expression);
        return globs.stream().anyMatch(glob -> glob.matches(name));
    }
}
