package dev.weighbridge.cli.pick;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.fit.Amounts;
import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Exclusion;
import dev.weighbridge.planner.pick.Picker.OnDevice;
import dev.weighbridge.planner.pick.Ranking;
import dev.weighbridge.planner.pick.Ranking.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The report of `weigh pick` for a person.
final class PickText {
    private final Output out;

    PickText(Output out) {
        this.out = out;
    }

    /// The table of these places of a report.
    void print(PickReport report, List<Place> shown) {
        heading(report);
        if (report.ranking().places().isEmpty()) {
            out.println("no model passes" + excluded(report.ranking()));
            return;
        }
        table(report, shown);
        int left = report.ranking().places().size() - shown.size();
        if (left > 0) {
            out.println(out.paint(
                    Style.DIM,
                    "  " + left + " more: --limit " + report.ranking().places().size()));
        }
        out.println();
        report.basis().forEach(out::println);
        out.println("* on the front: no other here is at least as good, as fast and as cheap"
                + excluded(report.ranking()) + ".");
        out.println(out.paint(Style.DIM, Amounts.LEGEND));
    }

    private void heading(PickReport report) {
        out.println(
                out.paint(Style.BOLD, "A model for " + report.criteria().task().id()) + "  that "
                        + report.criteria().task().does());
        out.println("on " + report.site().machine().label() + " · "
                + report.site().runtime().name() + " · context "
                + new Count(report.site().workload().context()) + " · "
                + new Count(report.site().workload().sequences())
                + (report.site().workload().sequences() == 1 ? " sequence" : " sequences"));
    }

    private void table(PickReport report, List<Place> shown) {
        Columns columns =
                Columns.of(RIGHT, LEFT, LEFT, RIGHT, RIGHT, RIGHT, LEFT, RIGHT, RIGHT, RIGHT, RIGHT, LEFT, LEFT);
        columns.row(
                "rank",
                "",
                "model",
                "quality",
                "parameters",
                "active",
                "precision",
                "memory",
                "decode tok/s",
                "$/Mtok",
                "max context",
                "tier",
                "licence");
        List<Long> contexts = shown.parallelStream()
                .map(place -> report.contexts().largest(place.choice()))
                .toList();
        for (int i = 0; i < shown.size(); i++) {
            Place place = shown.get(i);
            Choice choice = place.choice();
            columns.row(
                    ChoiceCells.rank(place),
                    ChoiceCells.front(place),
                    choice.facts().name(),
                    ChoiceCells.quality(choice.quality()),
                    ChoiceCells.parameters(choice),
                    ChoiceCells.active(choice),
                    ChoiceCells.precision(choice),
                    ChoiceCells.memory(choice),
                    ChoiceCells.decode(choice),
                    ChoiceCells.cost(choice),
                    contexts.get(i) == 0 ? "" : new Count(contexts.get(i)).toString(),
                    choice.tier().label(),
                    ChoiceCells.licence(choice));
        }
        printLines(columns.lines());
    }

    private void printLines(List<String> lines) {
        out.println(out.paint(Style.DIM, lines.getFirst()));
        lines.stream().skip(1).forEach(out::println);
    }

    private static String excluded(Ranking ranking) {
        List<String> reasons = new ArrayList<>();
        ranking.excluded().entrySet().stream()
                .filter(entry -> entry.getKey() != Exclusion.OTHER_TASK)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(entry ->
                        reasons.add(entry.getValue() + " " + entry.getKey().label()));
        return reasons.isEmpty() ? "" : "; left out: " + String.join(", ", reasons);
    }

    /// The best model for each of many devices.
    void print(PickReport report, List<OnDevice> picked, int asked) {
        out.println(out.paint(
                        Style.BOLD,
                        "The best model for " + report.criteria().task().id()) + "  on each of "
                + asked + " devices · " + report.site().runtime().name() + " · context "
                + new Count(report.site().workload().context()));
        Columns columns = Columns.of(LEFT, LEFT, RIGHT, LEFT, RIGHT, RIGHT, RIGHT);
        columns.row("device", "model", "quality", "precision", "memory", "decode tok/s", "$/Mtok");
        for (OnDevice each : picked) {
            Choice choice = each.choice();
            columns.row(
                    each.device().name(),
                    choice.facts().name(),
                    ChoiceCells.quality(choice.quality()),
                    ChoiceCells.precision(choice),
                    ChoiceCells.memory(choice),
                    ChoiceCells.decode(choice),
                    ChoiceCells.cost(choice));
        }
        printLines(columns.lines());
        int without = asked - picked.size();
        if (without > 0) {
            out.println(without + " devices have room for none.");
        }
        out.println(out.paint(Style.DIM, Amounts.LEGEND));
    }
}
