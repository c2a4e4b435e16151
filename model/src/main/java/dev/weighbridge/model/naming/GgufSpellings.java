package dev.weighbridge.model.naming;

import dev.weighbridge.model.config.Config;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What llama.cpp calls tensors whose place in the blocks does not tell: parameters found in few models, and names that
/// one architecture gives to what others call otherwise (gguf-py `constants.py` and `tensor_mapping.py`, 2026).
final class GgufSpellings {
    /// By the published name within the layer.
    private static final Map<String, String> IN_LAYER = Map.ofEntries(
            Map.entry("self_attn.indexer.wq_b.weight", "indexer.attn_q_b.weight"),
            Map.entry("self_attn.indexer.wk.weight", "indexer.attn_k.weight"),
            Map.entry("self_attn.indexer.k_norm.weight", "indexer.k_norm.weight"),
            Map.entry("self_attn.indexer.k_norm.bias", "indexer.k_norm.bias"),
            Map.entry("self_attn.indexer.weights_proj.weight", "indexer.proj.weight"),
            Map.entry("self_attn.index_q_proj.weight", "indexer.q_proj.weight"),
            Map.entry("self_attn.index_k_proj.weight", "indexer.k_proj.weight"),
            Map.entry("self_attn.index_q_norm.weight", "indexer.q_norm.weight"),
            Map.entry("self_attn.index_k_norm.weight", "indexer.k_norm.weight"),
            Map.entry("self_attn.indexer.q_proj.weight", "indexer.q_proj.weight"),
            Map.entry("self_attn.indexer.k_proj.weight", "indexer.k_proj.weight"),
            Map.entry("self_attn.indexer.q_norm.weight", "indexer.q_norm.weight"),
            Map.entry("attn.wkv.weight", "attn_kv.weight"),
            Map.entry("attn.norm.weight", "attn_kv_a_norm.weight"),
            Map.entry("attn.wo_a.weight", "attn_output_a.weight"),
            Map.entry("attn.wo_b.weight", "attn_output_b.weight"),
            Map.entry("attn.compressor.wkv.weight", "attn_compressor_kv.weight"),
            Map.entry("attn.compressor.wgate.weight", "attn_compressor_gate.weight"),
            Map.entry("attn.compressor.ape", "attn_compressor_ape.weight"),
            Map.entry("attn.compressor.norm.weight", "attn_compressor_norm.weight"),
            Map.entry("attn.indexer.wq_b.weight", "indexer.attn_q_b.weight"),
            Map.entry("attn.indexer.compressor.wkv.weight", "indexer_compressor_kv.weight"),
            Map.entry("attn.indexer.compressor.wgate.weight", "indexer_compressor_gate.weight"),
            Map.entry("attn.indexer.compressor.ape", "indexer_compressor_ape.weight"),
            Map.entry("attn.indexer.compressor.norm.weight", "indexer_compressor_norm.weight"),
            Map.entry("attn.indexer.weights_proj.weight", "indexer.proj.weight"),
            Map.entry("hc_attn_fn", "hc_attn_fn.weight"),
            Map.entry("hc_attn_base", "hc_attn_base.weight"),
            Map.entry("hc_attn_scale", "hc_attn_scale.weight"),
            Map.entry("hc_ffn_fn", "hc_ffn_fn.weight"),
            Map.entry("hc_ffn_base", "hc_ffn_base.weight"),
            Map.entry("hc_ffn_scale", "hc_ffn_scale.weight"),
            Map.entry("ffn.gate.tid2eid", "ffn_gate_tid2eid.weight"),
            Map.entry("layer_scalar", "layer_output_scale.weight"),
            Map.entry("router.proj.weight", "ffn_gate_inp.weight"),
            Map.entry("router.scale", "ffn_gate_inp.scale"),
            Map.entry("router.per_expert_scale", "ffn_down_exps.scale"),
            Map.entry("post_feedforward_layernorm_1.weight", "post_ffw_norm_1.weight"),
            Map.entry("pre_feedforward_layernorm_2.weight", "pre_ffw_norm_2.weight"),
            Map.entry("post_feedforward_layernorm_2.weight", "post_ffw_norm_2.weight"),
            Map.entry("per_layer_input_gate.weight", "inp_gate.weight"),
            Map.entry("per_layer_projection.weight", "proj.weight"),
            Map.entry("post_per_layer_input_norm.weight", "post_norm.weight"),
            Map.entry("altup.router_norm.weight", "altup_router_norm.weight"),
            Map.entry("altup.modality_router.weight", "altup_router.weight"),
            Map.entry("altup.prediction_coefs.weight", "altup_predict_coef.weight"),
            Map.entry("altup.correction_coefs.weight", "altup_correct_coef.weight"),
            Map.entry("altup.correct_output_scale", "altup_correct_scale.weight"),
            Map.entry("laurel.linear_left.weight", "laurel_l.weight"),
            Map.entry("laurel.linear_right.weight", "laurel_r.weight"),
            Map.entry("laurel.post_laurel_norm.weight", "laurel_post_norm.weight"),
            Map.entry("ln_attn.weight", "attn_norm_2.weight"),
            Map.entry("ln_attn.bias", "attn_norm_2.bias"),
            Map.entry("ln_mlp.weight", "attn_norm.weight"),
            Map.entry("ln_mlp.bias", "attn_norm.bias"));

