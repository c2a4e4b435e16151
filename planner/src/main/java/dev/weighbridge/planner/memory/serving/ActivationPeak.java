package dev.weighbridge.planner.memory.serving;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.memory.parallel.Ranks;
import java.util.Optional;

/// The largest moment of the run by which vLLM finds out what it needs beside weights and cache: a batch of
/// `tokens` through the model, then one token for each of `sequences` drawn from its logits.
///
/// With T tokens, S sequences, V rows of vocabulary, width h, feed-forward width f on one rank, and b bytes
/// an activation:
///
///     drawing   S·V·(b + 12) + 4·132·V + b·T·h + 4·S·h    from 0.17: logits, their FP32 copy, probabilities, noise,
///                                                         and a row for each block of the top-k kernel
///               S·V·(b + 36) + b·T·h + 4·S·h              0.11 to 0.16: sorted logits and their indices
///               S·V·(b + 8) + b·T·h + 4·S·h               before: FlashInfer draws from probabilities
///     layers    b·T·(3·f + 3.75·h)                        gate and up, their product, the stream around them
///
/// plus what stays through both: the workspace of routed experts, images and their embeddings, and cuBLAS's
/// workspace. The figures are exact on dense models to 0.02 GiB (31 starts of version 0.19 and 6 older ones
/// of llm-d-planner's accuracy study, H100); 3.75 is fitted to the three of them that the layers rule.
///
/// @param drawing bytes while tokens are drawn; 0 on a stage without a head
/// @param layers bytes inside a layer
/// @param vision bytes inside the vision tower
/// @param workspace bytes that stay
record ActivationPeak(long drawing, long layers, long vision, long workspace) {
    private static final long HOPPER_WORKSPACE = 32L << 20;
    private static final long OLDER_WORKSPACE = 8L << 20;

    /// Blocks of the top-k kernel: one for each multiprocessor, here those of an H100.
    private static final long TOP_K_ROWS = 132;

    private static final double STREAM = 3.75;

    /// What the run is made with.
    ///
    /// @param version of the engine
    /// @param tokens computed at once
    /// @param sequences at a time
    /// @param activationBytes width of an activation
    /// @param generation of the device
    record Run(EngineVersion version, long tokens, long sequences, long activationBytes, String generation) {}

    /// The peak on one stage.
    static ActivationPeak of(Anatomy model, Ranks ranks, int stage, Run run) {
        long hidden = model.hiddenSize().orElse(0);
        long stream = run.activationBytes() * run.tokens() * hidden;
        boolean isLast = stage == ranks.pipeline() - 1;
        // hidden states and residual come from the stage before, or go to the one after
        long handed = ranks.pipeline() > 1 ? 2 * stream : 0;
        Optional<VisionInput> images =
                stage == 0 ? VisionInput.of(model, run.tokens(), run.activationBytes()) : Optional.empty();
        long workspace = handed + blasWorkspace(run.generation());
        long vision = 0;
        if (images.isPresent()) {
            VisionInput input = images.get();
            workspace += input.pixelBytes() + run.activationBytes() * input.tokens() * hidden;
            vision = run.activationBytes() * input.patches() * (4 * input.width() + input.inner());
        }
        long expertWorkspace = expertWorkspace(model, ranks, run);
        boolean keepsExperts = run.version().isAtLeast(0, 13);
        workspace += keepsExperts ? expertWorkspace : 0;
        long layers = layers(model, ranks, run) + (keepsExperts ? 0 : expertWorkspace);
        return new ActivationPeak(isLast ? drawing(model, run, stream, hidden) : 0, layers, vision, workspace);
    }

    /// All of it at the largest moment.
    long total() {
        return workspace + Math.max(drawing, Math.max(layers, vision));
    }

    /// The largest moment in one line.
    String derivation() {
        String moment = drawing >= Math.max(layers, vision)
                ? "drawing tokens " + drawing
                : layers >= vision ? "the widest layer " + layers : "the vision tower " + vision;
        return "largest moment of a profiling run: " + moment + " + workspaces " + workspace;
    }

    private static long drawing(Anatomy model, Run run, long stream, long hidden) {
        long rows = model.vocabularySize().orElse(0);
        long sequences = Math.min(run.sequences(), run.tokens());
        long perLogit = run.activationBytes()
                + (run.version().isAtLeast(0, 17) ? 12 : run.version().isAtLeast(0, 11) ? 36 : 8);
        long kernel = run.version().isAtLeast(0, 17) ? Float.BYTES * TOP_K_ROWS * rows : 0;
        return sequences * rows * perLogit + kernel + stream + 4 * sequences * hidden;
    }

    private static long layers(Anatomy model, Ranks ranks, Run run) {
        double widest = 0;
        for (Layer layer : model.textLayers()) {
            double width = STREAM * model.hiddenSize().orElse(0);
            double inside = 0;
            for (Block block : layer.feedForwards()) {
                if (block instanceof FeedForward feedForward) {
                    inside = Math.max(inside, (double) feedForward.inner() * (feedForward.gated() ? 3 : 2));
                }
            }
            for (Attention attention : layer.attentions()) {
                Heads heads = attention.heads();
                inside = Math.max(inside, 2.0 * heads.queryWidth() + heads.keyWidth() + heads.valueWidth());
            }
            widest = Math.max(widest, width + inside / ranks.tensor());
        }
        return Math.round(widest * run.tokens() * run.activationBytes());
    }

    /// Two buffers for the rows of all chosen experts: one as wide as the stream or the activated product,
    /// one as wide as the stream or gate and up together (`TritonExperts.workspace_shapes`).
    private static long expertWorkspace(Anatomy model, Ranks ranks, Run run) {
        long hidden = model.hiddenSize().orElse(0);
        long widest = 0;
        for (Layer layer : model.textLayers()) {
            for (Block block : layer.feedForwards()) {
                if (block instanceof Experts experts && experts.expert() instanceof FeedForward expert) {
                    long inner =
                            ranks.isExpertParallel() ? expert.inner() : Math.ceilDiv(expert.inner(), ranks.tensor());
                    long joined = expert.gated() ? 2 * inner : inner;
                    long each = Math.max(hidden, inner) + Math.max(hidden, joined);
                    widest = Math.max(widest, each * experts.activeExpertCount());
                }
            }
        }
        return widest * run.tokens() * run.activationBytes();
    }

    private static long blasWorkspace(String generation) {
        return switch (generation) {
            case "Hopper", "Blackwell" -> HOPPER_WORKSPACE;
            default -> OLDER_WORKSPACE;
        };
    }
}
