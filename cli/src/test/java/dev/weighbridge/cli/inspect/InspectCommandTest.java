package dev.weighbridge.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.CliRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    /// Two layers of width 64. By hand: 256·64 for the words, and a layer of 64·64·2 + 64·32·2 for attention, 3·64·96
    /// for
    /// the feed-forward and 2·64 for its norms; 64 for the last norm.
    private static final String TINY = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 256, "hidden_size": 64,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 96,
             "max_position_embeddings": 128, "tie_word_embeddings": true}
            """;

    @TempDir
    Path folder;

    private Path tiny;

    @BeforeEach
    void writeTinyModel() throws IOException {
        tiny = Files.createDirectory(folder.resolve("tiny"));
        Files.writeString(tiny.resolve("config.json"), TINY);
    }

    @Test
    void printsTheSheetOfAConfiguration() {
        CliRun run = CliRun.weigh("inspect", tiny.toString());

        assertThat(run.out()).isEqualTo("""
                tiny  LlamaForCausalLM · family llama · config
                  parameters     78,144  78.1k  exact
                  untied         94,528  94.5k  with tied parameters counted under each name
                  embedding      16,384  16.4k
                  non-embedding  61,760  61.8k
                by role
                  feed forward  36,864  47.17 %  ███████████
                  attention     24,576  31.45 %  ████████
                  embedding     16,384  20.97 %  █████
                  norm             320   0.41 %
                dimensions
                  layer count          2
                  hidden size         64
                  head count           4
                  kv head count        2
                  head dim            16
                  feed forward size   96
                  vocabulary size    256
                  context length     128
                weights would take
                  FP32   305.3 KiB  312.58 kB  4 bytes each
                  BF16   152.6 KiB  156.29 kB  2 bytes each; the same for FP16
                  INT8   81.08 KiB   83.03 kB  1 byte each and a 16-bit scale for every 32
                  4 bit  42.93 KiB   43.96 kB  half a byte each and a 16-bit scale for every 32
                rule of thumb 12·d²·L
                  98.3k, more than exact by 20.2k: feed forward −28.7k, embedding +16.4k, attention −8.19k, norm +320
                """);
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void writesOneJsonObjectALineInTheOrderGiven() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.gguf"), "GGUF");

        CliRun run = CliRun.weigh("inspect", "--json", broken.toString(), tiny.toString(), "no-such-model");

        String[] lines = run.out().split("\n", -1);
        assertThat(lines).hasSize(4);
        assertThat(lines[0]).startsWith("{\"source\":\"" + broken + "\",\"error\":\"");
        assertThat(lines[1])
                .startsWith("{\"source\":\"" + tiny + "\",\"format\":\"config\",\"name\":\"tiny\"")
                .contains("\"parameters\":{\"total\":78144,\"untied_total\":94528,\"active\":78144,\"embedding\":16384,"
                        + "\"non_embedding\":61760,")
                .contains("\"basis\":\"exact\"");
        assertThat(lines[2]).startsWith("{\"source\":\"no-such-model\",\"error\":\"");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void listsTheTensorsThatAPublishedCheckpointWouldHave() {
        CliRun run = CliRun.weigh("inspect", "--json", "--tensors", tiny.toString());

        assertThat(run.out())
                .contains(
                        "{\"name\":\"model.layers.1.mlp.down_proj.weight\",\"shape\":[64,96],\"dtype\":null,\"bytes\":null,"
                                + "\"role\":\"feed_forward\",\"layer\":1,\"expert\":null}")
                .doesNotContain("lm_head");
    }

    @Test
    void showsTheBlueprintAsATree() {
        CliRun run = CliRun.weigh("inspect", "--tree", tiny.toString());

        assertThat(run.out())
                .contains("    layers 2 ×  61,696\n      [0-1] 2 ×  30,848\n")
                .contains("self_attn attention, 4 heads × 16, 2 KV heads, causal, rotary θ 10000  12,288\n");
    }

    @Test
    void derivesTheTotalTermByTerm() {
        CliRun run = CliRun.weigh("inspect", "--explain", tiny.toString());

        assertThat(run.out())
                .contains("    model.layers.*.self_attn.q_proj.weight  2 ×  [64, 64]  = 8,192\n")
                .contains("  total = 78,144\n")
                .contains("    lm_head.weight  + 16,384  tied to model.embed_tokens\n");
    }

    @Test
    void countsAFileByItsTensorsWhereItLacksWhatTheConfigurationPromises() throws IOException {
        Files.write(tiny.resolve("model.safetensors"), safetensors("""
                {"model.embed_tokens.weight":{"dtype":"F16","shape":[256,64],"data_offsets":[0,32768]}}""", 32768));

        CliRun run = CliRun.weigh("inspect", tiny.toString());

        assertThat(run.out())
                .contains("  parameters     16,384")
                .contains("missing  model.layers.0.input_layernorm.weight: not in the files\n");
    }

    @Test
    void saysThatTwoModelsDiffer() {
        CliRun same = CliRun.weigh("inspect", "--diff", tiny.toString(), tiny.toString());
        CliRun other = CliRun.weigh("inspect", "--diff", "llama-3-8b", "llama-3-70b");

        assertThat(same.out()).isEqualTo("no difference in architecture, dimensions, storage types or tensors\n");
        assertThat(same.exitCode()).isZero();
        assertThat(other.out()).contains("  layer_count", "8,030,261,248  70,553,706,496");
        assertThat(other.exitCode()).isEqualTo(1);
    }

    @Test
    void writesAPageThatLoadsNothing() throws IOException {
        Path page = folder.resolve("tiny.html");

        CliRun run = CliRun.weigh("inspect", "--html", page.toString(), tiny.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(Files.readString(page))
                .contains("<title>tiny: 78.1k parameters</title>", "<svg", "78,144")
                .doesNotContain("http://", "https://", "<script");
    }

    @Test
    void weighsWhatAPatternMatches() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "no model");

        CliRun run = CliRun.weigh("inspect", "--json", folder + "/**");

        assertThat(run.out()).startsWith("{\"source\":\"" + tiny + "\"").hasLineCount(1);
    }

    @Test
    void namesTheNearestOfAnUnknownModel() {
        CliRun run = CliRun.weigh("inspect", "lama-3.1-8b");

        assertThat(run.err()).isEqualTo("""
                weigh: lama-3.1-8b is neither a path that exists nor the name of a known model

                hint: did you mean llama-3.1-8b, hermes-3-llama-3.1-8b?
                """);
        assertThat(run.exitCode()).isEqualTo(4);
    }

    @Test
    void namesTheNearestArchitecturesOfOneThatNoFamilyKnows() throws IOException {
        Files.writeString(tiny.resolve("config.json"), "{\"architectures\": [\"LlammaForCausalLM\"]}");

        CliRun run = CliRun.weigh("inspect", tiny.toString());

        assertThat(run.err()).startsWith("weigh: no family knows the architecture LlammaForCausalLM; nearest known: L");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void refusesAHeaderThatLiesInOneSentence() throws IOException {
        Path file = Files.write(folder.resolve("lies.safetensors"), safetensors("""
                {"w":{"dtype":"F32","shape":[4],"data_offsets":[0,15]}}""", 16));

        CliRun run = CliRun.weigh("inspect", file.toString());

        assertThat(run.err()).startsWith("weigh: ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(3);
    }

    private static byte[] safetensors(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        file.write(json);
        file.write(new byte[dataBytes]);
        return file.toByteArray();
    }
}
