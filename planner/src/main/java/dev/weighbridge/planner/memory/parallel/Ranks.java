package dev.weighbridge.planner.memory.parallel;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import java.util.stream.IntStream;

/// How an engine divides a model: every matrix in `tensor` parts, the layers in `pipeline` stages.
///
/// @param tensor ranks that share every matrix
/// @param pipeline stages one after the other
/// @param isExpertParallel whether whole experts go to the tensor ranks
/// @param attention ranks that share an attention; fewer than `tensor` where groups of ranks attend to
///     sequences of their own (SGLang's data-parallel attention), with embeddings and head whole on each
public record Ranks(int tensor, int pipeline, boolean isExpertParallel, int attention) {
    /// Checks that groups are of equal size.
    public Ranks {
        if (tensor < 1 || pipeline < 1 || attention < 1 || tensor % attention != 0) {
            throw new IllegalArgumentException(
                    attention + " ranks that share an attention do not divide " + tensor + " tensor ranks");
        }
    }

    /// All tensor ranks sharing attention as well.
    public Ranks(int tensor, int pipeline, boolean isExpertParallel) {
        this(tensor, pipeline, isExpertParallel, tensor);
    }

    /// The same with attention in so many groups, each with sequences of its own.
    public Ranks withAttentionGroups(int groups) {
        return new Ranks(tensor, pipeline, isExpertParallel, tensor / Math.max(1, groups));
    }

    /// Rows of a vocabulary are filled up to a multiple of it (vLLM `DEFAULT_VOCAB_PADDING_SIZE`).
    public static final long VOCABULARY_PADDING = 64;

    /// What a placement asks for; whole layers to each device are stages of a pipeline.
    ///
    /// @throws UnsupportedException without a device
    /// @throws IllegalArgumentException if ranks and devices differ in number
    public static Ranks of(Placement placement, String engine) {
        int devices = placement.devices().size();
        if (devices == 0) {
            throw new UnsupportedException(engine + " needs an accelerator: name a device");
        }
        Ranks ranks = switch (placement.split()) {
            case Split.Layers _ -> new Ranks(1, devices, false);
            case Split.Parallel parallel ->
                new Ranks(parallel.tensor(), parallel.pipeline(), parallel.isExpertParallel());
        };
        if ((long) ranks.tensor * ranks.pipeline != devices) {
            throw new IllegalArgumentException(ranks.tensor + " tensor ranks times " + ranks.pipeline
                    + " pipeline stages are not the " + devices + " devices given");
        }
        return ranks;
    }

    /// All ranks of one replica.
    public int count() {
        return tensor * pipeline;
    }

    /// Rows of a vocabulary as the engine holds them.
    public static long paddedVocabulary(long rows) {
        return Math.ceilDiv(rows, VOCABULARY_PADDING) * VOCABULARY_PADDING;
    }

    /// Refuses what the engine refuses at start.
    ///
    /// @throws UnsupportedException naming the figure that cannot be divided
    public void check(Anatomy model, String engine) {
        long layers = model.textLayers().size();
        if (pipeline > 1 && layers < pipeline) {
            throw new UnsupportedException(
                    engine + " cannot spread " + layers + " layers over " + pipeline + " stages");
        }
        if (tensor == 1) {
            return;
        }
        for (Layer layer : model.textLayers()) {
            for (Attention attention : layer.attentions()) {
                if (attention.heads().headCount() % this.attention != 0) {
                    refuse(attention.heads().headCount(), "attention heads", engine);
                }
                int kvHeads = attention.heads().kvHeadCount();
                boolean isLatent = attention.heads().latentRank() > 0;
                if (!isLatent && kvHeads % this.attention != 0 && this.attention % kvHeads != 0) {
                    refuse(kvHeads, "key-value heads", engine);
                }
            }
            layer.feedForwards().forEach(block -> {
                if (block instanceof FeedForward feedForward) {
                    divide(feedForward.inner(), "feed-forward columns", engine);
                } else if (!isExpertParallel
                        && block instanceof Experts experts
                        && experts.expert() instanceof FeedForward expert) {
                    divide(expert.inner(), "expert columns", engine);
                }
            });
        }
        model.vocabularySize().ifPresent(rows -> divide(paddedVocabulary(rows), "rows of vocabulary", engine));
    }

    /// The largest of `1 … devices` tensor ranks that divides the model, with stages for the rest.
    public static Ranks widest(Anatomy model, int devices, String engine) {
        return IntStream.iterate(devices, tensor -> tensor >= 1, tensor -> tensor - 1)
                .filter(tensor -> devices % tensor == 0)
                .mapToObj(tensor -> new Ranks(tensor, devices / tensor, false))
                .filter(ranks -> ranks.divides(model, engine))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        engine + " cannot divide " + model.name() + " among " + devices + " devices"));
    }

    private boolean divides(Anatomy model, String engine) {
        try {
            check(model, engine);
            return true;
        } catch (UnsupportedException _) {
            return false;
        }
    }

    private void divide(long figure, String what, String engine) {
        if (figure % tensor != 0) {
            refuse(figure, what, engine);
        }
    }

    private void refuse(long figure, String what, String engine) {
        throw new UnsupportedException(
                engine + " cannot divide " + figure + " " + what + " among " + tensor + " tensor ranks",
                "take a number of ranks that divides them, or pipeline stages");
    }
}
