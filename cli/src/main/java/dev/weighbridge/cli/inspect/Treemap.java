package dev.weighbridge.cli.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/// Lays items out as rectangles whose areas are their shares and whose sides are as equal as can be: squarified treemap
/// (Bruls, Huizing, van Wijk 2000).
///
/// Items are taken in falling order of weight and set in rows along the shorter side of what is left; a row grows as
/// long
/// as its worst ratio of sides does not get worse.
final class Treemap {
    /// A rectangle, in the units of the surface.
    record Box(double x, double y, double width, double height) {
        double shorterSide() {
            return Math.min(width, height);
        }
    }

    /// An item in its place.
    record Tile<T>(T item, Box box) {}

    private Treemap() {}

    /// Places every item of positive weight; their areas fill the surface.
    static <T> List<Tile<T>> layOut(List<T> items, ToLongFunction<T> weight, Box surface) {
        List<T> sorted = items.stream()
                .filter(item -> weight.applyAsLong(item) > 0)
                .sorted(Comparator.comparingLong(weight).reversed())
                .toList();
        double total = sorted.stream().mapToDouble(weight::applyAsLong).sum();
        double scale = surface.width() * surface.height() / total;
        List<Tile<T>> tiles = new ArrayList<>();
        Box left = surface;
        int from = 0;
        while (from < sorted.size()) {
            int to = from + 1;
            double sum = weight.applyAsLong(sorted.get(from)) * scale;
            double first = sum;
            double worst = ratio(first, first, sum, left.shorterSide());
            while (to < sorted.size()) {
                double next = weight.applyAsLong(sorted.get(to)) * scale;
                double grown = ratio(first, next, sum + next, left.shorterSide());
                if (grown > worst) {
                    break;
                }
                worst = grown;
                sum += next;
                to++;
            }
            left = placeRow(sorted.subList(from, to), weight, scale, sum, left, tiles);
            from = to;
        }
        return tiles;
    }

    /// The worst ratio of sides in a row of this area along a side, given its largest and smallest item.
    private static double ratio(double largest, double smallest, double area, double side) {
        double depth = area / side;
        return Math.max(largest / (depth * depth), depth * depth / smallest);
    }

    /// Places a row along the shorter side of `left`.
    ///
    /// @return what is left beside it
    private static <T> Box placeRow(
            List<T> row, ToLongFunction<T> weight, double scale, double area, Box left, List<Tile<T>> tiles) {
        boolean upright = left.width() >= left.height();
        double depth = area / left.shorterSide();
        double along = upright ? left.y() : left.x();
        for (T item : row) {
            double length = weight.applyAsLong(item) * scale / depth;
            tiles.add(new Tile<>(
                    item, upright ? new Box(left.x(), along, depth, length) : new Box(along, left.y(), length, depth)));
            along += length;
        }
        return upright
                ? new Box(left.x() + depth, left.y(), Math.max(0, left.width() - depth), left.height())
                : new Box(left.x(), left.y() + depth, left.width(), Math.max(0, left.height() - depth));
    }
}
