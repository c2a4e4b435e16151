package dev.weighbridge.cli.command;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The completion script for fish, which picocli does not write: one `complete` line for each subcommand, option and
/// closed list of arguments, under the condition that the command it belongs to is the one being typed.
///
/// @see <a href="https://fishshell.com/docs/current/cmds/complete.html">complete</a>
final class FishCompletion {

    private final String program;
    private final List<String> lines = new ArrayList<>();

    private FishCompletion(String program) {
        this.program = program;
    }

    static String script(CommandLine root) {
        FishCompletion completion = new FishCompletion(root.getCommandName());
        completion.describe(root.getCommandSpec(), "");
        return completion.lines.stream().collect(joining("\n", "", "\n"));
    }

    private void describe(CommandSpec command, String reached) {
        List<CommandSpec> children = command.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .distinct()
                .filter(child -> !child.usageMessage().hidden())
                .toList();
        String here = children.isEmpty() ? reached : and(reached, "not " + seen(namesOf(children)));
        for (CommandSpec child : children) {
            add(
                    here,
                    "-f -a " + quote(child.name())
                            + descriptionOf(child.usageMessage().description()));
        }
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) {
                add(here, describe(option));
            }
        }
        for (PositionalParamSpec positional : command.positionalParameters()) {
            String candidates = candidatesOf(positional.completionCandidates());
            if (!positional.hidden() && !candidates.isEmpty()) {
                add(here, "-f -a " + quote(candidates) + descriptionOf(positional.description()));
            }
        }
        for (CommandSpec child : children) {
            describe(child, and(reached, seen(child.name())));
        }
    }

    private static String describe(OptionSpec option) {
        String names = Stream.of(option.names())
                .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                .collect(joining(" "));
        String candidates = candidatesOf(option.completionCandidates());
        String values = "";
        if (!candidates.isEmpty()) {
            values = " -x -a " + quote(candidates);
        } else if (option.arity().max() > 0) {
            values = " -r";
        }
        return names + values + descriptionOf(option.description());
    }

    private void add(String condition, String what) {
        String when = condition.isEmpty() ? "" : " -n " + quote(condition);
        lines.add("complete -c " + program + when + " " + what);
    }

    private static String namesOf(List<CommandSpec> commands) {
        return commands.stream().map(CommandSpec::name).collect(joining(" "));
    }

    private static String seen(String names) {
        return "__fish_seen_subcommand_from " + names;
    }

    private static String and(String first, String second) {
        return first.isEmpty() ? second : first + "; and " + second;
    }

    private static String candidatesOf(@Nullable Iterable<String> candidates) {
        return candidates == null
                ? ""
                : StreamSupport.stream(candidates.spliterator(), false).collect(joining(" "));
    }

    private static String descriptionOf(String[] description) {
        return description.length == 0 ? "" : " -d " + quote(description[0]);
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
