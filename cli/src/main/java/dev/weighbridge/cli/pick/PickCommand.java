package dev.weighbridge.cli.pick;

import dev.weighbridge.cli.failure.ExitCode;
import dev.weighbridge.cli.fit.Hardware;
import dev.weighbridge.cli.fit.HardwareOptions;
import dev.weighbridge.cli.fit.WorkloadOptions;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.pick.Criteria;
import dev.weighbridge.planner.pick.Picker;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.pick.Site;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.quality.Tasks;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weigh pick`: ranks the known models for a task, a machine and a user's limits.
@Command(
        name = "pick",
        description =
                "Pick a model for a task and a machine: ranked by published scores, at the precision to take, with "
                        + "memory, speed and cost. On a terminal the list can be searched, sorted and opened.",
        footer = {
            "  weigh pick                                        for this machine",
            "  weigh pick --task coding --device 'RTX 4090' --context 32k --min-speed 30",
            "  weigh pick --task vision --device 'M4 Max' --licence apache --input image",
            "  weigh pick --task rag --device 2xH100 --runtime vllm --parallel 16 --max-cost 1",
            "  weigh pick --task coding --every-device           the best model for each device",
            "  weigh pick --task chat --language de --front --plain",
            "  weigh pick --task reasoning --json | jq '.models[0]'"
        })
public final class PickCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Picker> pickers;
    private final Supplier<Hardware> hardware;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private PickOptions pickOptions = new PickOptions();

    @Mixin
    private HardwareOptions hardwareOptions = new HardwareOptions();

    @Mixin
    private WorkloadOptions workloadOptions = new WorkloadOptions();

    @Option(
            names = "--runtime",
            paramLabel = "<name>",
            description = "llama.cpp, vllm, sglang, transformers or weighbridge (default: llama.cpp).")
    private String runtime = "llama.cpp";

    @Option(
            names = "--precision",
            paramLabel = "<names>",
            description = "The precisions to choose among, with commas (default: the usual ones of the runtime).")
    private @Nullable String precision;

    @Option(names = "--sort", paramLabel = "<by>", description = "${COMPLETION-CANDIDATES} (default: quality).")
    private Order order = Order.QUALITY;

    @Option(names = "--front", description = "Only what no other beats in quality, speed and cost at once.")
    private boolean front;

    @Option(names = "--limit", paramLabel = "<n>", description = "So many at most (default: 20).")
    private int limit = 20;

    @Option(names = "--every-device", description = "The best model for each device that is known.")
    private boolean everyDevice;

    @Option(names = "--plain", description = "Print the table, on a terminal too.")
    private boolean plain;

    @Option(names = "--json", description = "Write JSON.")
    private boolean json;

    /// Picks with `pickers` among devices of `hardware`, and writes to `terminal`.
    public PickCommand(Terminal terminal, Supplier<Picker> pickers, Supplier<Hardware> hardware) {
        this.terminal = terminal;
        this.pickers = pickers;
        this.hardware = hardware;
    }

    @Override
    public Integer call() throws IOException {
        try {
            return pick();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int pick() throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("--limit must be at least 1, not " + limit);
        }
        Criteria criteria = pickOptions.criteria(Tasks.embedded());
        Hardware available = hardware.get();
        Site site = site(everyDevice ? anyOf(available) : hardwareOptions.machine(available));
        Picker picker = pickers.get();
        if (everyDevice) {
            return everywhere(picker, criteria, site, available.catalogue().devices());
        }
        progress("weighing the catalogue …");
        PickReport report = new PickReport(
                criteria, site, picker.pick(criteria, site), choice -> picker.largestContext(choice, site));
        progress("");
        List<Place> shown = order.sorted(report.ranking().places()).stream()
                .filter(place -> !front || place.isOnFront())
                .limit(limit)
                .toList();
        if (json) {
            PickJson.write(terminal.out(), report, shown);
        } else if (terminal.isInteractive() && !plain && !shown.isEmpty()) {
            PickScreen.show(new PickBoard(report));
        } else {
            new PickText(terminal.out()).print(report, shown);
        }
        return shown.isEmpty() ? ExitCode.ANSWER_IS_NO.number() : ExitCode.FINE.number();
    }

    private int everywhere(Picker picker, Criteria criteria, Site site, List<Device> devices) {
        List<Device> accelerators = devices.stream()
                .filter(device -> device.kind() != Device.Kind.PROCESSOR)
                .toList();
        List<Picker.OnDevice> picked = picker.pickEverywhere(criteria, site, accelerators);
        PickReport report = new PickReport(
                criteria, site, new dev.weighbridge.planner.pick.Ranking(List.of(), java.util.Map.of()), _ -> 0);
        if (json) {
            PickJson.write(terminal.out(), report, picked, accelerators);
        } else {
            new PickText(terminal.out()).print(report, picked, accelerators.size());
        }
        return picked.isEmpty() ? ExitCode.ANSWER_IS_NO.number() : ExitCode.FINE.number();
    }

    private static Machine anyOf(Hardware available) {
        return Machine.of(available.catalogue().devices().getFirst(), 1);
    }

    private Site site(Machine machine) {
        RuntimeChoice choice = RuntimeChoice.named(runtime, hardwareOptions.share());
        Format format = choice.runtime().fileFormat();
        List<Precision> ladder = precision == null
                ? Precisions.standard(format)
                : Arrays.stream(precision.split(",", -1))
                        .map(name -> Precisions.parse(name, format))
                        .toList();
        return new Site(
                choice.runtime(),
                choice.budget(),
                machine,
                workloadOptions.workload(),
                workloadOptions.isContextGiven(),
                hardwareOptions.layout(),
                workloadOptions.exchange(),
                ladder);
    }

    /// A line that the next one takes the place of, for a person alone.
    private void progress(String text) {
        if (terminal.err().isTerminal()) {
            terminal.err().print("\r\033[K" + text);
            terminal.err().flush();
        }
    }
}
