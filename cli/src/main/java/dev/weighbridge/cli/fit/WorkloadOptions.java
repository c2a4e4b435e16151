package dev.weighbridge.cli.fit;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say what is asked of a running model.
public final class WorkloadOptions {
    /// Enough for a conversation and a document, where the user does not say.
    private static final long USUAL_CONTEXT = 8192;

    @Option(
            names = "--context",
            paramLabel = "<tokens>",
            converter = TokenAmount.class,
            description = "Tokens of one sequence: 8192, 32k (default: 8k, or the model's own limit if less).")
    private @Nullable Long context;

    @Option(names = "--parallel", paramLabel = "<n>", description = "Sequences in work at a time (default: 1).")
    private int parallel = 1;

    @Option(
            names = "--batch",
            paramLabel = "<tokens>",
            description = "Tokens submitted at once (llama.cpp -b, vLLM --max-num-batched-tokens).")
    private int batch;

    @Option(names = "--ubatch", paramLabel = "<tokens>", description = "Tokens computed at once (llama.cpp -ub).")
    private int microBatch;

    @Option(
            names = "--kv-type",
            paramLabel = "<type>",
            converter = CacheTypes.Converter.class,
            description = "Type of the cache, or of keys,values: f16, q8_0, q8_0,q4_0, fp8.")
    private CacheTypes cache = new CacheTypes(DataType.F16, DataType.F16);

    @Option(
            names = "--flash-attention",
            paramLabel = "<when>",
            description = "${COMPLETION-CANDIDATES}; auto is what the runtime does by itself.")
    private FlashAttention flashAttention = FlashAttention.AUTO;

    @Option(
            names = "--prompt",
            paramLabel = "<tokens>",
            converter = TokenAmount.class,
            description = "Tokens of a prompt, for latency and cost (default: 512).")
    private long promptTokens = Exchange.usual().promptTokens();

    @Option(
            names = "--answer",
            paramLabel = "<tokens>",
            converter = TokenAmount.class,
            description = "Tokens of an answer (default: 256).")
    private long answerTokens = Exchange.usual().answerTokens();

    /// How attention scores are computed, as the user types it.
    enum FlashAttention {
        AUTO(AttentionKernel.AUTO),
        ON(AttentionKernel.FLASH),
        OFF(AttentionKernel.PLAIN);

        private final AttentionKernel kernel;

        FlashAttention(AttentionKernel kernel) {
            this.kernel = kernel;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether the user said how long a sequence is.
    public boolean isContextGiven() {
        return context != null;
    }

    /// The workload for a model.
    ///
    /// @throws IllegalArgumentException if a count is not positive
    public Workload workload(Anatomy model) {
        long own = model.contextLength().orElse(USUAL_CONTEXT);
        return workload(Math.max(1, Math.min(USUAL_CONTEXT, own)));
    }

    /// The workload for any model: of the usual context where the user does not say.
    ///
    /// @throws IllegalArgumentException if a count is not positive
    public Workload workload() {
        return workload(USUAL_CONTEXT);
    }

    private Workload workload(long usualContext) {
        if (parallel < 1) {
            throw new IllegalArgumentException("--parallel must be at least 1, not " + parallel);
        }
        if (batch < 0 || microBatch < 0) {
            throw new IllegalArgumentException("--batch and --ubatch must not be negative");
        }
        return new Workload(
                context == null ? usualContext : context,
                parallel,
                batch,
                microBatch,
                cache.keys(),
                cache.values(),
                flashAttention.kernel);
    }

    /// The prompt and answer for which latency and cost are told.
    public Exchange exchange() {
        return new Exchange(promptTokens, answerTokens);
    }
}
