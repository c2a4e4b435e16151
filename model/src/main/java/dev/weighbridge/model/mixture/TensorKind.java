package dev.weighbridge.model.mixture;

/// The kinds of matrices that the mixture rules tell apart, by their names.
enum TensorKind {
    TOKEN_EMBEDDING,
    OUTPUT,
    /// What values are made with: the value matrix, or the one for query, key and value together, or the expansion of
    /// a latent.
    VALUE,
    QUERY_KEY_VALUE,
    KEY_VALUE_EXPANSION,
    KEY,
    QUERY,
    ATTENTION_OUTPUT,
    UP,
    GATE,
    DOWN,
    OTHER;

    /// The kind of a tensor. Names are searched, not compared: the experts' `ffn_down_exps` is a [#DOWN] as well.
    static TensorKind of(String name) {
        if (name.equals("output.weight")) {
            return OUTPUT;
        }
        if (name.equals("token_embd.weight") || name.equals("per_layer_token_embd.weight")) {
            return TOKEN_EMBEDDING;
        }
        int attention = name.indexOf("attn_");
        if (attention >= 0) {
            if (name.startsWith("attn_qkv.weight", attention)) {
                return QUERY_KEY_VALUE;
            }
            if (name.startsWith("attn_kv_b.weight", attention)) {
                return KEY_VALUE_EXPANSION;
            }
            if (name.startsWith("attn_v.weight", attention)) {
                return VALUE;
            }
            if (name.startsWith("attn_k.weight", attention)) {
                return KEY;
            }
            if (name.startsWith("attn_q.weight", attention)) {
                return QUERY;
            }
            if (name.startsWith("attn_output.weight", attention)) {
                return ATTENTION_OUTPUT;
            }
        }
        return name.contains("ffn_up")
                ? UP
                : name.contains("ffn_gate") ? GATE : name.contains("ffn_down") ? DOWN : OTHER;
    }

    /// Whether values are made with it, which suffer most from few bits.
    boolean makesValues() {
        return this == VALUE || this == QUERY_KEY_VALUE || this == KEY_VALUE_EXPANSION;
    }
}
