package dev.weighbridge.model.block;

/// How a weight and its bias are named after their block.
public enum ParameterStyle {
    /// `q_proj.weight`, `q_proj.bias`: a PyTorch module.
    MODULE(".weight", ".bias"),
    /// `gate_up_proj`, `gate_up_proj_bias`: bare parameters.
    BARE("", "_bias"),
    /// `in_proj_weight`, `in_proj_bias`: PyTorch's multi-head attention.
    UNDERSCORE("_weight", "_bias"),
    /// `LayerNorm.gamma`, `LayerNorm.beta`: the layer norms of BERT and the encoders that took its names. Files hold
    /// either
    /// these or the names of [#MODULE].
    GAMMA_BETA(".gamma", ".beta");

    private final String weight;
    private final String bias;

    ParameterStyle(String weight, String bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /// What follows the block's name for its weight.
    public String weight() {
        return weight;
    }

    /// What follows the block's name for its bias.
    public String bias() {
        return bias;
    }
}
