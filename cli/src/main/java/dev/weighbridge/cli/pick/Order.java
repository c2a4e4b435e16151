package dev.weighbridge.cli.pick;

import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Ranking.Place;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What places may be sorted by, the best first.
enum Order {
    QUALITY(Comparator.comparingInt(Place::rank)),
    SPEED(by(choice -> -choice.decode().orElse(0))),
    COST(by(choice -> choice.dollarsPerMillion().orElse(Double.MAX_VALUE))),
    MEMORY(by(choice -> (double) choice.bytes())),
    DATE(by(choice -> -choice.facts().releaseYear().orElse(0.0)));

    /// A figure of a choice, the smallest first.
    private interface Figure {
        double of(Choice choice);
    }

    private final Comparator<Place> comparator;

    Order(Comparator<Place> comparator) {
        this.comparator = comparator;
    }

    private static Comparator<Place> by(Figure figure) {
        return Comparator.comparingDouble((Place place) -> figure.of(place.choice()))
                .thenComparingInt(Place::rank);
    }

    /// The places in this order; ties stay as they were.
    List<Place> sorted(List<Place> places) {
        return places.stream().sorted(comparator).toList();
    }

    /// The order after this one, the first after the last.
    @SuppressWarnings("EnumOrdinal") // the next in the order they stand is what is asked
    Order next() {
        return values()[(ordinal() + 1) % values().length];
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
