package dev.weighbridge.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class FishCompletionTest {

    @Command(name = "scale", subcommands = Kitchen.class)
    static final class Scale {
        @Option(
                names = {"-q", "--quiet"},
                description = "Say 100%% nothing.")
        boolean quiet;
    }

    @Command(name = "kitchen", description = "Don't weigh more than 5 kg.")
    static final class Kitchen {
        @Option(names = "--out", description = "Where to write.")
        String out = "";

        @Option(names = "--shell")
        Shell shell = Shell.BASH;

        @Option(names = "--secret", hidden = true)
        String secret = "";

        @Parameters(description = "One of ${COMPLETION-CANDIDATES}.")
        Shell unit = Shell.BASH;
    }

    @Test
    void offersEachThingWhereItBelongs() {
        String script = FishCompletion.script(new CommandLine(new Scale()));

        assertThat(script).isEqualTo("""
                complete -c scale -n 'not __fish_seen_subcommand_from kitchen' -f -a 'kitchen' -d 'Don\\'t weigh more than 5 kg.'
                complete -c scale -n 'not __fish_seen_subcommand_from kitchen' -s q -l quiet -d 'Say 100% nothing.'
                complete -c scale -n '__fish_seen_subcommand_from kitchen' -l out -r -d 'Where to write.'
                complete -c scale -n '__fish_seen_subcommand_from kitchen' -l shell -x -a 'bash zsh fish'
                complete -c scale -n '__fish_seen_subcommand_from kitchen' -f -a 'bash zsh fish' -d 'One of bash, zsh, fish.'
                """);
    }
}
