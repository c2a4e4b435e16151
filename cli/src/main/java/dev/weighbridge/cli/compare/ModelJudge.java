package dev.weighbridge.cli.compare;

import dev.weighbridge.cli.models.ModelSources;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.pick.Picker;
import dev.weighbridge.planner.pick.Placed;
import dev.weighbridge.planner.pick.Site;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.QualityModel;
import dev.weighbridge.planner.quality.QuantizationLoss.Loss;
import dev.weighbridge.planner.quality.Task;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out about models what a comparison shows.
///
/// @param sources reads models
/// @param catalogue knows models by name
/// @param publications knows what was published about them
/// @param qualities judges them
/// @param picker places them
public record ModelJudge(
        ModelSources sources, Catalogue catalogue, Publications publications, QualityModel qualities, Picker picker) {
    /// What a model is published as may differ so much in parameters from what files hold: towers and extra layers.
    private static final double SAME = 0.15;

    /// What is compared of one source.
    Compared judge(String source, Site site) throws IOException {
        Anatomy model = Anatomy.of(sources.weigh(source));
        Optional<ModelFacts> facts = facts(source, model);
        Site here = hasFiles(model) ? site.among(List.of(Precisions.asStored())) : site;
        long limit = facts.flatMap(known -> known.context().stream().boxed().findFirst())
                .orElseGet(() -> model.contextLength().orElse(Long.MAX_VALUE));
        Optional<Placed> placed = picker.place(model, facts.flatMap(ModelFacts::nativePrecision), limit, here);
        long context = placed.filter(found -> found.answer().verdict().isYes())
                .map(found -> picker.largestContext(model, limit, found, here))
                .orElse(0L);
        return new Compared(
                source,
                model,
                facts.orElse(null),
                placed.orElse(null),
                context,
                facts.map(known -> qualities(known, placed.map(Placed::loss).orElse(Loss.NONE)))
                        .orElse(Map.of()));
    }

    private static boolean hasFiles(Anatomy model) {
        return model.weights().stream().anyMatch(weight -> weight.stored().isPresent());
    }

    /// What is known of the model that a source is a packaging of, if it has about as many parameters.
    private Optional<ModelFacts> facts(String source, Anatomy model) {
        return catalogue
                .resolve(source)
                .map(KnownModel::name)
                .flatMap(publications::facts)
                .filter(facts -> isAlike(facts.parameterCount(), model.count().total()));
    }

    private static boolean isAlike(long published, long held) {
        return Math.abs(held - published) <= SAME * (double) published;
    }

    private Map<Task, Quality> qualities(ModelFacts facts, Loss loss) {
        Map<Task, Quality> found = new HashMap<>();
        for (Task task : qualities.tasks().all()) {
            qualities.of(facts, task).ifPresent(quality -> found.put(task, quality.less(loss)));
        }
        return found;
    }

    /// The tasks that models are judged at.
    List<Task> tasks() {
        return qualities.tasks().all();
    }

    /// The task of that name.
    ///
    /// @throws IllegalArgumentException if there is none
    Task task(String id) {
        return qualities.tasks().named(id);
    }
}
