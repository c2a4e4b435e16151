package dev.weighbridge.cli.inspect;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.RuleOfThumb;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// The compact sheet of one model, for a person.
final class SheetText {
    private static final int BAR = 24;
    private static final int FINDINGS = 12;

    private final Output out;

    SheetText(Output out) {
        this.out = out;
    }

    void print(WeighedModel model) {
        heading(model);
        parameters(model.count());
        shares(
                "by role",
                model.count().byRole(),
                role -> role.label().replace('_', ' '),
                model.count().total());
        if (model.count().byTower().size() > 1) {
            shares(
                    "by part",
                    model.count().byTower(),
                    Tower::label,
                    model.count().total());
        }
        dimensions(model);
        storage(model);
        if (model.count().total() > 0) {
            precisions(model.count());
            ruleOfThumb(model);
        }
        findings(model);
    }

    private void heading(WeighedModel model) {
        List<String> facts = new ArrayList<>();
        model.architecture().ifPresent(facts::add);
        model.blueprint().ifPresent(blueprint -> facts.add("family " + blueprint.family()));
        facts.add(model.checkpoint().format().label());
        out.println(out.paint(Style.BOLD, model.checkpoint().name()) + "  " + String.join(" · ", facts));
    }

    private void parameters(ParameterCount count) {
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, LEFT);
        columns.row("  parameters", new Count(count.total()).toString(), new Count(count.total()).words(), "exact");
        if (count.active().isEmpty()) {
            columns.row("  active", "unknown", "", "the configuration does not say how many experts a token meets");
        } else if (count.active().getAsLong() != count.total()) {
            long active = count.active().getAsLong();
            columns.row("  active", new Count(active).toString(), new Count(active).words(), "exact, for each token");
        }
        if (count.untiedTotal() != count.total()) {
            columns.row(
                    "  untied",
                    new Count(count.untiedTotal()).toString(),
                    new Count(count.untiedTotal()).words(),
                    "with tied parameters counted under each name");
        }
        if (count.embedding() > 0) {
            columns.row("  embedding", new Count(count.embedding()).toString(), new Count(count.embedding()).words());
            columns.row(
                    "  non-embedding",
                    new Count(count.nonEmbedding()).toString(),
                    new Count(count.nonEmbedding()).words());
        }
        printLines(columns);
    }

    private <K> void shares(String title, Map<K, Long> shares, Function<K, String> label, long total) {
        if (shares.isEmpty()) {
            return;
        }
        title(title);
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, LEFT);
        shares.entrySet().stream()
                .sorted(Map.Entry.<K, Long>comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> {
                    double share = total == 0 ? 0 : (double) entry.getValue() / total;
                    columns.row(
                            "  " + label.apply(entry.getKey()),
                            new Count(entry.getValue()).toString(),
                            String.format(Locale.ROOT, "%.2f %%", share * 100),
                            "█".repeat((int) Math.round(share * BAR)));
                });
        printLines(columns);
    }

    private void dimensions(WeighedModel model) {
        Map<String, Long> values =
                Hyperparameters.of(model.checkpoint().config()).values();
        if (values.isEmpty()) {
            return;
        }
        title("dimensions");
        Columns columns = Columns.of(LEFT, RIGHT);
        values.forEach((name, value) -> columns.row("  " + name.replace('_', ' '), new Count(value).toString()));
        printLines(columns);
    }

    private void storage(WeighedModel model) {
        Storage storage = Storage.of(model);
        if (storage.byType().isEmpty()) {
            return;
        }
        title("stored");
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT);
        storage.byType()
                .forEach((type, share) -> columns.row(
                        "  " + type,
                        new Count(share.tensors()) + (share.tensors() == 1 ? " tensor" : " tensors"),
                        new Count(share.parameters()).toString(),
                        new ByteSize(share.bytes()).toString(),
                        new ByteSize(share.bytes()).decimal(),
                        bits(share.parameters() == 0 ? 0 : share.bytes() * 8.0 / share.parameters())));
        columns.row(
                "  all",
                "",
                new Count(model.count().total()).toString(),
                new ByteSize(storage.bytes()).toString(),
                new ByteSize(storage.bytes()).decimal(),
                bits(storage.bitsPer(model.count().total())));
        printLines(columns);
    }

    private static String bits(double bits) {
        return String.format(Locale.ROOT, "%.2f bits/parameter", bits);
    }

    private void precisions(ParameterCount count) {
        title("weights would take");
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, LEFT);
        for (Precision precision : Precision.values()) {
            ByteSize size = precision.sizeOf(count.total());
            columns.row("  " + precision.label(), size.toString(), size.decimal(), precision.formula());
        }
        printLines(columns);
    }

    private void ruleOfThumb(WeighedModel model) {
        RuleOfThumb.of(Hyperparameters.of(model.checkpoint().config()), model.count())
                .ifPresent(rule -> {
                    title("rule of thumb 12·d²·L");
                    long difference = rule.exact() - rule.estimate();
                    out.println(String.format(
                            Locale.ROOT,
                            "  %s, %s than exact by %s: %s",
                            new Count(rule.estimate()).words(),
                            difference >= 0 ? "less" : "more",
                            new Count(Math.abs(difference)).words(),
                            reasons(rule)));
                });
    }

    private static String reasons(RuleOfThumb rule) {
        List<String> reasons = new ArrayList<>();
        rule.differences().entrySet().stream()
                .filter(entry -> entry.getValue() != 0)
                .sorted(Comparator.comparingLong(entry -> -Math.abs(entry.getValue())))
                .limit(4)
                .forEach(entry -> reasons.add(entry.getKey().label().replace('_', ' ')
                        + (entry.getValue() > 0 ? " +" : " −")
                        + new Count(Math.abs(entry.getValue())).words()));
        return String.join(", ", reasons);
    }

    private void findings(WeighedModel model) {
        if (model.findings().isEmpty()) {
            return;
        }
        title("findings");
        List<Finding> findings = model.findings();
        for (Finding finding : findings.subList(0, Math.min(FINDINGS, findings.size()))) {
            String where = finding.tensor().isEmpty() ? "" : finding.tensor() + ": ";
            out.println("  " + out.paint(Style.YELLOW, finding.kind().label().replace('_', ' ')) + "  " + where
                    + finding.message());
        }
        if (findings.size() > FINDINGS) {
            out.println("  and " + (findings.size() - FINDINGS) + " more; --json lists them all");
        }
    }

    private void title(String text) {
        out.println(out.paint(Style.DIM, text));
    }

    private void printLines(Columns columns) {
        columns.lines().forEach(out::println);
    }
}
