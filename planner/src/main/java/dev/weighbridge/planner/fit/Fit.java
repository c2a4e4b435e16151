package dev.weighbridge.planner.fit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Answers whether a model fits, and if not, why and what would help.
public final class Fit {
    private final Speeds speeds;
    private final RemedyFinder remedies;
    private final CostTerms terms;

    /// Tells speeds with `speeds` and may name one of `known` where another device would do.
    public Fit(SpeedModel speeds, List<Device> known) {
        this(speeds, known, CostTerms.usual());
    }

    /// The same with costs on these terms.
    public Fit(SpeedModel speeds, List<Device> known, CostTerms terms) {
        this.terms = terms;
        this.speeds = new Speeds(speeds);
        this.remedies = new RemedyFinder(known.stream()
                .sorted(Comparator.comparingLong(Device::visibleBytes))
                .toList());
    }

    /// The answer for one precision.
    public Answer answer(Question question, Precision precision) {
        Trials trials = new Trials(question, precision);
        Placement placement;
        Allocation allocation;
        try {
            placement = trials.placement();
            allocation = trials.allocate(placement, question.workload());
        } catch (UnsupportedException e) {
            return new Answer(precision, new Verdict.Unsupported(e.getMessage()), null, 0, null, null, List.of());
        }
        if (allocation.fits()) {
            return yes(trials, precision, allocation, verdict(trials, placement));
        }
        if (mayUseHost(question)) {
            Optional<Offload> offload = Offload.find(trials, placement);
            if (offload.isPresent()) {
                Offload found = offload.get();
                return yes(
                        trials,
                        precision,
                        found.allocation(),
                        new Verdict.FitsPartly(found.deviceLayers(), trials.layerCount(), found.hostExpertLayers()));
            }
        }
        return new Answer(
                precision,
                new Verdict.DoesNotFit(allocation.shortage().orElseThrow()),
                allocation,
                trials.largestContext(placement),
                null,
                null,
                remedies.find(trials, placement, allocation.plan().total()));
    }

    /// The answer with no largest context and no remedies, which take many plans to find: for choosing
    /// among many models. The largest context stands as 0.
    public Answer brief(Question question, Precision precision) {
        Trials trials = new Trials(question, precision);
        try {
            Placement placement = trials.placement();
            Allocation allocation = trials.allocate(placement, question.workload());
            if (allocation.fits()) {
                return priced(trials, precision, allocation, whole(placement), 0);
            }
            Optional<Offload> offload = mayUseHost(question) ? Offload.find(trials, placement) : Optional.empty();
            return offload.map(found -> priced(
                            trials,
                            precision,
                            found.allocation(),
                            new Verdict.FitsPartly(found.deviceLayers(), trials.layerCount(), found.hostExpertLayers()),
                            0))
                    .orElseGet(() -> new Answer(
                            precision,
                            new Verdict.DoesNotFit(allocation.shortage().orElseThrow()),
                            allocation,
                            0,
                            null,
                            null,
                            List.of()));
        } catch (UnsupportedException e) {
            return new Answer(precision, new Verdict.Unsupported(e.getMessage()), null, 0, null, null, List.of());
        }
    }

    /// The answers for several precisions, each no with the largest of the others that would fit.
    ///
    /// @param precisions those asked about
    /// @param ladder those that may be named instead, the largest first
    public List<Answer> answers(Question question, List<Precision> precisions, List<Precision> ladder) {
        List<Precision> fitting = null;
        List<Answer> answers = new ArrayList<>();
        for (Precision asked : precisions) {
            Answer answer = answer(question, asked);
            if (answer.verdict() instanceof Verdict.DoesNotFit) {
                fitting = fitting == null ? fitting(question, ladder) : fitting;
                answer = withOther(question, answer, fitting);
            }
            answers.add(answer);
        }
        return answers;
    }

    private static List<Precision> fitting(Question question, List<Precision> ladder) {
        return ladder.stream()
                .<Precision>map(StoredOnce::of)
                .filter(precision -> new Trials(question, precision).fits())
                .toList();
    }

    private static Answer withOther(Question question, Answer answer, List<Precision> fitting) {
        long bytes = answer.allocation().orElseThrow().plan().of(Component.WEIGHTS);
        Optional<Remedy> other = fitting.stream()
                .filter(precision -> precision.store(question.model()).total() < bytes)
                .findFirst()
                .map(precision -> new Remedy.OtherPrecision(precision.name()));
        return other.map(answer::withRemedy).orElse(answer);
    }

    /// Whether the rest of the model may be put into a main memory whose size is known.
    private static boolean mayUseHost(Question question) {
        Machine machine = question.machine();
        return question.layout().mayOffload()
                && !machine.devices().isEmpty()
                && !machine.isUnified()
                && machine.processor().isPresent();
    }

    private Answer yes(Trials trials, Precision precision, Allocation allocation, Verdict verdict) {
        return priced(trials, precision, allocation, verdict, trials.largestContext(allocation.placement()));
    }

    private Answer priced(
            Trials trials, Precision precision, Allocation allocation, Verdict verdict, long largestContext) {
        Question question = trials.question();
        Placement placement = allocation.placement();
        Optional<SpeedEstimate> speed = speeds.of(question, trials.precision(), placement);
        Optional<Price> price =
                speed.flatMap(estimate -> Price.of(placement.devices(), estimate, question.exchange(), terms));
        return new Answer(
                precision, verdict, allocation, largestContext, speed.orElse(null), price.orElse(null), List.of());
    }

    private static Verdict whole(Placement placement) {
        int count = placement.devices().size();
        return count == 0 ? new Verdict.FitsOnProcessor() : new Verdict.Fits(count, count);
    }

    private static Verdict verdict(Trials trials, Placement placement) {
        Question question = trials.question();
        int count = placement.devices().size();
        if (count == 0) {
            return new Verdict.FitsOnProcessor();
        }
        int onDevices = Math.min(placement.offloadedLayers(), trials.layerCount());
        if (onDevices < trials.layerCount() || placement.hostExpertLayers() > 0) {
            return new Verdict.FitsPartly(onDevices, trials.layerCount(), placement.hostExpertLayers());
        }
        for (int fewer = trials.fewestDevices(); fewer < count; fewer++) {
            if (trials.on(question.machine().first(fewer)).fits()) {
                return new Verdict.Fits(fewer, count);
            }
        }
        return new Verdict.Fits(count, count);
    }
}
