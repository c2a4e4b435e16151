package dev.weighbridge.cli.pick;

import dev.weighbridge.cli.fit.Amounts;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.quality.Quality;
import java.util.Locale;

/// The figures of a choice as table and screen show them.
final class ChoiceCells {
    private ChoiceCells() {}

    static String rank(Place place) {
        return (place.isTied() ? "=" : "") + place.rank();
    }

    static String front(Place place) {
        return place.isOnFront() ? "*" : "";
    }

    /// `61.3 (57–65)`, marked by its basis.
    static String quality(Quality quality) {
        return String.format(
                Locale.ROOT,
                "%s%.1f (%.0f–%.0f)",
                Amounts.mark(quality.basis()),
                quality.value(),
                quality.low(),
                quality.high());
    }

    static String parameters(Choice choice) {
        return new Count(choice.facts().parameterCount()).words();
    }

    static String active(Choice choice) {
        long active = choice.facts().activeParameterCount();
        return active == choice.facts().parameterCount() ? "all" : new Count(active).words();
    }

    static String precision(Choice choice) {
        return choice.answer().precision().name();
    }

    static String memory(Choice choice) {
        return Amounts.bytes(choice.bytes(), Basis.ESTIMATED);
    }

    static String decode(Choice choice) {
        return choice.answer()
                .speed()
                .map(speed -> Amounts.rate(speed.decode()))
                .orElse("");
    }

    static String cost(Choice choice) {
        return choice.dollarsPerMillion().isPresent()
                ? "~" + Amounts.dollars(choice.dollarsPerMillion().getAsDouble())
                : "";
    }

    static String licence(Choice choice) {
        return choice.facts().licence().orElse("unknown");
    }
}
