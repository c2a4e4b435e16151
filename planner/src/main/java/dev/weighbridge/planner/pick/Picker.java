package dev.weighbridge.planner.pick;

import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.pick.PrecisionLadder.Rung;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.QualityModel;
import dev.weighbridge.planner.quality.QuantizationLoss;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Picks models for a task and a machine.
///
/// Each model of the catalogue that passes the criteria is tried at the precisions of the site, the
/// least loss first, until one fits and is fast enough. The context asked for counts, not the one that
/// the model was made for. Anatomies are kept, so that a second pick with other criteria costs less.
public final class Picker {
    private final Publications publications;
    private final QualityModel qualities;
    private final QuantizationLoss losses;
    private final Fit fit;
    private final Anatomies anatomies;

    /// Picks among the models of `catalogue` that `families` build, judged by `qualities` and `losses`
    /// and placed by `fit`.
    public Picker(
            Catalogue catalogue,
            Families families,
            Publications publications,
            QualityModel qualities,
            QuantizationLoss losses,
            Fit fit) {
        this.publications = publications;
        this.qualities = qualities;
        this.losses = losses;
        this.fit = fit;
        this.anatomies = new Anatomies(catalogue, families);
    }

    /// Every model that passes, ranked.
    public Ranking pick(Criteria criteria, Site site) {
        List<Outcome> outcomes = publications.facts().parallelStream()
                .map(facts -> judge(facts, criteria, site))
                .toList();
        List<Choice> choices = new ArrayList<>();
        Map<Exclusion, Integer> excluded = new EnumMap<>(Exclusion.class);
        for (Outcome outcome : outcomes) {
            switch (outcome) {
                case Outcome.In(Choice choice) -> choices.add(choice);
                case Outcome.Out(Exclusion reason) -> excluded.merge(reason, 1, Integer::sum);
            }
        }
        return Ranking.of(choices, excluded);
    }

    /// What is said of one model: the choice of its precision, or why it is out.
    public Outcome judge(ModelFacts facts, Criteria criteria, Site site) {
        Optional<Exclusion> exclusion = criteria.exclusion(facts);
        if (exclusion.isPresent()) {
            return new Outcome.Out(exclusion.get());
        }
        Optional<Quality> quality = qualities.of(facts, criteria.task());
        if (quality.isEmpty()) {
            return new Outcome.Out(Exclusion.NO_QUALITY);
        }
        List<Rung> rungs =
                PrecisionLadder.of(site.ladder(), facts.nativePrecision(), facts.parameterCount(), losses).stream()
                        .filter(rung -> rung.mayFit(facts.parameterCount(), site.capacity()))
                        .toList();
        if (rungs.isEmpty()) {
            return new Outcome.Out(Exclusion.DOES_NOT_FIT);
        }
        Optional<Anatomy> anatomy = anatomies.of(facts.name());
        if (anatomy.isEmpty()) {
            return new Outcome.Out(Exclusion.UNSUPPORTED);
        }
        long limit = facts.context()
                .orElseGet(() ->
                        anatomy.get().contextLength().orElse(site.workload().context()));
        if (site.isContextFixed() && limit < site.workload().context()) {
            return new Outcome.Out(Exclusion.CONTEXT);
        }
        return judge(facts, quality.get(), criteria, site.about(anatomy.get(), limit), rungs);
    }

    private Outcome judge(ModelFacts facts, Quality quality, Criteria criteria, Question question, List<Rung> rungs) {
        Exclusion reason = Exclusion.UNSUPPORTED;
        for (Rung rung : rungs) {
            Optional<Answer> tried = brief(question, rung);
            if (tried.isEmpty()) {
                continue;
            }
            Answer answer = tried.get();
            if (answer.verdict() instanceof Verdict.DoesNotFit) {
                reason = Exclusion.DOES_NOT_FIT;
            }
            if (answer.verdict().isYes()) {
                if (!isFastEnough(answer, criteria)) {
                    reason = Exclusion.TOO_SLOW;
                } else if (!isCheapEnough(answer, criteria)) {
                    reason = Exclusion.TOO_DEAR;
                } else {
                    return new Outcome.In(new Choice(facts, quality.less(rung.loss()), rung.loss(), answer));
                }
            }
        }
        return new Outcome.Out(reason);
    }

    /// The answer at a precision; empty where the runtime cannot read the model's configuration.
    private Optional<Answer> brief(Question question, Rung rung) {
        try {
            return Optional.of(fit.brief(question, rung.precision()));
        } catch (WeighException _) {
            return Optional.empty();
        }
    }

    private static boolean isFastEnough(Answer answer, Criteria criteria) {
        OptionalDouble least = criteria.minimalDecode();
        return least.isEmpty()
                || answer.speed()
                        .map(SpeedEstimate::decode)
                        .filter(rate -> rate.tokensPerSecond() >= least.getAsDouble())
                        .isPresent();
    }

    private static boolean isCheapEnough(Answer answer, Criteria criteria) {
        Optional<Price> price = answer.cost();
        OptionalDouble hour = criteria.maximalDollarsPerHour();
        OptionalDouble million = criteria.maximalDollarsPerMillion();
        boolean hourFits = hour.isEmpty()
                || price.filter(cost -> cost.dollarsPerHour() <= hour.getAsDouble())
                        .isPresent();
        return hourFits
                && (million.isEmpty()
                        || price.filter(cost -> cost.dollarsPerMillionAnswerTokens() <= million.getAsDouble())
                                .isPresent());
    }

