package dev.weighbridge.files.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.Shared;
import dev.weighbridge.files.config.ConfigReader;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.naming.GgufNames;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GgufConfigTest {
    private static StoredTensor tensor(String name, long... dimensions) {
        return new StoredTensor(name, DataType.F32, Shape.of(dimensions), 0, 0, 0);
    }

    private static Map<String, @Nullable Object> llama() {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("general.architecture", "llama");
        metadata.put("llama.embedding_length", 64L);
        metadata.put("llama.block_count", 2L);
        metadata.put("llama.feed_forward_length", 96L);
        metadata.put("llama.attention.head_count", 4L);
        metadata.put("llama.attention.head_count_kv", 2L);
        metadata.put("llama.attention.layer_norm_rms_epsilon", (double) 1e-5f);
        metadata.put("llama.rope.freq_base", 500000.0);
        return metadata;
    }

    @Test
    void speaksTheVocabularyOfConfigJson() {
        Config config = GgufConfig.of(Config.of(llama()), List.of(tensor("token_embd.weight", 100, 64)));

        assertThat(config.texts("architectures")).containsExactly("LlamaForCausalLM");
        assertThat(config.size("hidden_size")).isEqualTo(64);
        assertThat(config.count("num_hidden_layers")).isEqualTo(2);
        assertThat(config.count("num_key_value_heads")).isEqualTo(2);
        assertThat(config.size("head_dim")).isEqualTo(16);
        assertThat(config.size("vocab_size")).isEqualTo(100);
        assertThat(config.flag("tie_word_embeddings")).isTrue();
        assertThat(config.number("rms_norm_eps")).isEqualTo(1e-5);
        assertThat(config.part("rope_parameters").number("rope_theta")).isEqualTo(500000);
    }

    @Test
    void countsTheVocabularyByItsTokensWhereThereIsNoTable() {
        Map<String, @Nullable Object> metadata = llama();
        metadata.put("tokenizer.ggml.tokens", Map.of("elided", 32000L, "type", "string"));

        assertThat(GgufConfig.of(Config.of(metadata), List.of()).size("vocab_size"))
                .isEqualTo(32000);
    }

    @Test
    void readsMixtralOffItsExperts() {
        Map<String, @Nullable Object> metadata = llama();
        metadata.put("llama.expert_count", 8L);
        metadata.put("llama.expert_used_count", 2L);

        Config config = GgufConfig.of(Config.of(metadata), List.of());

        assertThat(config.texts("architectures")).containsExactly("MixtralForCausalLM");
        assertThat(config.count("num_local_experts")).isEqualTo(8);
        assertThat(config.count("num_experts_per_tok")).isEqualTo(2);
    }

    @Test
    void readsBiasesOffTheTensors() {
        assertThat(GgufConfig.of(Config.of(llama()), List.of(tensor("blk.1.attn_q.bias", 64)))
                        .flag("attention_bias"))
                .isTrue();
        assertThat(GgufConfig.of(Config.of(llama()), List.of(tensor("blk.1.attn_q.weight", 64, 64)))
                        .flag("attention_bias", true))
                .isFalse();
    }

    @Test
    void leavesUnknownArchitecturesWithoutDefaultsOfOthers() {
        Map<String, @Nullable Object> metadata = new HashMap<>();
        metadata.put("general.architecture", "clip");
        metadata.put("clip.embedding_length", 64L);

        Config config = GgufConfig.of(Config.of(metadata), List.of());

        assertThat(config.names()).containsExactlyInAnyOrder("architectures", "hidden_size", "gguf");
        assertThat(config.part("gguf").size("embedding_length")).isEqualTo(64);
    }

    @Test
    void saysNothingOfAdaptersAndHeadersWithoutDimensions() {
        Map<String, @Nullable Object> adapter = llama();
        adapter.put("general.type", "adapter");

        assertThat(GgufConfig.of(Config.of(adapter), List.of()).names()).isEmpty();
        assertThat(GgufConfig.of(Config.of(Map.of("general.architecture", "llama")), List.of())
                        .names())
                .isEmpty();
        assertThat(GgufConfig.of(Config.EMPTY, List.of()).names()).isEmpty();
    }

    @Test
    void knowsEveryDerivationThatTheTableAsksFor() throws IOException {
        Pattern architecture = Pattern.compile("\\{\"architecture\":\"([^\"*]+)\"");
        try (InputStream table = Objects.requireNonNull(getClass().getResourceAsStream("architectures.jsonl"))) {
            Matcher names = architecture.matcher(new String(table.readAllBytes(), StandardCharsets.UTF_8));
            int count = 0;
            while (names.find()) {
                String name = names.group(1);
                Map<String, @Nullable Object> metadata = new HashMap<>();
                llama().forEach((key, value) -> metadata.put(key.replace("llama.", name + "."), value));
                metadata.put("general.architecture", name);

                Config config = GgufConfig.of(Config.of(metadata), List.of(tensor("token_embd.weight", 100, 64)));

                assertThat(config.size("vocab_size")).as(name).isEqualTo(100);
                assertThat(ConfigReader.fields(config.text("model_type")))
                        .as(name)
                        .isNotEmpty();
                count++;
            }
            assertThat(count).isGreaterThan(80);
        }
    }

    @Test
    void givesRealFilesTheBlueprintOfTheirConfigJson() throws IOException {
        Families families = AllFamilies.families();
        for (String model : List.of("stories260K", "tiny-qwen3-shakespeare")) {
            Path folder = Shared.path("data/models/" + model);
            Config hub = config(folder.resolve("hf/config.json"));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".gguf")).toList()) {
                    String name = String.valueOf(file.getFileName());
                    Checkpoint checkpoint =
                            GgufReader.read(new MemoryRepository().with(name, Files.readAllBytes(file)), name);

                    assertThat(names(families.blueprint(checkpoint.config())))
                            .as(name)
                            .isEqualTo(names(families.blueprint(hub)));
                }
            }
        }
    }

    /// Writes each published configuration as llama.cpp's conversion does, reads it back, and compares the trees.
    @TestFactory
    List<DynamicTest> describesTheSameModelAsItsConfigJson() throws IOException {
        Families families = AllFamilies.families();
        Map<String, String> architectures = architecturesByClass();
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> folders = Files.list(Shared.path("oracle/params"))) {
            for (Path folder : folders.sorted().toList()) {
                Path file = folder.resolve("config.json");
                if (!Files.exists(file)) {
                    continue;
                }
                Config hub = config(file);
                String architecture = hub.texts("architectures").stream()
                        .findFirst()
                        .map(architectures::get)
                        .orElse("");
                if (architecture != null && !architecture.isEmpty()) {
                    blueprint(families, hub)
                            .ifPresent(blueprint -> tests.add(DynamicTest.dynamicTest(
                                    folder.getFileName() + " as " + architecture,
                                    () -> comesBack(families, architecture, hub, blueprint))));
                }
            }
        }
        return tests;
    }

    private static void comesBack(Families families, String architecture, Config hub, Blueprint blueprint) {
        List<StoredTensor> tensors = new ArrayList<>();
        GgufNames.of(blueprint).stream()
                .filter(tensor -> !tensor.place().isTied())
                .forEach(tensor -> tensors.add(new StoredTensor(
                        tensor.place().name(), DataType.F32, tensor.place().shape(), 0, 0, 0)));
        if (architecture.equals("falcon")
                && hub.count("num_ln_in_parallel_attn", hub.flag("new_decoder_architecture") ? 2 : 1) == 2) {
            tensors.add(tensor("blk.0.attn_norm_2.weight", hub.size("hidden_size")));
        }

        Config config = GgufConfig.of(new Conversion(architecture, hub, tensors).metadata(), tensors);

        NavigableSet<String> lost = names(blueprint);
        NavigableSet<String> added = names(families.blueprint(config));
        List<String> common = lost.stream().filter(added::contains).toList();
        common.forEach(lost::remove);
        common.forEach(added::remove);
        assertThat(Stream.concat(
                        lost.stream().limit(5).map("lost "::concat),
                        added.stream().limit(5).map("added "::concat)))
                .as("lost %d, added %d", lost.size(), added.size())
                .isEmpty();
    }

    private static Optional<Blueprint> blueprint(Families families, Config config) {
        try {
            return Optional.of(families.blueprint(config));
        } catch (UnsupportedException e) {
            return Optional.empty();
        }
    }

    private static NavigableSet<String> names(Blueprint blueprint) {
        NavigableSet<String> names = new TreeSet<>();
        GgufNames.of(blueprint).stream()
                .filter(tensor -> !tensor.place().isTied())
                .forEach(tensor ->
                        names.add(tensor.place().name() + tensor.place().shape()));
        return names;
    }

    private static Config config(Path path) throws IOException {
        return ConfigReader.read(MemoryRepository.source(path.toString(), Files.readAllBytes(path)))
                .config();
    }

    private static Map<String, String> architecturesByClass() throws IOException {
        Map<String, String> architectures = new HashMap<>();
        try (InputStream table =
                Objects.requireNonNull(GgufConfigTest.class.getResourceAsStream("architectures.jsonl"))) {
            Pattern name = Pattern.compile("\\{\"architecture\":\"([^\"*]+)\"");
            Pattern className = Pattern.compile("\"class\":\"([^\"]+)\"");
            new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                Matcher named = name.matcher(line);
                if (named.find()) {
                    Matcher classes = className.matcher(line);
                    while (classes.find()) {
                        architectures.putIfAbsent(classes.group(1), named.group(1));
                    }
                }
            });
        }
        return architectures;
    }

    /// The keys that llama.cpp's conversion writes for a configuration.
    private record Conversion(String architecture, Config hub, List<StoredTensor> tensors) {
        Config metadata() {
            Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
            Architecture table =
                    Architecture.find(architecture, contents(metadata)).orElseThrow();
            Set<String> written = new HashSet<>();
            table.names()
                    .forEach((key, fields) -> fields.stream()
                            .filter(hub::has)
                            .findFirst()
                            .filter(written::add)
                            .ifPresent(field -> metadata.put(key, hub.values().get(field))));
            metadata.put("embedding_length", hub.integer("hidden_size"));
            metadata.computeIfPresent(
                    "block_count",
                    (_, count) -> (Long) count + (long) contents(metadata).number("nextn_predict_layers"));
            if (hub.has("head_dim")) {
                metadata.put("attention.key_length", hub.values().get("head_dim"));
            }
            table.derivations().forEach(derivation -> write(derivation, metadata));
            Map<String, @Nullable Object> prefixed = new LinkedHashMap<>();
            metadata.forEach((key, value) -> prefixed.put(architecture + "." + key, value));
            prefixed.put("general.architecture", architecture);
            return Config.of(prefixed);
        }

        private Architecture.Contents contents(Map<String, @Nullable Object> metadata) {
            return new Architecture.Contents() {
                @Override
                public double number(String key) {
                    return metadata.get(key) instanceof Number number ? number.doubleValue() : 0;
                }

                @Override
                public boolean hasTensor(String name) {
                    return tensors.stream().anyMatch(tensor -> tensor.name().endsWith(name));
                }
            };
        }

        private void write(String derivation, Map<String, @Nullable Object> metadata) {
            switch (derivation) {
                case "mla" -> {
                    long rotary = hub.integer("qk_rope_head_dim");
                    metadata.put("rope.dimension_count", rotary);
                    metadata.put("attention.key_length", hub.integer("kv_lora_rank") + rotary);
                    metadata.put("attention.value_length", hub.integer("kv_lora_rank"));
                    metadata.put("attention.key_length_mla", hub.integer("qk_nope_head_dim") + rotary);
                    metadata.put(
                            "attention.value_length_mla",
                            hub.integer("v_head_dim", hub.integer("hidden_size") / hub.integer("num_attention_heads")));
                    metadata.put("attention.head_count_kv", 1L);
                }
                case "mamba" -> {
                    long inner = (long) (hub.number("expand", 2) * hub.integer("hidden_size"));
                    metadata.put("ssm.inner_size", hub.integer("intermediate_size", inner));
                    metadata.put("ssm.time_step_rank", shape("blk.0.ssm_dt.weight", -1));
                    metadata.put("attention.head_count", 0L);
                }
                case "mamba2" -> {
                    metadata.put("ssm.inner_size", hub.integer("num_heads") * hub.integer("head_dim"));
                    metadata.put("ssm.time_step_rank", hub.integer("num_heads"));
                    metadata.put("attention.head_count", 0L);
                    metadata.remove("attention.key_length");
                }
                case "mamba2_heads" -> {
                    metadata.put("ssm.inner_size", (long) (hub.number("mamba_expand") * hub.integer("hidden_size")));
                    metadata.put("ssm.time_step_rank", hub.integer("mamba_n_heads"));
                }
                case "delta_net" -> {
                    metadata.put("ssm.group_count", hub.integer("linear_num_key_heads"));
                    metadata.put("ssm.time_step_rank", hub.integer("linear_num_value_heads"));
                    metadata.put("ssm.state_size", hub.integer("linear_key_head_dim"));
                    metadata.put(
                            "ssm.inner_size",
                            hub.integer("linear_num_value_heads") * hub.integer("linear_value_head_dim"));
                }
                case "mamba_layers", "convolution_layers", "nemotron_layers", "jamba" -> {
                    metadata.put(
                            "attention.head_count_kv", byLayer("attn_k.weight", hub.integer("num_key_value_heads")));
                    writeLayers(derivation, metadata);
                }
                case "falcon" -> {
                    long keyHeads = hub.flag("new_decoder_architecture")
                            ? hub.integer("num_kv_heads", hub.integer("num_attention_heads"))
                            : hub.flag("multi_query") ? 1 : hub.integer("num_attention_heads");
                    metadata.put("attention.head_count_kv", keyHeads);
                }
                case "dbrx" -> {
                    metadata.put(
                            "attention.head_count_kv", hub.part("attn_config").integer("kv_n_heads"));
                    metadata.put("feed_forward_length", hub.part("ffn_config").integer("ffn_hidden_size"));
                    metadata.put("expert_count", hub.part("ffn_config").integer("moe_num_experts"));
                    metadata.put("expert_used_count", hub.part("ffn_config").integer("moe_top_k"));
                }
                case "mpt" ->
                    metadata.put("feed_forward_length", hub.integer("expansion_ratio") * hub.integer("hidden_size"));
                case "gemma4" -> {
                    int layers = hub.count("num_hidden_layers");
                    metadata.put("attention.key_length", hub.integer("global_head_dim", 512));
                    metadata.put("attention.key_length_swa", hub.integer("head_dim"));
                    metadata.put(
                            "attention.sliding_window_pattern",
                            hub.has("layer_types")
                                    ? hub.texts("layer_types").stream()
                                            .map("sliding_attention"::equals)
                                            .toList()
                                    : IntStream.range(0, layers)
                                            .mapToObj(i -> (i + 1) % 6 != 0)
                                            .toList());
                }
                default -> {}
            }
        }

        private void writeLayers(String derivation, Map<String, @Nullable Object> metadata) {
            if (derivation.equals("convolution_layers")) {
                metadata.put("feed_forward_length", shape("blk.0.ffn_up.weight", 0));
            } else if (derivation.equals("nemotron_layers")) {
                metadata.put("ssm.inner_size", hub.integer("mamba_num_heads") * hub.integer("mamba_head_dim"));
                metadata.put("ssm.time_step_rank", hub.integer("mamba_num_heads"));
                metadata.put("feed_forward_length", byLayer("ffn_up.weight", hub.integer("intermediate_size")));
                metadata.put("block_count", layerCount() + hub.integer("num_nextn_predict_layers", 0));
            } else if (derivation.equals("jamba")) {
                metadata.put("ssm.inner_size", hub.integer("mamba_expand") * hub.integer("hidden_size"));
                metadata.put("ssm.time_step_rank", shape("blk.0.ssm_dt.weight", -1));
            }
        }

        private List<Long> byLayer(String kind, long number) {
            List<Long> numbers = new ArrayList<>();
            for (int i = 0; i < layerCount(); i++) {
                String name = "blk." + i + "." + kind;
                numbers.add(tensors.stream().anyMatch(tensor -> tensor.name().equals(name)) ? number : 0L);
            }
            return numbers;
        }

        private long layerCount() {
            long count = 0;
            while (hasLayer(count)) {
                count++;
            }
            return count;
        }

        private boolean hasLayer(long layer) {
            return tensors.stream().anyMatch(tensor -> tensor.name().startsWith("blk." + layer + "."));
        }

        private long shape(String name, int axis) {
            return tensors.stream()
                    .filter(tensor -> tensor.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .shape()
                    .dimension(axis);
        }
    }
}
