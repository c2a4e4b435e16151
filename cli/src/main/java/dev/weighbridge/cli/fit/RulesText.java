package dev.weighbridge.cli.fit;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalLong;

/// The rules of thumb that people know, beside the exact figures, with what they leave out.
final class RulesText {
    /// Tokens a parameter at which a fixed amount of computing trains the best model (arXiv:2203.15556).
    private static final int CHINCHILLA = 20;

    private final Output out;

    RulesText(Output out) {
        this.out = out;
    }

    void print(FitReport report) {
        long parameters = report.question().model().count().total();
        if (parameters == 0) {
            return;
        }
        Columns columns = Columns.of(LEFT, RIGHT, LEFT);
        columns.row("  2 bytes a parameter", decimal(parameters * 2), held(report, 15.5, 16, 16.5));
        columns.row("  half a byte at 4 bits", decimal(parameters / 2), held(report, 3.5, 4.5, 6));
        report.best().flatMap(Answer::allocation).ifPresent(allocation -> {
            MemoryPlan plan = allocation.plan();
            columns.row(
                    "  10–30 % on top",
                    "", onTop(report.best().get().precision().name(), plan));
        });
        columns.row(
                "  20 tokens a parameter",
                new Count(Math.multiplyExact(parameters, CHINCHILLA)).words() + " tokens",
                "best use of a training budget by Chinchilla's law; models made to be used see far more");
        OptionalLong active = report.question().model().count().active();
        if (active.isPresent() && active.getAsLong() != parameters) {
            columns.row(
                    "  active is not total",
                    new Count(active.getAsLong()).words() + " of " + new Count(parameters).words(),
                    "active parameters set the speed, all of them take memory");
        }
        out.println(out.paint(Style.DIM, "rules of thumb"));
        columns.lines().forEach(out::println);
        out.println("  more parameters are not more quality: that is what published scores measure");
    }

    private static String decimal(long bytes) {
        return new ByteSize(bytes).decimal();
    }

    /// Of the precisions asked about the one that takes nearest to so many bits a parameter, and what it
    /// truly takes.
    private static String held(FitReport report, double fromBits, double bits, double toBits) {
        long parameters = report.question().model().count().total();
        return report.answers().stream()
                .filter(answer -> answer.allocation().isPresent())
                .filter(answer -> bits(answer, parameters) >= fromBits && bits(answer, parameters) < toBits)
                .min(Comparator.comparingDouble(answer -> Math.abs(bits(answer, parameters) - bits)))
                .map(answer -> String.format(
                        Locale.ROOT,
                        "%s holds %s, %.2f bits each",
                        answer.precision().name(),
                        decimal(weightBytes(answer)),
                        bits(answer, parameters)))
                .orElse("");
    }

    private static double bits(Answer answer, long parameters) {
        return weightBytes(answer) * 8.0 / parameters;
    }

    private static long weightBytes(Answer answer) {
        return answer.allocation().orElseThrow().plan().of(Component.WEIGHTS);
    }

    /// The rest over the weights; a pool is no need but what is left, so it is not counted.
    private static String onTop(String precision, MemoryPlan plan) {
        long weights = plan.of(Component.WEIGHTS);
        if (weights == 0) {
            return "";
        }
        boolean isPool = plan.cachePool().isPresent();
        long rest = plan.total() - weights - (isPool ? plan.of(Component.KV_CACHE) : 0);
        double share = rest / (double) weights;
        String verdict = share < 0.1 ? "less than the rule" : share <= 0.3 ? "as the rule says" : "more than the rule";
        return Amounts.percent(share) + " here at " + precision
                + (isPool ? ", and the cache takes what is left" : " and this context") + ": " + verdict;
    }
}
