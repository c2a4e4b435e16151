package dev.weighbridge.cli.fit;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.MemoryUse;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.Portion;
import java.util.List;

/// Where every figure of a plan comes from, line by line.
final class FitExplanation {
    private final Output out;

    FitExplanation(Output out) {
        this.out = out;
    }

    void print(Question question, Answer answer) {
        Allocation allocation = answer.allocation().orElseThrow();
        out.println(out.paint(Style.BOLD, question.model().name()) + " at "
                + answer.precision().name() + " with "
                + question.runtime().name() + " " + question.runtime().version() + " on "
                + question.machine().label());
        for (Component component : Component.values()) {
            List<Portion> portions = allocation.plan().portions().stream()
                    .filter(portion -> portion.component() == component)
                    .toList();
            if (!portions.isEmpty()) {
                component(component, allocation, portions);
            }
        }
        out.println(
                out.paint(Style.BOLD, "total") + " = " + exact(allocation.plan().total()));
        limits(question, allocation);
        out.println(out.paint(Style.BOLD, "verdict") + ": " + Sentences.full(answer.verdict()));
    }

    private void component(Component component, Allocation allocation, List<Portion> portions) {
        out.println(out.paint(Style.BOLD, component.label().replace('_', ' ')) + " = "
                + exact(allocation.plan().of(component)) + ", "
                + allocation.plan().basis(component).label());
        Columns columns = Columns.of(LEFT, RIGHT, LEFT);
        for (Portion portion : portions) {
            columns.row(
                    "  " + place(allocation, portion.device()),
                    new Count(portion.bytes()).toString(),
                    "= " + portion.derivation());
        }
        columns.lines().forEach(out::println);
    }

    private void limits(Question question, Allocation allocation) {
        out.println(out.paint(Style.BOLD, "limits"));
        for (MemoryUse use : allocation.uses()) {
            String limit = use.isLimited() ? exact(use.usableBytes()) + " may be taken" : "no limit stated";
            out.println("  " + place(allocation, use.device()) + ": " + exact(use.neededBytes()) + " needed, " + limit
                    + (use.isHost() ? "" : visible(question, allocation, use)));
        }
    }

    private static String visible(Question question, Allocation allocation, MemoryUse use) {
        var device = allocation.placement().devices().get(use.device());
        return String.format(
                java.util.Locale.ROOT,
                ": %s visible (%s) × %.2f − %s",
                new ByteSize(device.visibleBytes()),
                device.visibleBasis().label(),
                question.budget().share(),
                new ByteSize(question.budget().headroomBytes()));
    }

    private static String place(Allocation allocation, int device) {
        if (device == Portion.HOST) {
            return "main memory";
        }
        int count = allocation.placement().devices().size();
        String name = allocation.placement().devices().get(device).name();
        return count == 1 ? name : name + " #" + device;
    }

    private static String exact(long bytes) {
        return new Count(bytes) + " bytes (" + new ByteSize(bytes) + ")";
    }
}
