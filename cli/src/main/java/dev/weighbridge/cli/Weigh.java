package dev.weighbridge.cli;

import dev.weighbridge.cli.command.CompletionCommand;
import dev.weighbridge.cli.command.WarmUpCommand;
import dev.weighbridge.cli.compare.CompareCommand;
import dev.weighbridge.cli.compare.ModelJudge;
import dev.weighbridge.cli.devices.DevicesCommand;
import dev.weighbridge.cli.devices.LocalHardware;
import dev.weighbridge.cli.emit.EmitCommand;
import dev.weighbridge.cli.failure.ExitCode;
import dev.weighbridge.cli.failure.Failure;
import dev.weighbridge.cli.fit.FitCommand;
import dev.weighbridge.cli.inspect.InspectCommand;
import dev.weighbridge.cli.inspect.ListCommand;
import dev.weighbridge.cli.models.ModelLocator;
import dev.weighbridge.cli.models.ModelSources;
import dev.weighbridge.cli.models.Surroundings;
import dev.weighbridge.cli.pick.PickCommand;
import dev.weighbridge.cli.run.GenerateCommand;
import dev.weighbridge.cli.run.LogitsCommand;
import dev.weighbridge.cli.run.RenderCommand;
import dev.weighbridge.cli.run.TokenizeCommand;
import dev.weighbridge.cli.terminal.ColorChoice;
import dev.weighbridge.cli.terminal.Terminal;
import dev.weighbridge.cli.validate.ValidateCommand;
import dev.weighbridge.files.hub.SourceResolver;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.device.host.HostReader;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.pick.Picker;
import dev.weighbridge.planner.quality.QualityModel;
import dev.weighbridge.planner.quality.QuantizationLoss;
import dev.weighbridge.planner.quality.Tasks;
import dev.weighbridge.planner.speed.SpeedModel;
import dev.weighbridge.planner.validation.Validation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `weigh` command: wires the commands to what they need, runs one, and is the edge where every
/// failure becomes one sentence and an exit code.
@Command(
        name = "weigh",
        versionProvider = Version.class,
        description = "Weighs an AI model's parameters: what they are, what they need and what they will do.",
        footer = {
            "  weigh inspect llama-3.1-8b",
            "  weigh inspect hf:Qwen/Qwen3-8B",
            "  weigh fit llama-3.1-70b --device H100 --devices 2",
            "  weigh list",
            "  weigh devices",
            "  weigh completion bash > ~/.local/share/bash-completion/completions/weigh",
            "",
            "Exit codes: 0 fine, 1 the answer is no, 2 bad usage, 3 bad input, 4 not found or unreachable."
        })
public final class Weigh implements Callable<Integer> {

    /// The narrowest help picocli lays out.
    private static final int NARROWEST_HELP = 55;

    /// Wider lines are hard to read, however wide the terminal is.
    private static final int WIDEST_HELP = 100;

    private final Terminal terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean helpWanted;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean versionWanted;

