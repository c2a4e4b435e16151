package dev.weighbridge.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.checkpoint.Finding.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTest {
    @Test
    void abridgesEachKindOnItsOwn() {
        List<Finding> findings = List.of(
                new Finding(Kind.PACKED, "a", "1"),
                new Finding(Kind.TIED, "b", "2"),
                new Finding(Kind.PACKED, "c", "3"),
                new Finding(Kind.PACKED, "d", "4"));

        assertThat(Finding.abridged(findings, 2))
                .containsExactly(
                        new Finding(Kind.TIED, "b", "2"),
                        new Finding(Kind.PACKED, "a", "1"),
                        new Finding(Kind.PACKED, "c", "3"),
                        new Finding(Kind.PACKED, "", "and 1 more findings of this kind"));
        assertThat(Finding.abridged(findings, 3)).hasSize(4).doesNotHaveDuplicates();
    }
}
