package dev.weighbridge.cli.pick;

import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Criteria;
import dev.weighbridge.planner.pick.Ranking;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.pick.Site;
import java.util.List;
import java.util.stream.Collectors;

/// What is told of a pick.
///
/// @param criteria what was asked for
/// @param site where
/// @param ranking what passed
/// @param contexts finds the largest context of a choice, which takes a while
record PickReport(Criteria criteria, Site site, Ranking ranking, Contexts contexts) {
    /// Finds the largest context of a choice.
    interface Contexts {
        long largest(Choice choice);
    }

    /// What the order rests on, in sentences.
    List<String> basis() {
        String benchmarks = criteria.task().benchmarks().stream()
                .map(benchmark -> benchmark.title())
                .collect(Collectors.joining(", "));
        long whole = ranking.places().stream()
                .map(Place::choice)
                .filter(choice -> choice.quality().publishedCount()
                        == choice.quality().parts().size())
                .count();
        long none = ranking.places().stream()
                .filter(place -> place.choice().quality().publishedCount() == 0)
                .count();
        return List.of(
                "Ranked by the mean of " + benchmarks + ", per cent right, less what the precision costs. "
                        + whole + " of " + ranking.places().size() + " models have all of them published (°); the "
                        + "others' are estimated (~) from parameters, date of release, thinking and their own other "
                        + "scores, " + none + " of them from no score of these at all.",
                "Bands hold four of five; models whose bands overlap share a rank. Parameters are not quality: a rank "
                        + "rests on scores, never on a publisher's name.");
    }
}