    private Weigh(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Runs one command line on the process's own streams and ends the process.
    public static void main(String... arguments) {
        Map<String, String> environment = System.getenv();
        Terminal terminal = Terminal.of(
                new FileOutputStream(FileDescriptor.out),
                isTerminal("out"),
                new FileOutputStream(FileDescriptor.err),
                isTerminal("err"),
                environment);
        terminal.keyboard(isTerminal("in"));
        System.exit(run(terminal, environment, arguments));
    }

    /// Runs one command line.
    ///
    /// @param environment read for `WEIGH_DEBUG`: set, a failure shows its stack trace too
    /// @return the exit code
    static int run(Terminal terminal, Map<String, String> environment, String... arguments) {
        try {
            return execute(terminal, new Surroundings(environment), arguments);
        } catch (Throwable e) {
            Failure failure = Failure.of(e);
            failure.print(terminal.err());
            if (environment.containsKey("WEIGH_DEBUG")) {
                e.printStackTrace(terminal.err());
            }
            return failure.exitCode().number();
        }
    }

    private static int execute(Terminal terminal, Surroundings surroundings, String... arguments) {
        CommandLine weigh = commandLine(terminal, surroundings);
        try {
            ParseResult parsed = weigh.parseArgs(arguments);
            weigh.setColorScheme(Help.defaultColorScheme(terminal.out().isColored() ? Ansi.ON : Ansi.OFF));
            return new RunLast().execute(parsed);
        } finally {
            terminal.out().flush();
        }
    }

    private static CommandLine commandLine(Terminal terminal, Surroundings surroundings) {
        Supplier<ModelSources> sources = () -> sources(surroundings);
        CommandLine weigh = new CommandLine(new Weigh(terminal))
                .addSubcommand(new InspectCommand(terminal, sources))
                .addSubcommand(new FitCommand(terminal, sources, () -> hardware(surroundings)))
                .addSubcommand(new ListCommand(terminal, sources, surroundings.stores()))
                .addSubcommand(new DevicesCommand(terminal, () -> hardware(surroundings)))
                .addSubcommand(new LogitsCommand(terminal, AllFamilies::families))
                .addSubcommand(new GenerateCommand(terminal, AllFamilies::families))
                .addSubcommand(new TokenizeCommand(terminal))
                .addSubcommand(new RenderCommand(terminal))
                .addSubcommand(new ValidateCommand(terminal, Weigh::validation))
                .addSubcommand(new PickCommand(terminal, Weigh::picker, () -> hardware(surroundings)))
                .addSubcommand(new CompareCommand(terminal, () -> judge(surroundings), () -> hardware(surroundings)))
                .addSubcommand(new EmitCommand(terminal, sources, () -> hardware(surroundings)))
                .addSubcommand(new CompletionCommand(terminal))
                .addSubcommand(new WarmUpCommand(Weigh::runUnseen));
        weigh.setOut(terminal.out());
        weigh.setErr(terminal.err());
        weigh.setExpandAtFiles(false);
        weigh.setCaseInsensitiveEnumValuesAllowed(true);
        weigh.setUsageHelpWidth(Math.clamp(terminal.width(), NARROWEST_HELP, WIDEST_HELP));
        layOutHelp(weigh);
        return weigh;
    }

    /// Made only by the commands that need them: `--version` does not wait for hundreds of families.
    private static ModelSources sources(Surroundings surroundings) {
        return new ModelSources(new ModelLocator(
                AllFamilies.families(), Catalogue.embedded(), new SourceResolver(surroundings.sources())));
    }

    private static Picker picker() {
        Publications publications = Publications.embedded();
        return picker(publications, QualityModel.of(publications, Tasks.embedded()));
    }

    private static Picker picker(Publications publications, QualityModel qualities) {
        return new Picker(
                Catalogue.embedded(),
                AllFamilies.families(),
                publications,
                qualities,
                QuantizationLoss.embedded(),
                new Fit(SpeedModel.embedded(), List.of()));
    }

    private static ModelJudge judge(Surroundings surroundings) {
        Publications publications = Publications.embedded();
        QualityModel qualities = QualityModel.of(publications, Tasks.embedded());
        return new ModelJudge(
                sources(surroundings), Catalogue.embedded(), publications, qualities, picker(publications, qualities));
    }

    private static LocalHardware hardware(Surroundings surroundings) {
        return new LocalHardware(
                surroundings.devicesFile().orElse(null), surroundings.cache().orElse(null), HostReader.ofThisMachine());
    }

    private static Validation validation() {
        return new Validation(AllFamilies.families(), Catalogue.embedded(), DeviceCatalogue.embedded());
    }

    private static void layOutHelp(CommandLine command) {
        UsageMessageSpec help = command.getCommandSpec().usageMessage();
        help.sortOptions(false);
        help.descriptionHeading("%n");
        help.parameterListHeading("%nArguments:%n");
        help.optionListHeading("%nOptions:%n");
        help.commandListHeading("%nCommands:%n");
        help.footerHeading("%nExamples:%n");
        command.getSubcommands().values().forEach(Weigh::layOutHelp);
    }

    private static void runUnseen(String... arguments) {
        OutputStream nowhere = OutputStream.nullOutputStream();
        run(Terminal.of(nowhere, false, nowhere, false, Map.of()), Map.of(), arguments);
    }

    // Told by the launcher, which asks for nothing: System.console() is there only if stdin is a terminal too.
    private static boolean isTerminal(String stream) {
        return System.getProperty("weigh.terminals", "").contains(stream);
    }

    @Option(
            names = "--color",
            paramLabel = "<when>",
            scope = ScopeType.INHERIT,
            description = "When to use colour: ${COMPLETION-CANDIDATES}.")
    void color(ColorChoice choice) {
        terminal.color(choice);
    }

    /// Without a command: shows the help, as an error.
    @Override
    public Integer call() {
        spec.commandLine().usage(terminal.err());
        return ExitCode.BAD_USAGE.number();
    }
}
