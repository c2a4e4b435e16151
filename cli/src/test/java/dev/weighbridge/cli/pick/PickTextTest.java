package dev.weighbridge.cli.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PickTextTest {
    @Test
    void writesATableWithItsBasis() {
        PickReport report = Picks.three();

        assertThat(written(
                        out -> new PickText(out).print(report, report.ranking().places())))
                .isEqualTo("""
                A model for chat  that answers
                on Card 24GB · llama.cpp · context 8,192 · 1 sequence
                rank     model               quality  parameters  active  precision      memory    decode tok/s   $/Mtok  max context  tier                licence
                  =1  *  aurora-30b    °70.0 (66–74)       30.0B     all  Q4_K_M     ~18.00 GiB     ~40 (32–50)   ~$3.47       32,768  30B–70B, large GPU  Apache-2.0
                  =1     borealis-27b  ~68.0 (64–72)       27.0B     all  Q4_K_M     ~17.00 GiB     ~38 (30–48)   ~$3.65       32,768  30B–70B, large GPU  MIT
                   3  *  comet-1b      °30.0 (26–34)       1.00B     all  Q4_K_M      ~1.00 GiB  ~400 (320–500)  ~$0.347       32,768  1B–3B, on-device    MIT

                Ranked by the mean of Exam, Riddle, per cent right, less what the precision costs. 2 of 3 models have all of them published (°); the others' are estimated (~) from parameters, date of release, thinking and their own other scores, 1 of them from no score of these at all.
                Bands hold four of five; models whose bands overlap share a rank. Parameters are not quality: a rank rests on scores, never on a publisher's name.
                * on the front: no other here is at least as good, as fast and as cheap; left out: 2 does not fit.
                ~ estimated, (from–to) holding four of five measurements; ° published; ^ measured; without a mark exact
                """);
    }

    @Test
    void saysHowManyMoreThereAre() {
        PickReport report = Picks.three();

        assertThat(written(out -> new PickText(out)
                        .print(report, report.ranking().places().subList(0, 1))))
                .contains("  2 more: --limit 3\n");
    }

    @Test
    void saysThatNonePassesAndWhy() {
        assertThat(written(out -> new PickText(out).print(Picks.report(List.of()), List.of())))
                .contains("no model passes; left out: 2 does not fit\n");
    }

    @Test
    void writesJsonWithSourcesAndBands() {
        PickReport report = Picks.three();

        String json = written(
                out -> PickJson.write(out, report, report.ranking().places().subList(0, 1)));

        assertThat(json)
                .startsWith("{\"task\":\"chat\",\"benchmarks\":[\"exam\",\"riddle\"],\"machine\":\"Card 24GB\"")
                .contains("\"considered\":10,\"excluded\":{\"other_task\":5,\"does_not_fit\":2}")
                .contains("\"rank\":1,\"tied\":true,\"pareto\":true,\"model\":\"aurora-30b\"")
                .contains("\"decode_tokens_per_s\":{\"value\":40.0,\"low\":32.0,\"high\":50.0}")
                .contains(
                        "\"quality\":{\"value\":70.0,\"low\":66.0,\"high\":74.0,\"basis\":\"published\",\"published\":2")
                .contains("\"source\":\"tester\",\"date\":\"2026-04\"")
                .contains("\"max_context\":32768")
                .endsWith("]}\n");
    }

    private static String written(Consumer<Output> writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(bytes, false, new ByteArrayOutputStream(), false, Map.of());
        writing.accept(terminal.out());
        terminal.out().flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
