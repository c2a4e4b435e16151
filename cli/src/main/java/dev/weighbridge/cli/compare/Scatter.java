package dev.weighbridge.cli.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// A chart of points with their bands as SVG: across on a logarithmic axis, up on a linear one.
///
/// @param title above the chart
/// @param across what the horizontal axis shows
/// @param up what the vertical axis shows
/// @param format of the horizontal axis's figures
/// @param points what is drawn, each in a colour of its own by its order
record Scatter(String title, String across, String up, DoubleFunction<String> format, List<Point> points) {
    private static final double WIDTH = 640;
    private static final double HEIGHT = 360;
    private static final double LEFT = 56;
    private static final double RIGHT = 24;
    private static final double TOP = 30;
    private static final double BOTTOM = 48;
    private static final double MARGIN_FACTOR = 1.6;

    /// A point with the bands of both coordinates.
    ///
    /// @param index of the model, which gives its colour
    record Point(String name, int index, Band x, Band y) {}

    /// A value with its band.
    record Band(double value, double low, double high) {
        /// A value without one.
        static Band of(double value) {
            return new Band(value, value, value);
        }
    }

    /// Copies the list.
    Scatter {
        points = List.copyOf(points);
    }

    /// The chart as an element of a page; empty text where there is nothing to draw.
    String svg() {
        if (points.isEmpty()) {
            return "";
        }
        double least =
                points.stream().mapToDouble(point -> point.x().low()).min().orElseThrow() / MARGIN_FACTOR;
        double most =
                points.stream().mapToDouble(point -> point.x().high()).max().orElseThrow() * MARGIN_FACTOR;
        double floor = Math.floor(points.stream()
                                .mapToDouble(point -> point.y().low())
                                .min()
                                .orElseThrow()
                        / 10)
                * 10;
        double ceiling = Math.ceil(points.stream()
                                .mapToDouble(point -> point.y().high())
                                .max()
                                .orElseThrow()
                        / 10)
                * 10;
        Axes axes = new Axes(least, most, floor, Math.max(floor + 10, ceiling));
        StringBuilder svg = new StringBuilder();
        svg.append(format(
                "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">",
                Html.escape(title), WIDTH, HEIGHT, Html.escape(title)));
        grid(svg, axes);
        points.forEach(point -> point(svg, axes, point));
        return svg.append("</svg></figure>").toString();
    }

    private void grid(StringBuilder svg, Axes axes) {
        for (double power = Math.floor(Math.log10(axes.least())); power <= Math.log10(axes.most()); power++) {
            for (int step : new int[] {1, 2, 5}) {
                double tick = step * Math.pow(10, power);
                if (tick >= axes.least() && tick <= axes.most()) {
                    line(svg, "grid", axes.x(tick), TOP, axes.x(tick), HEIGHT - BOTTOM);
                    text(svg, "middle", axes.x(tick), HEIGHT - BOTTOM + 16, format.apply(tick));
                }
            }
        }
        for (double tick = axes.floor(); tick <= axes.ceiling(); tick += 10) {
            line(svg, "grid", LEFT, axes.y(tick), WIDTH - RIGHT, axes.y(tick));
            text(svg, "end", LEFT - 6, axes.y(tick) + 4, String.format(Locale.ROOT, "%.0f", tick));
        }
        text(svg, "middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across);
        text(svg, "start", 4, 12, up);
    }

    private static void point(StringBuilder svg, Axes axes, Point point) {
        String colour = "m" + point.index() % Html.COLOURS;
        double x = axes.x(point.x().value());
        double y = axes.y(point.y().value());
        line(svg, "band " + colour, axes.x(point.x().low()), y, axes.x(point.x().high()), y);
        line(
                svg,
                "band " + colour,
                x,
                axes.y(point.y().low()),
                x,
                axes.y(point.y().high()));
        svg.append(format(
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"><title>%s</title></circle>",
                colour, x, y, Html.escape(point.name())));
        boolean leansLeft = x > WIDTH * 0.7;
        text(svg, leansLeft ? "end" : "start", x + (leansLeft ? -9 : 9), y - 7, point.name());
    }

    private static void line(StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
        svg.append(
                format("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", style, x1, y1, x2, y2));
    }

    private static void text(StringBuilder svg, String anchor, double x, double y, String text) {
        svg.append(format("<text text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>", anchor, x, y, Html.escape(text)));
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that nothing else here needs
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /// Where values lie on the picture.
    private record Axes(double least, double most, double floor, double ceiling) {
        double x(double value) {
            double share = Math.log(value / least) / Math.log(most / least);
            return LEFT + share * (WIDTH - LEFT - RIGHT);
        }

        double y(double value) {
            double share = (value - floor) / (ceiling - floor);
            return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
        }
    }
}
