package dev.weighbridge.cli.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.fit.TrainingRun;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.training.LoraTargets;
import dev.weighbridge.planner.training.Method;
import dev.weighbridge.planner.training.Numerics;
import dev.weighbridge.planner.training.Optimizer;
import dev.weighbridge.planner.training.TrainingSettings;
import dev.weighbridge.planner.training.TrainingSettings.ZeroStage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that ask for the memory of training instead.
public final class TrainingOptions {
    private static final long USUAL_SEQUENCE = 2048;
    private static final List<ZeroStage> ZERO_STAGES =
            List.of(ZeroStage.NONE, ZeroStage.ZERO_1, ZeroStage.ZERO_2, ZeroStage.ZERO_3);

    @Option(
            names = "--train",
            paramLabel = "<what>",
            description =
                    "Plan training instead: ${COMPLETION-CANDIDATES}; lora and qlora are adapters on frozen weights.")
    private @Nullable What what;

    @Option(names = "--optimizer", paramLabel = "<name>", description = "${COMPLETION-CANDIDATES} (default: adamw).")
    private Descent optimizer = Descent.ADAMW;

    @Option(
            names = "--numerics",
            paramLabel = "<widths>",
            description = "${COMPLETION-CANDIDATES} (default: mixed, which keeps an FP32 copy; autocast for adapters).")
    private @Nullable Widths numerics;

    @Option(
            names = "--sequence",
            paramLabel = "<tokens>",
            converter = TokenAmount.class,
            description = "Tokens of a training sequence (default: 2048).")
    private @Nullable Long sequence;

    @Option(names = "--micro-batch", paramLabel = "<n>", description = "Sequences of a step on a device (default: 1).")
    private int microBatch = 1;

    @Option(names = "--rank", paramLabel = "<r>", description = "Rank of adapters (default: 16).")
    private int rank = 16;

    @Option(
            names = "--targets",
            paramLabel = "<layers>",
            description = "Layers with adapters: all-linear, attention, or q_proj,v_proj (default: all-linear).")
    private String targets = "all-linear";

    @Option(
            names = "--zero",
            paramLabel = "<stage>",
            description =
                    "What replicas divide: 1 optimizer state, 2 gradients too, 3 weights too, as FSDP (default: 0).")
    private int zero;

    @Option(
            names = "--checkpointing",
            paramLabel = "<when>",
            description = "Whether activations are computed again in the backward pass: on or off (default: on).")
    private Switch checkpointing = Switch.ON;

    /// What is trained, as the user types it.
    enum What {
        FULL,
        LORA,
        QLORA;

        @Override
        public String toString() {
            return word(this);
        }
    }

    /// Optimisers, as the user types them.
    enum Descent {
        ADAMW(Optimizer.ADAMW),
        ADAMW_8BIT(Optimizer.ADAMW_8BIT),
        ADAFACTOR(Optimizer.ADAFACTOR),
        MUON(Optimizer.MUON),
        SGD(Optimizer.SGD),
        SGD_MOMENTUM(Optimizer.SGD_MOMENTUM);

        private final Optimizer meant;

        Descent(Optimizer meant) {
            this.meant = meant;
        }

        @Override
        public String toString() {
            return word(this);
        }
    }

    /// Widths of numbers in training, as the user types them.
    enum Widths {
        MIXED(Numerics.MIXED),
        AUTOCAST(Numerics.AUTOCAST),
        BF16(Numerics.BF16),
        FP32(Numerics.FP32);

        private final Numerics meant;

        Widths(Numerics meant) {
            this.meant = meant;
        }

        @Override
        public String toString() {
            return word(this);
        }
    }

    /// As the user types it.
    enum Switch {
        ON,
        OFF;

        @Override
        public String toString() {
            return word(this);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The training that is asked for, if any.
    ///
    /// @throws IllegalArgumentException if a figure makes no sense
    Optional<TrainingRun> run() {
        if (what == null) {
            return Optional.empty();
        }
        if (zero < 0 || zero >= ZERO_STAGES.size()) {
            throw new IllegalArgumentException("--zero is 0, 1, 2 or 3, not " + zero);
        }
        TrainingSettings settings = switch (what) {
            case FULL -> TrainingSettings.full(USUAL_SEQUENCE);
            case LORA -> TrainingSettings.lora(rank, USUAL_SEQUENCE).withMethod(adapters());
            case QLORA -> TrainingSettings.qlora(rank, USUAL_SEQUENCE).withMethod(adapters());
        };
        settings = settings.withOptimizer(optimizer.meant)
                .withZero(ZERO_STAGES.get(zero))
                .withCheckpointing(checkpointing == Switch.ON);
        return Optional.of(new TrainingRun(numerics == null ? settings : settings.withNumerics(numerics.meant)));
    }

    private Method adapters() {
        return new Method.Adapters(rank, LoraTargets.parse(targets), base());
    }

    /// How weights are stored that stay as they are, where the user does not say.
    Precision base() {
        return Precisions.parse(what == What.QLORA ? "NF4" : "BF16");
    }

    /// A step in the words of a workload.
    Workload workload(Anatomy model, Workload asked) {
        long tokens = sequence != null
                ? sequence
                : Math.min(USUAL_SEQUENCE, model.contextLength().orElse(USUAL_SEQUENCE));
        if (microBatch < 1) {
            throw new IllegalArgumentException("--micro-batch must be at least 1, not " + microBatch);
        }
        return asked.withContext(Math.max(1, tokens)).withSequences(microBatch);
    }
}
