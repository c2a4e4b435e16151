package dev.weighbridge.planner.pick;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.ModelFacts.Commercial;
import dev.weighbridge.planner.quality.Task;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What a model must be and do to be picked.
///
/// @param task what it is for
/// @param isCommercial whether its licence must allow commercial use, with or without conditions
/// @param licenceName part of the name of its licence; null for any
/// @param inputs what it must read (`image`), beside text
/// @param languageCode ISO 639-1 code of a language it must know; null for any
/// @param leastDecode tokens a second that one sequence must get; null for any
/// @param mostPerHour dollars that renting the machine may cost an hour; null for any
/// @param mostPerMillion dollars that a million written tokens may cost; null for any
public record Criteria(
        Task task,
        boolean isCommercial,
        @Nullable String licenceName,
        List<String> inputs,
        @Nullable String languageCode,
        @Nullable Double leastDecode,
        @Nullable Double mostPerHour,
        @Nullable Double mostPerMillion) {
    /// From so many languages on, a publisher lists only some of them.
    private static final int MANY_LANGUAGES = 80;

    /// Copies the list and checks the limits.
    public Criteria {
        inputs = List.copyOf(inputs);
        for (Double limit : new Double[] {leastDecode, mostPerHour, mostPerMillion}) {
            if (limit != null && !(limit > 0 && Double.isFinite(limit))) {
                throw new IllegalArgumentException("a limit on speed or cost is positive, not " + limit);
            }
        }
    }

    /// Any model that is made for a task.
    public static Criteria of(Task task) {
        return new Criteria(task, false, null, List.of(), null, null, null, null);
    }

    /// The slowest decode allowed.
    public OptionalDouble minimalDecode() {
        return optional(leastDecode);
    }

    /// The dearest hour allowed, in dollars.
    public OptionalDouble maximalDollarsPerHour() {
        return optional(mostPerHour);
    }

    /// The dearest million of written tokens allowed, in dollars.
    public OptionalDouble maximalDollarsPerMillion() {
        return optional(mostPerMillion);
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// Why a model is out by what is known of it, whatever the machine; empty if it is not.
    Optional<Exclusion> exclusion(ModelFacts facts) {
        if (!facts.tasks().contains(task.id())) {
            return Optional.of(Exclusion.OTHER_TASK);
        }
        if (isCommercial && (facts.commercial() == Commercial.NO || facts.commercial() == Commercial.UNKNOWN)) {
            return Optional.of(Exclusion.LICENCE);
        }
        if (licenceName != null && !hasLicence(facts, licenceName)) {
            return Optional.of(Exclusion.LICENCE);
        }
        if (!facts.inputs().containsAll(inputs)) {
            return Optional.of(Exclusion.MODALITY);
        }
        return languageCode == null || knows(facts, languageCode) ? Optional.empty() : Optional.of(Exclusion.LANGUAGE);
    }

    private static boolean hasLicence(ModelFacts facts, String part) {
        return facts.licence()
                .filter(name -> name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    private static boolean knows(ModelFacts facts, String language) {
        return facts.languages().contains(language.toLowerCase(Locale.ROOT))
                || facts.languageCount().orElse(0) >= MANY_LANGUAGES;
    }
}
