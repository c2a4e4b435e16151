package dev.weighbridge.planner.pick;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The models picked, the best first.
///
/// @param places in order
/// @param excluded how many models of the catalogue are out, by reason
public record Ranking(List<Place> places, Map<Exclusion, Integer> excluded) {
    /// A model in its place.
    ///
    /// @param rank from 1; models that tie with the first of their group share its rank
    /// @param isTied whether another shares the rank
    /// @param isOnFront whether no other is at least as good, as fast and as cheap, and better in one of
    /// these
    /// @param choice the model
    public record Place(int rank, boolean isTied, boolean isOnFront, Choice choice) {}

    /// Copies the collections.
    public Ranking {
        places = List.copyOf(places);
        excluded = Map.copyOf(excluded);
    }

    /// Ranks by quality. A group of ties begins with the best that is not in one and holds those after
    /// it whose band overlaps with that one's.
    static Ranking of(List<Choice> choices, Map<Exclusion, Integer> excluded) {
        List<Choice> sorted = choices.stream()
                .sorted(Comparator.comparingDouble(
                                (Choice choice) -> -choice.quality().value())
                        .thenComparing(choice -> choice.facts().name()))
                .toList();
        List<Integer> ranks = ranks(sorted);
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            Choice choice = sorted.get(i);
            int rank = ranks.get(i);
            boolean isTied = (i > 0 && ranks.get(i - 1) == rank) || (i + 1 < sorted.size() && ranks.get(i + 1) == rank);
            boolean isOnFront = sorted.stream().noneMatch(other -> other.dominates(choice));
            places.add(new Place(rank, isTied, isOnFront, choice));
        }
        return new Ranking(places, excluded);
    }

    private static List<Integer> ranks(List<Choice> sorted) {
        List<Integer> ranks = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (!sorted.get(first).quality().isTieWith(sorted.get(i).quality())) {
                first = i;
            }
            ranks.add(first + 1);
        }
        return ranks;
    }

    /// How many models of the catalogue were looked at.
    public int considered() {
        return places.size()
                + excluded.values().stream().mapToInt(Integer::intValue).sum();
    }
}
