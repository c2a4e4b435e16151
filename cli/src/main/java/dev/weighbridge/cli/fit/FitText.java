package dev.weighbridge.cli.fit;

import static dev.weighbridge.cli.terminal.Columns.Align.LEFT;
import static dev.weighbridge.cli.terminal.Columns.Align.RIGHT;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.MemoryUse;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.TrainingRun;
import dev.weighbridge.planner.fit.TypicalDevices.Place;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The report of `weigh fit` for a person.
final class FitText {
    /// Devices that are named for a precision.
    private static final int NAMED = 4;

    /// What can be left out of a device's name.
    private static final String MAKER = "^(NVIDIA GeForce|NVIDIA|AMD Radeon|AMD|Intel|Qualcomm) ";

    private static final Set<Component> CACHE = Set.of(Component.KV_CACHE, Component.RECURRENT_STATE);
    private static final Set<Component> COMPUTE = Set.of(Component.COMPUTE, Component.OUTPUT);

    private final Output out;

    FitText(Output out) {
        this.out = out;
    }

    void print(FitReport report) {
        heading(report.question());
        if (report.question().runtime() instanceof TrainingRun run) {
            new TrainingText(out).print(report, run);
        } else {
            table(report);
        }
        if (report.isSingle()) {
            report.answers().getFirst().allocation().ifPresent(allocation -> places(report.question(), allocation));
        }
        report.best().ifPresent(best -> running(report.question(), best, report.isSingle()));
        refusals(report);
        elsewhere(report.elsewhere());
        if (!(report.question().runtime() instanceof TrainingRun)) {
            new RulesText(out).print(report);
        }
        warnings(report.answers());
        out.println(out.paint(Style.DIM, Amounts.LEGEND));
    }

    private void heading(Question question) {
        long total = question.model().count().total();
        List<String> facts = new ArrayList<>();
        facts.add(new Count(total).words() + " parameters");
        question.model().count().active().ifPresent(active -> {
            if (active != total) {
                facts.add(new Count(active).words() + " active");
            }
        });
        facts.add(question.runtime().name() + " " + question.runtime().version());
        out.println(out.paint(Style.BOLD, question.model().name()) + "  " + String.join(" · ", facts));
        out.println("on " + question.machine().label() + usable(question));
        if (!(question.runtime() instanceof TrainingRun)) {
            out.println(workload(question));
        }
    }

    private static String usable(Question question) {
        List<String> sizes = new ArrayList<>();
        for (Device device : new LinkedHashSet<>(question.machine().devices())) {
            sizes.add(Amounts.bytes(question.budget().usable(device), device.visibleBasis()));
        }
        question.machine()
                .processor()
                .ifPresent(host -> sizes.add(Amounts.bytes(question.budget().usableOnHost(host), host.visibleBasis())
                        + (question.machine().devices().isEmpty() ? "" : " of main memory")));
        return ": " + String.join(", ", sizes) + (question.machine().devices().size() > 1 ? " each" : "")
                + " may be taken";
    }

    private static String workload(Question question) {
        Workload workload = question.workload();
        String keys = workload.keyType().name().toLowerCase(Locale.ROOT);
        String values = workload.valueType().name().toLowerCase(Locale.ROOT);
        return "context " + new Count(workload.context())
                + (question.model().contextLength().isPresent()
                        ? " of " + new Count(question.model().contextLength().getAsLong())
                        : "")
                + " · " + new Count(workload.sequences()) + (workload.sequences() == 1 ? " sequence" : " sequences")
                + " · cache " + (keys.equals(values) ? keys : keys + " and " + values);
    }

