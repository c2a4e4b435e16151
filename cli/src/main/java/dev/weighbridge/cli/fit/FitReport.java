package dev.weighbridge.cli.fit;

import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.TypicalDevices.Place;
import java.util.List;
import java.util.Optional;

/// All that is to be said about one model.
///
/// @param source the argument as given
/// @param question what was asked
/// @param answers one for each precision
/// @param isSingle whether one precision was named
/// @param elsewhere devices on which it fits alone, where none was named
record FitReport(String source, Question question, List<Answer> answers, boolean isSingle, List<Place> elsewhere) {
    FitReport {
        answers = List.copyOf(answers);
        elsewhere = List.copyOf(elsewhere);
    }

    /// The first answer that is yes, which is that of the largest precision; else the last that has a plan.
    Optional<Answer> best() {
        Optional<Answer> yes =
                answers.stream().filter(answer -> answer.verdict().isYes()).findFirst();
        return yes.isPresent()
                ? yes
                : answers.stream()
                        .filter(answer -> answer.allocation().isPresent())
                        .reduce((_, last) -> last);
    }

    /// Whether it fits at any of the precisions.
    boolean isYes() {
        return answers.stream().anyMatch(answer -> answer.verdict().isYes());
    }
}