    /// By the last two segments of the published name, outside the layers.
    private static final Map<String, String> OUTSIDE = Map.of(
            "embed_tokens_per_layer.weight", "per_layer_token_embd.weight",
            "per_layer_model_projection.weight", "per_layer_model_proj.weight",
            "per_layer_projection_norm.weight", "per_layer_proj_norm.weight",
            "hc_head.hc_fn", "output_hc_fn.weight",
            "hc_head.hc_base", "output_hc_base.weight",
            "hc_head.hc_scale", "output_hc_scale.weight");

    private static final Map<String, String> NORM_AFTER_ATTENTION = Map.of("ffn_norm", "post_attention_norm");
    private static final Map<String, String> SHORT_CONVOLUTIONS = Map.of(
            "ssm_in", "shortconv.in_proj",
            "ssm_conv1d", "shortconv.conv",
            "ssm_out", "shortconv.out_proj",
            "output_norm", "token_embd_norm");

    private final Map<String, String> ofModel;

    private GgufSpellings(Map<String, String> ofModel) {
        this.ofModel = ofModel;
    }

    /// The spellings of a model's architecture.
    static GgufSpellings of(Config config) {
        String type = config.partOrEmpty("text_config").text("model_type", config.text("model_type", ""));
        return new GgufSpellings(
                switch (type.replaceFirst("_text$", "")) {
                    case "glm4_moe", "glm4v_moe", "seed_oss", "gpt_oss" -> NORM_AFTER_ATTENTION;
                    case "qwen3_next", "qwen3_5", "qwen3_5_moe" -> NORM_AFTER_ATTENTION;
                    case "nemotron_h" -> Map.of("ffn_norm", "attn_norm");
                    case "lfm2", "lfm2_moe" -> SHORT_CONVOLUTIONS;
                    case "gemma4" -> Map.of("ffn_up_exps", "ffn_gate_up_exps");
                    case "t5", "umt5" -> Map.of("attn_output", "attn_o", "cross_attn_output", "cross_attn_o");
                    default -> Map.of();
                });
    }

    /// The name that this architecture gives to what most call `usual`.
    String of(String usual) {
        return ofModel.getOrDefault(usual, usual);
    }

    /// Whether gate and up of the experts stay in one tensor.
    boolean fusesExperts() {
        return ofModel.containsKey("ffn_up_exps");
    }

    /// The name of a parameter whose published name alone tells, without `blk.N.`; null for all others.
    ///
    /// @param published full name in the checkpoint
    /// @param layer number of its layer; -1 outside
    static @Nullable String ofPublished(String published, int layer) {
        if (layer < 0) {
            int dot = published.lastIndexOf('.', published.lastIndexOf('.') - 1);
            return OUTSIDE.get(published.substring(dot + 1));
        }
        String number = "." + layer + ".";
        int at = published.indexOf(number);
        return at < 0 ? null : IN_LAYER.get(published.substring(at + number.length()));
    }
}
