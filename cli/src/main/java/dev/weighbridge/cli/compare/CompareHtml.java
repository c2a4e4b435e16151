package dev.weighbridge.cli.compare;

import dev.weighbridge.cli.compare.Scatter.Band;
import dev.weighbridge.cli.compare.Scatter.Point;
import dev.weighbridge.cli.fit.Amounts;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A comparison as one self-contained page: quality against speed, memory and cost, and the numbers. It
/// loads nothing.
final class CompareHtml {
    private static final double GIB = 1L << 30;

    private final Comparison comparison;

    private CompareHtml(Comparison comparison) {
        this.comparison = comparison;
    }

    /// The whole page.
    static String page(Comparison comparison) {
        return new CompareHtml(comparison).page();
    }

    private String page() {
        String names = comparison.models().stream()
                .map(model -> Html.escape(model.name()))
                .collect(Collectors.joining(" · "));
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>%s</title>
                <style>%s</style></head>
                <body><main>
                <h1>%s</h1><p class="facts">on %s · %s · context %s</p>
                <h2>Quality at %s against speed, memory and cost</h2>
                <p>A cross is the band that holds four of five. Where crosses overlap upright, the models tie.</p>
                <div class="charts">%s</div>
                <h2>In numbers</h2><div class="scroll">%s</div>
                <footer>Made by Weighbridge. Quality is the mean of %s, per cent right, less what the precision costs; n/m: so many of a task's
                benchmarks are published, the others estimated from parameters, date and the model's own other scores. %s. GiB is 2<sup>30</sup> bytes.</footer>
                </main></body></html>
                """.formatted(
                        names,
                        Html.STYLE,
                        names,
                        Html.escape(comparison.site().machine().label()),
                        Html.escape(comparison.site().runtime().name()),
                        new Count(comparison.site().workload().context()),
                        Html.escape(comparison.task().id()),
                        charts(),
                        table(),
                        Html.escape(comparison.task().benchmarks().stream()
                                .map(benchmark -> benchmark.title())
                                .collect(Collectors.joining(", "))),
                        Html.escape(Amounts.LEGEND));
    }

    private String charts() {
        return chart(
                        "Quality and speed",
                        "decode, tokens/s",
                        tick -> String.format(Locale.ROOT, "%,.0f", tick),
                        model -> model.decode().map(CompareHtml::band))
                + chart(
                        "Quality and memory",
                        "memory, GiB",
                        CompareHtml::short_,
                        model -> model.bytes().map(bytes -> Band.of(bytes / GIB)))
                + chart(
                        "Quality and cost",
                        "$ a million written tokens",
                        CompareHtml::short_,
                        model -> model.price()
                                .map(Price::dollarsPerMillionAnswerTokens)
                                .map(Band::of));
    }

    private static String short_(double tick) {
        return tick >= 1 ? String.format(Locale.ROOT, "%,.0f", tick) : String.format(Locale.ROOT, "%.2g", tick);
    }

    private static Band band(Rate rate) {
        return new Band(rate.tokensPerSecond(), rate.low(), rate.high());
    }

    private String chart(
            String title, String across, DoubleFunction<String> format, Function<Compared, Optional<Band>> figure) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < comparison.models().size(); i++) {
            Compared model = comparison.models().get(i);
            Optional<Quality> quality = model.quality(comparison.task());
            Optional<Band> x = figure.apply(model).filter(band -> band.low() > 0);
            if (quality.isPresent() && x.isPresent()) {
                Band y = new Band(
                        quality.get().value(),
                        quality.get().low(),
                        quality.get().high());
                points.add(new Point(model.name(), i, x.get(), y));
            }
        }
        return new Scatter(title, across, "per cent right", format, points).svg();
    }

    private String table() {
        StringBuilder table = new StringBuilder("<table><tr><th></th>");
        for (int i = 0; i < comparison.models().size(); i++) {
            table.append("<th><i class=\"m")
                    .append(i % Html.COLOURS)
                    .append("\"></i>")
                    .append(Html.escape(comparison.models().get(i).name()))
                    .append("</th>");
        }
        table.append("<th></th></tr>");
        String group = "";
        for (Row row : Rows.of(comparison)) {
            if (!row.group().equals(group)) {
                group = row.group();
                table.append("<tr><th class=\"group\" colspan=\"")
                        .append(comparison.models().size() + 2)
                        .append("\">")
                        .append(Html.escape(group))
                        .append("</th></tr>");
            }
            table.append("<tr><td>").append(Html.escape(row.label())).append("</td>");
            row.cells()
                    .forEach(cell ->
                            table.append("<td>").append(Html.escape(cell)).append("</td>"));
            table.append("<td class=\"note\">").append(Html.escape(row.note())).append("</td></tr>");
        }
        return table.append("</table>").toString();
    }
}
