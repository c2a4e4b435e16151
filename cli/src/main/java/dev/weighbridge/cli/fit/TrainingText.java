package dev.weighbridge.cli.fit;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.TrainingRun;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.training.Method;
import dev.weighbridge.planner.training.TrainingMemory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a training step takes, for a person.
final class TrainingText {
    /// BF16 weights and gradients, an FP32 copy and two FP32 moments.
    private static final int MIXED_ADAM_BYTES = 16;

    private static final int CHINCHILLA = 20;

    private static final List<Component> PARTS = List.of(
            Component.WEIGHTS,
            Component.GRADIENTS,
            Component.OPTIMIZER_STATE,
            Component.ACTIVATIONS,
            Component.COMPUTE,
            Component.OVERHEAD);

    private final Output out;

    TrainingText(Output out) {
        this.out = out;
    }

    void print(FitReport report, TrainingRun run) {
        Question question = report.question();
        Answer answer = report.answers().getFirst();
        long tokens = question.workload().context();
        int sequences = question.workload().sequences();
        out.println(run.label() + base(run, answer) + "; " + sequences + (sequences == 1 ? " sequence" : " sequences")
                + " of " + new Count(tokens) + " tokens on each device");
        long trained = TrainingMemory.trainableParameters(
                question.model(), run.settings().method());
        long all = question.model().count().total();
        out.println(new Count(trained) + " parameters are trained"
                + (trained == all ? "" : String.format(Locale.ROOT, ", %.2f %% of all", trained * 100.0 / all)));
        answer.allocation().ifPresent(allocation -> table(answer, allocation.plan()));
        rules(all, answer);
    }

    private static String base(TrainingRun run, Answer answer) {
        return run.settings().method() instanceof Method.Adapters
                ? " on " + answer.precision().name() + " weights"
                : "";
    }

    private void table(Answer answer, MemoryPlan plan) {
        Columns columns = Columns.of(RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, LEFT, RIGHT);
        columns.row(
                "  weights",
                "gradients",
                "optimizer",
                "activations",
                "compute",
                "other",
                "total",
                "fits",
                "longest sequence");
        String[] cells = new String[PARTS.size() + 3];
        for (int i = 0; i < PARTS.size(); i++) {
            cells[i] = Amounts.bytes(plan.of(PARTS.get(i)), plan.basis(PARTS.get(i)));
        }
        cells[0] = "  " + cells[0];
        cells[PARTS.size()] = "~" + new ByteSize(plan.total());
        cells[PARTS.size() + 1] = Sentences.brief(answer.verdict());
        cells[PARTS.size() + 2] = answer.maxContext() == 0 ? "none" : new Count(answer.maxContext()).toString();
        columns.row(cells);
        List<String> lines = columns.lines();
        out.println(out.paint(Style.DIM, lines.getFirst()));
        out.println(lines.getLast());
    }

    private void rules(long parameters, Answer answer) {
        out.println(out.paint(Style.DIM, "rules of thumb"));
        Columns columns = Columns.of(LEFT, RIGHT, LEFT);
        Optional<MemoryPlan> plan = answer.allocation().map(allocation -> allocation.plan());
        columns.row(
                "  16 bytes a parameter",
                new ByteSize(parameters * MIXED_ADAM_BYTES).decimal(),
                "Adam in mixed precision, activations left out"
                        + plan.map(found -> "; here " + new ByteSize(states(found)).decimal() + ", and "
                                        + new ByteSize(found.total() - states(found)).decimal() + " beside them")
                                .orElse(""));
        columns.row(
                "  20 tokens a parameter",
                new Count(Math.multiplyExact(parameters, CHINCHILLA)).words() + " tokens",
                "to train it from nothing by Chinchilla's law; tuning takes thousands of examples, not billions of tokens");
        columns.lines().forEach(out::println);
    }

    private static long states(MemoryPlan plan) {
        return plan.of(Component.WEIGHTS) + plan.of(Component.GRADIENTS) + plan.of(Component.OPTIMIZER_STATE);
    }
}
