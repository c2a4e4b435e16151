package dev.weighbridge.cli.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FitReportTest {
    @Test
    void writesATableOverPrecisions() {
        assertThat(written(out -> new FitText(out).print(Reports.table()))).isEqualTo("""
                my-8b  8.03B parameters · llama.cpp b1
                on Card 24GB: °23.50 GiB may be taken
                context 8,192 of 131,072 · 1 sequence · cache f16
                  precision    weights     cache     compute       other       total  fits   decode tok/s  prefill tok/s  max context
                  F16        30.00 GiB  1.00 GiB  ~320.0 MiB  ~512.0 MiB  ~31.81 GiB  no                                         none
                  Q4_K_M      5.00 GiB  1.00 GiB  ~320.0 MiB  ~512.0 MiB   ~6.81 GiB  yes   ~100 (80–125)         ~4,000       65,536
                running at Q4_K_M
                  first token after ~138 ms, answer after ~2.7 s (prompt of 512, answer of 256 tokens)
                  prefill at ~4,000 (3,000–5,000) tok/s, decode limited by bandwidth
                  rented at °$0.500 an hour, if never idle: a million tokens ~$0.0347 read, ~$1.39 written; this question ~$0.000373, at most ~806 J
                why not
                  F16 does not fit: needs 31.75 GiB of Card 24GB, of which 23.50 GiB may be taken
                    would fit at Q4_K_M; with 20 of 33 layers there and 12.00 GiB in main memory; on 2 × Card 24GB; on one Card 80GB
                fits alone on
                  Q4_K_M: Card 24GB · F16: Card 80GB
                rules of thumb
                  2 bytes a parameter       16.06 GB
                  half a byte at 4 bits      4.02 GB  Q4_K_M holds 5.37 GB, 5.35 bits each
                  10–30 % on top                      +36 % here at Q4_K_M and this context: more than the rule
                  20 tokens a parameter  161B tokens  best use of a training budget by Chinchilla's law; models made to be used see far more
                  more parameters are not more quality: that is what published scores measure
                note  a note of the runtime
                ~ estimated, (from–to) holding four of five measurements; ° published; ^ measured; without a mark exact
                """);
    }

    @Test
    void writesWhereOnePrecisionLies() {
        assertThat(written(out -> new FitText(out).print(Reports.single()))).isEqualTo("""
                my-8b  8.03B parameters · llama.cpp b1
                on Card 24GB: °23.50 GiB may be taken
                context 8,192 of 131,072 · 1 sequence · cache f16
                  precision   weights     cache     compute       other      total  fits   decode tok/s  prefill tok/s  max context
                  Q4_K_M     5.00 GiB  1.00 GiB  ~320.0 MiB  ~512.0 MiB  ~6.81 GiB  yes   ~100 (80–125)         ~4,000       65,536
                where it lies
                  device        weights     cache     compute       other       total        left free
                  Card 24GB    5.00 GiB  1.00 GiB  ~256.0 MiB  ~512.0 MiB   ~6.75 GiB        16.75 GiB
                  main memory         0         0  ~64.00 MiB           0  ~64.00 MiB  no limit stated
                running
                  first token after ~138 ms, answer after ~2.7 s (prompt of 512, answer of 256 tokens)
                  prefill at ~4,000 (3,000–5,000) tok/s, decode limited by bandwidth
                  rented at °$0.500 an hour, if never idle: a million tokens ~$0.0347 read, ~$1.39 written; this question ~$0.000373, at most ~806 J
                rules of thumb
                  2 bytes a parameter       16.06 GB
                  half a byte at 4 bits      4.02 GB  Q4_K_M holds 5.37 GB, 5.35 bits each
                  10–30 % on top                      +36 % here at Q4_K_M and this context: more than the rule
                  20 tokens a parameter  161B tokens  best use of a training budget by Chinchilla's law; models made to be used see far more
                  more parameters are not more quality: that is what published scores measure
                note  a note of the runtime
                ~ estimated, (from–to) holding four of five measurements; ° published; ^ measured; without a mark exact
                """);
    }

    @Test
    void derivesEveryFigure() {
        FitReport report = Reports.single();

        assertThat(written(out -> new FitExplanation(out)
                        .print(report.question(), report.answers().getFirst())))
                .isEqualTo("""
                my-8b at Q4_K_M with llama.cpp b1 on Card 24GB
                weights = 5,368,709,120 bytes (5.00 GiB), exact
                  Card 24GB  5,368,709,120  = the formula of weights
                kv cache = 1,073,741,824 bytes (1.00 GiB), exact
                  Card 24GB  1,073,741,824  = the formula of kv_cache
                compute = 335,544,320 bytes (320.0 MiB), estimated
                  Card 24GB    268,435,456  = the formula of compute
                  main memory   67,108,864  = the formula of compute
                overhead = 536,870,912 bytes (512.0 MiB), estimated
                  Card 24GB  536,870,912  = the formula of overhead
                total = 7,314,866,176 bytes (6.81 GiB)
                limits
                  Card 24GB: 7,247,757,312 bytes (6.75 GiB) needed, 25,232,932,864 bytes (23.50 GiB) may be taken: 24.00 GiB visible (published) × 1.00 − 512.0 MiB
                  main memory: 67,108,864 bytes (64.00 MiB) needed, no limit stated
                verdict: fits on one device
                """);
    }

    @Test
    void writesOnePrecisionAsAnObject() {
        StringWriter json = new StringWriter();

        FitJson.write(json, Reports.single());

        assertThat(json.toString()).isEqualTo("""
                {"source":"my-8b","model":"my-8b",
                "parameters":{"total":8030261248,"active":8030261248},"precision":"Q4_K_M",
                "runtime":"llama.cpp","runtime_version":"b1",
                "devices":[{"name":"Card 24GB","kind":"accelerator",
                "memory":25769803776,"visible":25769803776,"usable":25232932864}],
                "memory":{"weights":5368709120,"kv_cache":1073741824,"recurrent_state":0,"compute":268435456,
                "compute_host":67108864,"output":0,"overhead":536870912,"total":7314866176},
                "by_device":[{"device":0,"name":"Card 24GB","weights":5368709120,"kv_cache":1073741824,
                "compute":268435456,"overhead":536870912,"total":7247757312,"usable":25232932864,
                "free":17985175552,"fits":true},{"device":null,"name":"main memory","weights":0,"kv_cache":0,
                "compute":67108864,"total":67108864,"usable":null,"free":null,"fits":true}],
                "placement":{"split":"none","device_layers":null,"host_expert_layers":0},
                "context":8192,"sequences":1,"max_context":65536,
                "speed":{"prefill_tokens_per_s":4000.0,"decode_tokens_per_s":100.0,
                "decode_total_tokens_per_s":100.0,"time_to_first_token_s":0.138,"bound":"bandwidth",
                "error_band":{"coverage":0.8,"prefill_tokens_per_s":[3000.0,5000.0],
                "decode_tokens_per_s":[80.0,125.0],"decode_total_tokens_per_s":[80.0,125.0]}},
                "cost":{"tenure":"rent","utilization":1.0,"dollars_per_hour":0.5,
                "dollars_per_million_prompt_tokens":0.03472222222222222,
                "dollars_per_million_answer_tokens":1.388888888888889,"dollars_per_query":3.733333333333334E-4,
                "joules_per_query":806.4,"sources":["Card 24GB: test, 2026-01-01"]},
                "verdict":"fits","devices_needed":1,"reason":"fits on one device",
                "would_fit":[],"warnings":["a note of the runtime"],
                "basis":{"weights":"exact","kv_cache":"exact","compute":"estimated","overhead":"estimated",
                "speed":"estimated",
                "cost":"estimated"}}
                """.replace("\n", "") + "\n");
    }

    @Test
    void writesSeveralPrecisionsAsAnArray() {
        StringWriter json = new StringWriter();

        FitJson.write(json, Reports.table());

        assertThat(json.toString())
                .startsWith("[{\"source\":\"my-8b\"")
                .endsWith("}]\n")
                .contains("\"verdict\":\"does_not_fit\"");
    }

    private static String written(Consumer<Output> writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(bytes, false, new ByteArrayOutputStream(), false, Map.of());
        writer.accept(terminal.out());
        terminal.out().flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
