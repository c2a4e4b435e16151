package dev.weighbridge.cli.pick;

import dev.weighbridge.cli.fit.Amounts;
import dev.weighbridge.cli.pick.PickBoard.Line;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.quality.Quality.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Everything that is known of one choice, as lines that scroll.
///
/// @param texts the lines
/// @param top the first that is shown
record PickDetails(List<String> texts, int top) {
    /// Copies the list.
    PickDetails {
        texts = List.copyOf(texts);
    }

    static PickDetails of(Place place, PickReport report) {
        Choice choice = place.choice();
        List<String> texts = new ArrayList<>();
        texts.add(choice.facts().name() + "  rank " + ChoiceCells.rank(place)
                + (place.isOnFront() ? ", on the front" : ""));
        texts.add("");
        facts(texts, choice.facts());
        texts.add("tier         " + choice.tier().label() + " (a rule of thumb by total parameters)");
        texts.add("");
        running(texts, choice, report);
        texts.add("");
        quality(texts, choice);
        texts.add("");
        texts.add("next         weigh fit " + choice.facts().name() + " --precision "
                + choice.answer().precision().name());
        return new PickDetails(texts, 0);
    }

    PickDetails scrolled(int lines) {
        return new PickDetails(texts, Math.clamp(top + (long) lines, 0, Math.max(0, texts.size() - 1)));
    }

    List<Line> lines(int height) {
        List<Line> lines = new ArrayList<>();
        for (int i = top; i < Math.min(texts.size(), top + height); i++) {
            lines.add(new Line(texts.get(i), i == 0, false));
        }
        return lines;
    }

    private static void facts(List<String> texts, ModelFacts facts) {
        texts.add("parameters   " + new Count(facts.parameterCount()) + " in all, "
                + new Count(facts.activeParameterCount()) + " active");
        texts.add("publisher    " + facts.publisher()
                + facts.released().map(date -> ", " + date).orElse(""));
        texts.add("licence      " + facts.licence().orElse("unknown") + ", commercial use "
                + facts.commercial().label());
        texts.add(
                "reads        " + String.join(", ", facts.inputs()) + "; makes " + String.join(", ", facts.outputs()));
        texts.add("languages    " + String.join(" ", facts.languages())
                + (facts.languageCount().isPresent()
                        ? " (" + facts.languageCount().getAsInt() + " by its publisher's count)"
                        : ""));
        facts.context().ifPresent(context -> texts.add("context      " + new Count(context) + " by its publisher"));
        texts.add("source       " + facts.source());
    }

    private static void running(List<String> texts, Choice choice, PickReport report) {
        texts.add("precision    " + ChoiceCells.precision(choice)
                + String.format(
                        Locale.ROOT,
                        ", which costs ~%.2f points (%.2f–%.2f)",
                        choice.loss().points(),
                        choice.loss().low(),
                        choice.loss().high()));
        choice.answer().allocation().map(Allocation::plan).ifPresent(plan -> {
            texts.add("memory       " + new ByteSize(plan.total()));
            for (Component component : Component.values()) {
                if (plan.of(component) > 0) {
                    texts.add("             "
                            + component.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " "
                            + Amounts.bytes(plan.of(component), plan.basis(component)));
                }
            }
        });
        texts.add("max context  " + new Count(report.contexts().largest(choice)));
        choice.answer().speed().ifPresent(speed -> {
            texts.add("decode       " + Amounts.rate(speed.decode()) + " tokens/s");
            texts.add("prefill      " + Amounts.rate(speed.prefill()) + " tokens/s");
        });
        choice.answer()
                .cost()
                .ifPresent(cost -> texts.add("cost         ~"
                        + Amounts.dollars(cost.dollarsPerMillionAnswerTokens()) + " a million written tokens, "
                        + Amounts.dollars(cost.dollarsPerHour()) + " an hour"));
    }

    private static void quality(List<String> texts, Choice choice) {
        texts.add("quality      " + ChoiceCells.quality(choice.quality()) + " per cent right at "
                + choice.quality().task().id() + ", " + choice.quality().publishedCount() + " of "
                + choice.quality().parts().size() + " published");
        for (Part part : choice.quality().parts()) {
            texts.add(String.format(
                    Locale.ROOT,
                    "             %-22s %5.1f (%.0f–%.0f)  %s",
                    part.benchmark().title(),
                    part.value(),
                    part.low(),
                    part.high(),
                    part.score().map(PickDetails::source).orElse("estimated")));
        }
    }

    private static String source(Score score) {
        String by = switch (score.by()) {
            case INDEPENDENT -> "";
            case PUBLISHER -> "the publisher's own " + score.value() + ", made comparable; ";
        };
        return by + score.source() + ", " + score.date();
    }
}
