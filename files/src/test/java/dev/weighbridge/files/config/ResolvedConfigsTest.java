package dev.weighbridge.files.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.files.MemoryRepository;
import dev.weighbridge.files.Shared;
import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Compares published configurations with what transformers 5.17 makes of them.
class ResolvedConfigsTest {
    /// Settings of training, text generation and output: no part of the architecture.
    private static final Set<String> APART = Set.of(
            "begin_suppress_tokens",
            "chunk_size_feed_forward",
            "ctc_loss_reduction",
            "ctc_zero_infinity",
            "dtype",
            "id2label",
            "init_std",
            "label2id",
            "out_features",
            "out_indices",
            "output_attentions",
            "output_hidden_states",
            "output_router_logits",
            "pretraining_tp",
            "problem_type",
            "return_dict",
            "stage_names",
            "transformers_version",
            "use_cache");

    /// What a class computes from other fields after loading, which is the family's to know.
    private static final Set<String> COMPUTED = Set.of(
            "_sliding_window_pattern",
            "attention_layers",
            "compress_rates",
            "decoder_vocab_size",
            "dense_act_fn",
            "ffn_hidden_size",
            "head_dim",
            "is_gated_act",
            "layer_types",
            "layers_block_type",
            "mlp_layer_types",
            "mlp_only_layers",
            "moe_layers",
            "mtp_layers_block_type",
            "no_rope_layers",
            "num_decoder_layers",
            "num_feat_extract_layers",
            "num_key_value_heads",
            "num_kv_heads",
            "num_ln_in_parallel_attn",
            "num_nextn_predict_layers",
            "num_sliding_attention_heads",
            "per_layer_config",
            "pooler_hidden_size",
            "pooler_output_size",
            "pos_att_type",
            "projection_size",
            "qk_head_dim",
            "query_pre_attn_scalar",
            "scale_decoder_outputs",
            "supported_aspect_ratios");

    /// The same, where other classes leave the field as it is.
    private static final Set<String> COMPUTED_BY_ONE = Set.of(
            "dbrx ffn_config.hidden_size",
            "deepseek_v4 partial_rotary_factor",
            "deepseek_v4 rope_parameters",
            "deepseek_v4 rope_theta",
            "gemma3n_text intermediate_size",
            "mamba intermediate_size",
            "qwen2_moe sliding_window",
            "step3p7 text_config.rope_parameters",
            "step3p7 vision_config.intermediate_size",
            "t5 tie_word_embeddings");

    @Test
    void fillsInEveryFieldThatIsNotComputed() throws IOException {
        List<String> differences = new ArrayList<>();
        try (Stream<Path> folders = Files.list(Shared.path("oracle/params"))) {
            for (Path folder : folders.filter(path -> Files.exists(path.resolve("config.resolved.json")))
                    .toList()) {
                Config expected = read(folder.resolve("config.resolved.json")).raw();
                Config config = read(folder.resolve("config.json")).config();

                String type = expected.text("model_type");
                for (String field : differences("", expected.values(), config.values())) {
                    if (!COMPUTED_BY_ONE.contains(type + " " + field)) {
                        differences.add(folder.getFileName() + " (" + type + ") " + field);
                    }
                }
            }
        }

        assertThat(differences).isEmpty();
    }

    private static ConfigReader.Reading read(Path path) throws IOException {
        return ConfigReader.read(MemoryRepository.source(path.toString(), Files.readAllBytes(path)));
    }

    private static List<String> differences(String path, Map<?, ?> expected, Map<?, ?> config) {
        List<String> differences = new ArrayList<>();
        expected.forEach((key, value) -> {
            String name = (String) key;
            if (APART.contains(name) || COMPUTED.contains(name) || isOfTraining(name)) {
                return;
            }
            Object found = config.get(name);
            if (value instanceof Map<?, ?> part && found instanceof Map<?, ?> own && !name.equals("rope_parameters")) {
                differences.addAll(differences(path + name + ".", part, own));
            } else if (!isSame(value, found)) {
                differences.add(path + name);
            }
        });
        return differences;
    }

    private static boolean isOfTraining(String name) {
        return name.contains("drop")
                || name.contains("initializer")
                || name.contains("_coef")
                || name.endsWith("token_id")
                || name.endsWith("token_index");
    }

    private static boolean isSame(@Nullable Object expected, @Nullable Object found) {
        if (expected instanceof Number a && found instanceof Number b) {
            return a.doubleValue() == b.doubleValue();
        }
        if (expected instanceof List<?> a && found instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = isSame(a.get(i), b.get(i));
            }
            return same;
        }
        if (expected instanceof Map<?, ?> a && found instanceof Map<?, ?> b) {
            return a.keySet().equals(b.keySet())
                    && a.entrySet().stream().allMatch(entry -> isSame(entry.getValue(), b.get(entry.getKey())));
        }
        return expected == null ? found == null : expected.equals(found);
    }
}
