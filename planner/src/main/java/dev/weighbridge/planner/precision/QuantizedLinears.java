package dev.weighbridge.planner.precision;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.planner.anatomy.Weight;

/// Which matrices of a model a quantiser for safetensors takes on. The rest stays at 16 bits.
enum QuantizedLinears {
    /// The linear layers of the language model's blocks, experts included; not the router, the embeddings and the
    /// head: what GPTQ, AWQ, compressed-tensors and the FP8 releases leave out.
    BLOCKS {
        @Override
        boolean contains(Weight weight) {
            return weight.layer() >= 0 && isText(weight) && isLinear(weight) && weight.role() != Role.ROUTER;
        }
    },
    /// The same in every tower, as bitsandbytes replaces them wherever they stand.
    ALL_BLOCKS {
        @Override
        boolean contains(Weight weight) {
            return weight.layer() >= 0 && isLinear(weight) && weight.role() != Role.ROUTER;
        }
    },
    /// Feed-forwards and experts alone, attention left at 16 bits (ModelOpt's `NVFP4_MLP_ONLY_CFG`).
    FEED_FORWARDS {
        @Override
        boolean contains(Weight weight) {
            return isText(weight)
                    && isLinear(weight)
                    && (weight.role() == Role.FEED_FORWARD
                            || weight.role() == Role.EXPERT
                            || weight.role() == Role.SHARED_EXPERT);
        }
    },
    /// Routed experts alone (gpt-oss: `modules_to_not_convert` names attention, router, embeddings and head).
    EXPERTS {
        @Override
        boolean contains(Weight weight) {
            return weight.role() == Role.EXPERT && isLinear(weight);
        }
    },
    /// Embeddings and head as well, as MLX does.
    EVERY_MATRIX {
        @Override
        boolean contains(Weight weight) {
            boolean table = weight.role() == Role.EMBEDDING || weight.role() == Role.HEAD;
            boolean matrix =
                    weight.shape().rank() == 2 && weight.publishedName().endsWith("weight");
            return isText(weight) && (isLinear(weight) || (table && matrix));
        }
    };

    abstract boolean contains(Weight weight);

    private static boolean isText(Weight weight) {
        Tower tower = weight.tower();
        return tower == Tower.SAME || tower == Tower.TEXT || tower == Tower.ENCODER || tower == Tower.NEXT_TOKEN;
    }

    /// Two dimensions, or three with the experts stacked; convolutions and tables by another name are none.
    private static boolean isLinear(Weight weight) {
        int rank = weight.shape().rank();
        boolean named = weight.publishedName().endsWith("weight");
        boolean matrix = (rank == 2 && named) || (rank == 3 && weight.expertCount() > 0);
        return matrix
                && switch (weight.role()) {
                    case ATTENTION, FEED_FORWARD, EXPERT, SHARED_EXPERT, ROUTER -> true;
                    case STATE_SPACE, LINEAR_ATTENTION, PROJECTION -> true;
                    case EMBEDDING, POSITION, NORM, CONVOLUTION, HEAD, BUFFER, OTHER -> false;
                };
    }
}
