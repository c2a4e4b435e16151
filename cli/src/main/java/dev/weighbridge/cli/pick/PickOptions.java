package dev.weighbridge.cli.pick;

import dev.weighbridge.planner.pick.Criteria;
import dev.weighbridge.planner.quality.Tasks;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say what a model must be and do.
final class PickOptions {
    @Option(
            names = "--task",
            paramLabel = "<task>",
            description =
                    "chat, coding, reasoning, extraction, rag, translation, vision, embedding or speech (default: "
                            + "chat).")
    private String task = "chat";

    @Option(
            names = "--commercial",
            description = "Only licences that allow commercial use, with or without conditions.")
    private boolean commercial;

    @Option(names = "--licence", paramLabel = "<name>", description = "Only licences with this in their name: apache.")
    private @Nullable String licence;

    @Option(
            names = "--input",
            paramLabel = "<kind>",
            split = ",",
            description = "What it must read beside text: image, audio, video.")
    private List<String> inputs = List.of();

    @Option(names = "--language", paramLabel = "<code>", description = "A language it must know, as ISO 639-1: de, ja.")
    private @Nullable String language;

    @Option(names = "--min-speed", paramLabel = "<tok/s>", description = "Least decode speed of one sequence.")
    private @Nullable Double speed;

    @Option(
            names = "--max-cost-hour",
            paramLabel = "<$>",
            description = "Most that renting the devices may cost an hour.")
    private @Nullable Double perHour;

    @Option(names = "--max-cost", paramLabel = "<$>", description = "Most that a million written tokens may cost.")
    private @Nullable Double perMillion;

    /// The criteria.
    ///
    /// @throws IllegalArgumentException if the task is not known or a limit makes no sense
    Criteria criteria(Tasks tasks) {
        return new Criteria(
                tasks.named(task),
                commercial,
                licence,
                inputs.stream()
                        .map(input -> input.strip().toLowerCase(Locale.ROOT))
                        .toList(),
                language,
                speed,
                perHour,
                perMillion);
    }
}