    /// Any model at the precision to take on a machine: the one of the least loss that fits, else the smallest of all.
    /// Empty where the runtime cannot run it at any.
    ///
    /// @param nativePrecision in which its publisher gives the weights, or 16 bits where empty
    /// @param contextLimit positions that it supports
    public Optional<Placed> place(Anatomy model, Optional<String> nativePrecision, long contextLimit, Site site) {
        long parameters = model.count().total();
        Question question = site.about(model, contextLimit);
        Placed last = null;
        for (Rung rung : PrecisionLadder.of(site.ladder(), nativePrecision, parameters, losses)) {
            Optional<Answer> answer =
                    brief(question, rung).filter(found -> found.allocation().isPresent());
            if (answer.isPresent()) {
                last = new Placed(rung.loss(), answer.get());
                if (answer.get().verdict().isYes()) {
                    return Optional.of(last);
                }
            }
        }
        return Optional.ofNullable(last);
    }

    /// The largest context of a model as it was placed, which takes many plans to find.
    public long largestContext(Anatomy model, long contextLimit, Placed placed, Site site) {
        return fit.answer(site.about(model, contextLimit), placed.answer().precision())
                .maxContext();
    }

    /// The best model for each device alone, in the order of the devices; a device on which none fits is
    /// left out.
    public List<OnDevice> pickEverywhere(Criteria criteria, Site site, List<Device> devices) {
        Shelf shelf = shelf(criteria, site.on(Machine.of(Shelf.endless(devices.getFirst()), 1)));
        return devices.parallelStream()
                .flatMap(
                        device -> best(shelf, criteria, site.on(Machine.of(device, 1)))
                                .map(choice -> new OnDevice(device, choice))
                                .stream())
                .toList();
    }

    /// The best model for a device.
    public record OnDevice(Device device, Choice choice) {}

    private Shelf shelf(Criteria criteria, Site site) {
        return new Shelf(publications.facts().parallelStream()
                .filter(facts -> criteria.exclusion(facts).isEmpty())
                .flatMap(facts -> items(facts, criteria, site).stream())
                .toList());
    }

    private List<Shelf.Item> items(ModelFacts facts, Criteria criteria, Site site) {
        Optional<Quality> quality = qualities.of(facts, criteria.task());
        Optional<Anatomy> anatomy = anatomies.of(facts.name());
        if (quality.isEmpty() || anatomy.isEmpty() || contextLimit(facts, anatomy.get(), site) < 1) {
            return List.of();
        }
        Question question = site.about(anatomy.get(), contextLimit(facts, anatomy.get(), site));
        List<Shelf.Item> items = new ArrayList<>();
        MemoryPlan plan = null;
        for (Rung rung : PrecisionLadder.of(site.ladder(), facts.nativePrecision(), facts.parameterCount(), losses)) {
            try {
                long weights = rung.precision().store(anatomy.get()).total();
                plan = plan == null ? plan(question, rung) : plan;
                long beside = plan.total() - plan.of(Component.WEIGHTS) - unasked(plan, question.workload());
                items.add(new Shelf.Item(facts, quality.get().less(rung.loss()), rung, weights + beside));
            } catch (WeighException _) {
                // Another precision may be supported.
            }
        }
        return items;
    }

    private static MemoryPlan plan(Question question, Rung rung) {
        Placement placement = question.layout()
                .place(question.runtime(), question.model(), question.machine().devices());
        return question.runtime().plan(question.model(), rung.precision(), question.workload(), placement);
    }

    /// Bytes of a serving engine's pool beyond what the sequences asked for take of it.
    private static long unasked(MemoryPlan plan, Workload workload) {
        return plan.cachePool()
                .map(pool -> (long) (plan.of(Component.KV_CACHE)
                        * Math.max(0, 1 - (double) workload.totalTokens() / Math.max(1, pool.tokens()))))
                .orElse(0L);
    }

    private Optional<Choice> best(Shelf shelf, Criteria criteria, Site site) {
        for (Shelf.Item item : shelf.within(site.capacity())) {
            Anatomy anatomy = anatomies.of(item.facts().name()).orElseThrow();
            Question question = site.about(anatomy, contextLimit(item.facts(), anatomy, site));
            if (judge(item.facts(), item.quality(), criteria, question, List.of(item.rung()))
                    instanceof Outcome.In(Choice choice)) {
                return Optional.of(
                        new Choice(item.facts(), item.quality(), item.rung().loss(), choice.answer()));
            }
        }
        return Optional.empty();
    }

    /// Positions that a model supports; 0 where they are fewer than must be.
    private static long contextLimit(ModelFacts facts, Anatomy anatomy, Site site) {
        long asked = site.workload().context();
        long limit = facts.context().orElseGet(() -> anatomy.contextLength().orElse(asked));
        return site.isContextFixed() && limit < asked ? 0 : limit;
    }

    /// The largest context of a choice on its machine, which takes many plans to find.
    public long largestContext(Choice choice, Site site) {
        return anatomies
                .of(choice.facts().name())
                .map(anatomy -> fit.answer(
                                site.about(anatomy, choice.facts().context().orElse(Long.MAX_VALUE)),
                                choice.answer().precision())
                        .maxContext())
                .orElse(0L);
    }
}
