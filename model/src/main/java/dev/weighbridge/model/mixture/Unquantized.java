package dev.weighbridge.model.mixture;

import java.util.List;

/// The tensors that keep the type of the unquantised file: vectors, norms, and matrices too small or too delicate.
final class Unquantized {
    /// Parts of names of tensors that stay as they are.
    private static final List<String> PARTS = List.of(
            "_norm.weight",
            "ffn_gate_inp.weight",
            "ffn_gate_tid2eid.weight",
            "altup",
            "laurel",
            "per_layer_model_proj",
            "ssm_conv1d",
            "shortconv.conv.weight",
            "indexer.k_proj.weight",
            "indexer.q_proj.weight",
            "time_mix_first.weight",
            "time_mix_w0.weight",
            "time_mix_w1.weight",
            "time_mix_w2.weight",
            "time_mix_v0.weight",
            "time_mix_v1.weight",
            "time_mix_v2.weight",
            "time_mix_a0.weight",
            "time_mix_a1.weight",
            "time_mix_a2.weight",
            "time_mix_g1.weight",
            "time_mix_g2.weight",
            "time_mix_decay_w1.weight",
            "time_mix_decay_w2.weight",
            "time_mix_lerp_fused.weight",
            "attn_rel_b.weight",
            ".position_embd",
            "sam.pos_embd",
            "sam.neck.",
            "sam.net_",
            ".rel_pos",
            ".patch_embd",
            ".patch_merger",
            "a.rvq.codebook",
            "mm.a.code_embd");

    private Unquantized() {}

    /// Whether the quantiser leaves a tensor alone.
    static boolean contains(MixtureTensor tensor) {
        String name = tensor.name();
        return tensor.effectiveRank() < 2
                || !name.endsWith("weight")
                || name.equals("position_embd.weight")
                || name.equals("token_types.weight")
                || PARTS.stream().anyMatch(name::contains);
    }
}
