package dev.weighbridge.planner.memory.graph;

/// What makes a tensor of a compute graph, told apart as far as its memory goes.
enum Operation {
    /// A weight, a cache or an input.
    NONE(false, false),
    VIEW(false, true),
    RESHAPE(false, true),
    PERMUTE(false, true),
    TRANSPOSE(false, true),
    ADD(true, false),
    SUB(true, false),
    MUL(true, false),
    DIV(true, false),
    ADD_ID(true, false),
    SCALE(true, false),
    CLAMP(true, false),
    FILL(true, false),
    SQR(true, false),
    SQRT(true, false),
    /// An activation of one argument.
    UNARY(true, false),
    ROPE(true, false),
    RMS_NORM(true, false),
    SOFT_MAX(true, false),
    NORM(false, false),
    /// A root-mean-square norm with its weights (ik_llama.cpp).
    FUSED_RMS_NORM(false, false),
    /// An activation and a product (ik_llama.cpp).
    FUSED_MUL_UNARY(false, false),
    /// Two projections, an activation and a product (ik_llama.cpp).
    FUSED_UP_GATE(false, false),
    /// A bound on scores or logits, with a softmax or without (ik_llama.cpp).
    SOFT_CAP(false, false),
    /// The sum of experts, weighted or not (ik_llama.cpp).
    MULTI_ADD(false, false),
    L2_NORM(false, false),
    GROUP_NORM(false, false),
    /// A gated activation of two arguments, or of the halves of one.
    GLU(false, false),
    MUL_MAT(false, false),
    MUL_MAT_ID(false, false),
    GET_ROWS(false, false),
    SET_ROWS(false, false),
    CPY(false, false),
    CONT(false, false),
    CONCAT(false, false),
    REPEAT(false, false),
    PAD(false, false),
    SUM_ROWS(false, false),
    CUMSUM(false, false),
    ARGSORT(false, false),
    TOP_K(false, false),
    TRI(false, false),
    DIAG(false, false),
    SOLVE_TRI(false, false),
    FLASH_ATTN_EXT(false, false),
    SSM_CONV(false, false),
    SSM_SCAN(false, false),
    GATED_DELTA_NET(false, false),
    RWKV_WKV(false, false),
    GATED_LINEAR_ATTN(false, false),
    LIGHTNING_INDEXER(false, false);

    private final boolean inPlace;
    private final boolean view;

    Operation(boolean inPlace, boolean view) {
        this.inPlace = inPlace;
        this.view = view;
    }

    /// Whether the result may take the memory of an argument that nobody reads after it.
    boolean isInPlace() {
        return inPlace;
    }

    /// Whether it only gives other words for memory that is there.
    boolean isView() {
        return view;
    }
}