    private void table(FitReport report) {
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, LEFT, RIGHT, RIGHT, RIGHT);
        columns.row(
                "  precision",
                "weights",
                "cache",
                "compute",
                "other",
                "total",
                "fits",
                "decode tok/s",
                "prefill tok/s",
                "max context");
        for (Answer answer : report.answers()) {
            columns.row(row(answer));
        }
        List<String> lines = columns.lines();
        out.println(out.paint(Style.DIM, lines.getFirst()));
        for (int i = 1; i < lines.size(); i++) {
            Verdict verdict = report.answers().get(i - 1).verdict();
            out.println(verdict.isYes() ? lines.get(i) : out.paint(Style.DIM, lines.get(i)));
        }
    }

    private static String[] row(Answer answer) {
        List<String> cells = new ArrayList<>();
        cells.add("  " + answer.precision().name());
        if (answer.allocation().isEmpty()) {
            cells.addAll(List.of("", "", "", "", "", Sentences.brief(answer.verdict())));
            return cells.toArray(String[]::new);
        }
        MemoryPlan plan = answer.allocation().get().plan();
        cells.add(cell(plan, Set.of(Component.WEIGHTS)));
        cells.add(cell(plan, CACHE));
        cells.add(cell(plan, COMPUTE));
        cells.add(cell(plan, others()));
        cells.add(cell(plan, Set.of(Component.values())));
        cells.add(Sentences.brief(answer.verdict()));
        cells.add(answer.speed().map(speed -> Amounts.rate(speed.decode())).orElse(""));
        cells.add(answer.speed()
                .map(speed -> "~" + Amounts.speed(speed.prefill().tokensPerSecond()))
                .orElse(""));
        cells.add(answer.maxContext() == 0 ? "none" : new Count(answer.maxContext()).toString());
        return cells.toArray(String[]::new);
    }

    private static Set<Component> others() {
        return Arrays.stream(Component.values())
                .filter(component ->
                        component != Component.WEIGHTS && !CACHE.contains(component) && !COMPUTE.contains(component))
                .collect(Collectors.toSet());
    }

    private static String cell(MemoryPlan plan, Set<Component> components) {
        long bytes = components.stream().mapToLong(plan::of).sum();
        return Amounts.bytes(
                bytes, Basis.weakest(components.stream().map(plan::basis).toList()));
    }

    private void places(Question question, Allocation allocation) {
        MemoryPlan plan = allocation.plan();
        title("where it lies");
        Columns columns = Columns.of(LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT);
        columns.row("  device", "weights", "cache", "compute", "other", "total", "left free");
        for (List<MemoryUse> alike : alike(allocation)) {
            MemoryUse use = alike.getFirst();
            columns.row(
                    "  " + name(alike, allocation.placement().devices().size()),
                    part(plan, use, Set.of(Component.WEIGHTS)),
                    part(plan, use, CACHE),
                    part(plan, use, COMPUTE),
                    part(plan, use, others()),
                    part(plan, use, Set.of(Component.values())),
                    free(use));
        }
        columns.lines().forEach(out::println);
        if (allocation.placement().devices().size() > 1) {
            out.println(
                    question.runtime() instanceof TrainingRun
                            ? "  each device has a share of the data"
                            : "  shared as "
                                    + Sentences.split(allocation.placement().split()));
        }
        plan.cachePool()
                .ifPresent(pool -> out.println("  the pool holds " + new Count(pool.tokens()) + " tokens, "
                        + String.format(Locale.ROOT, "%.1f", pool.sequences()) + " sequences of "
                        + new Count(allocation.workload().context())));
    }

    /// Memories that follow one another and hold the same, together.
    private static List<List<MemoryUse>> alike(Allocation allocation) {
        List<List<MemoryUse>> groups = new ArrayList<>();
        for (MemoryUse use : allocation.uses()) {
            if (!groups.isEmpty() && isAlike(allocation.plan(), groups.getLast().getFirst(), use)) {
                groups.getLast().add(use);
            } else {
                groups.add(new ArrayList<>(List.of(use)));
            }
        }
        return groups;
    }

    private static boolean isAlike(MemoryPlan plan, MemoryUse a, MemoryUse b) {
        return a.name().equals(b.name())
                && a.usableBytes() == b.usableBytes()
                && Arrays.stream(Component.values())
                        .allMatch(component -> plan.of(component, a.device()) == plan.of(component, b.device()));
    }

    private static String name(List<MemoryUse> alike, int deviceCount) {
        MemoryUse first = alike.getFirst();
        if (first.isHost() || deviceCount == 1) {
            return first.name();
        }
        String number = first.name() + " #" + first.device();
        return alike.size() == 1 ? number : number + "–" + alike.getLast().device() + ", each";
    }

    private static String part(MemoryPlan plan, MemoryUse use, Set<Component> components) {
        long bytes = components.stream()
                .mapToLong(component -> plan.of(component, use.device()))
                .sum();
        return Amounts.bytes(
                bytes, Basis.weakest(components.stream().map(plan::basis).toList()));
    }

    private static String free(MemoryUse use) {
        if (!use.isLimited()) {
            return "no limit stated";
        }
        return use.fits() ? new ByteSize(use.freeBytes()).toString() : "−" + new ByteSize(-use.freeBytes());
    }

    private void running(Question question, Answer answer, boolean isSingle) {
        if (answer.speed().isEmpty()) {
            return;
        }
        SpeedEstimate speed = answer.speed().get();
        long prompt = question.exchange().promptTokens();
        long tokens = question.exchange().answerTokens();
        double whole =
                speed.timeToFirstTokenSeconds() + (tokens - 1) / speed.decode().tokensPerSecond();
        title(isSingle ? "running" : "running at " + answer.precision().name());
        out.println("  first token after ~" + Amounts.seconds(speed.timeToFirstTokenSeconds()) + ", answer after ~"
                + Amounts.seconds(whole) + " (prompt of " + new Count(prompt) + ", answer of " + new Count(tokens)
                + " tokens)");
        out.println("  prefill at " + Amounts.rate(speed.prefill()) + " tok/s, decode limited by "
                + speed.bound().name().toLowerCase(Locale.ROOT));
        if (question.workload().sequences() > 1) {
            out.println("  all " + new Count(question.workload().sequences()) + " sequences together "
                    + Amounts.rate(speed.decodeTotal()) + " tok/s");
        }
        answer.cost()
                .ifPresent(
                        price -> new CostText(out).print(question.model().name(), speed, price, question.exchange()));
    }

    private void refusals(FitReport report) {
        Map<String, List<String>> impossible = new LinkedHashMap<>();
        List<Answer> refused = new ArrayList<>();
        for (Answer answer : report.answers()) {
            switch (answer.verdict()) {
                case Verdict.Fits _, Verdict.FitsOnProcessor _, Verdict.FitsPartly _ -> {}
                case Verdict.DoesNotFit _ -> refused.add(answer);
                case Verdict.Unsupported(String reason) ->
                    impossible
                            .computeIfAbsent(reason, _ -> new ArrayList<>())
                            .add(answer.precision().name());
            }
        }
        if (refused.isEmpty() && impossible.isEmpty()) {
            return;
        }
        title("why not");
        impossible.forEach((reason, names) -> out.println("  " + String.join(", ", names) + ": " + reason));
        for (Answer answer : refused) {
            out.println("  " + answer.precision().name() + " " + Sentences.full(answer.verdict()));
            if (!answer.remedies().isEmpty()) {
                out.println("    would fit "
                        + answer.remedies().stream().map(Sentences::remedy).collect(Collectors.joining("; ")));
            }
        }
    }

    /// By the precision that is the largest to fit, the smallest devices first.
    private void elsewhere(List<Place> places) {
        if (places.isEmpty()) {
            return;
        }
        Map<String, List<String>> byPrecision = new LinkedHashMap<>();
        places.forEach(place -> byPrecision
                .computeIfAbsent(place.precision().name(), _ -> new ArrayList<>())
                .add(place.device().name().replaceFirst(MAKER, "")));
        List<String> parts = new ArrayList<>();
        byPrecision.forEach((precision, names) ->
                parts.add(precision + ": " + String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
                        + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " larger" : "")));
        title("fits alone on");
        out.println("  " + String.join(" · ", parts));
    }

    private void warnings(List<Answer> answers) {
        Set<String> warnings = new LinkedHashSet<>();
        answers.stream()
                .filter(answer -> answer.verdict().isYes())
                .forEach(answer -> answer.allocation()
                        .ifPresent(
                                allocation -> warnings.addAll(allocation.plan().warnings())));
        warnings.forEach(warning -> out.println(out.paint(Style.YELLOW, "note") + "  " + warning));
    }

    private void title(String text) {
        out.println(out.paint(Style.DIM, text));
    }
}
