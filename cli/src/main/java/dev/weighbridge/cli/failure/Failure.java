package dev.weighbridge.cli.failure;

import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.OutputClosedException;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.error.DoesNotFitException;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.error.WeighException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What went wrong, as the user is told it: the one place where an exception becomes a sentence and an exit code.
///
/// @param exitCode what the shell is told
/// @param sentence what was wrong and where; empty if there is nobody to tell
/// @param hint what to do about it; empty if the sentence says it all
public record Failure(ExitCode exitCode, String sentence, String hint) {

    /// The failure that an exception is.
    public static Failure of(Throwable cause) {
        return switch (cause) {
            case OutputClosedException _ -> new Failure(ExitCode.OUTPUT_CLOSED, "", "");
            case UnmatchedArgumentException e -> ofUnmatched(e);
            case ParameterException e -> badUsage(lowerFirst(sentenceOf(e)), "", e.getCommandLine());
            case CommandLine.ExecutionException e when e.getCause() != null -> of(e.getCause());
            case WeighException e ->
                new Failure(exitCodeOf(e), sentenceOf(e), e.hint().orElse(""));
            case UncheckedIOException e when e.getCause() instanceof NoSuchFileException missing -> of(missing);
            case UncheckedIOException e -> new Failure(ExitCode.BAD_INPUT, sentenceOf(e), "");
            case NoSuchFileException e ->
                new Failure(ExitCode.NOT_FOUND_OR_UNREACHABLE, "no such file: " + e.getFile(), "");
            case FileNotFoundException e -> new Failure(ExitCode.NOT_FOUND_OR_UNREACHABLE, sentenceOf(e), "");
            case AccessDeniedException e -> new Failure(ExitCode.BAD_INPUT, "not allowed to open " + e.getFile(), "");
            case IOException e -> new Failure(ExitCode.BAD_INPUT, sentenceOf(e), "");
            case OutOfMemoryError _ ->
                new Failure(
                        ExitCode.ANSWER_IS_NO,
                        "out of memory",
                        "give Java more with JDK_JAVA_OPTIONS=-Xmx8g (or what this machine has).");
            default ->
                new Failure(
                        ExitCode.BUG,
                        "this is a bug in Weighbridge: " + cause,
                        "please report it with the command you ran and the stack trace that WEIGH_DEBUG=1 prints.");
        };
    }

    /// Tells the user; says nothing where there is nobody to tell.
    public void print(Output err) {
        if (sentence.isEmpty()) {
            return;
        }
        err.println(err.paint(Style.RED, "weigh:") + " " + sentence);
        if (!hint.isEmpty()) {
            err.println();
            err.println(err.paint(Style.CYAN, "hint:") + " " + hint);
        }
    }

    private static ExitCode exitCodeOf(WeighException exception) {
        return switch (exception) {
            case DoesNotFitException _ -> ExitCode.ANSWER_IS_NO;
            case MalformedException _, UnsupportedException _ -> ExitCode.BAD_INPUT;
            case NotFoundException _, UnavailableException _, RefusedException _ -> ExitCode.NOT_FOUND_OR_UNREACHABLE;
        };
    }

    private static Failure ofUnmatched(UnmatchedArgumentException e) {
        CommandLine command = e.getCommandLine();
        String kind = e.isUnknownOption()
                ? "unknown option"
                : command.getSubcommands().isEmpty() ? "unexpected argument" : "unknown command";
        String didYouMean = similar(e.getSuggestions());
        return badUsage("%s '%s'".formatted(kind, e.getUnmatched().getFirst()), didYouMean, command);
    }

    private static String similar(List<String> suggestions) {
        return suggestions.isEmpty()
                ? ""
                : suggestions.stream().collect(Collectors.joining(" or ", "did you mean ", "? "));
    }

    private static Failure badUsage(String sentence, String didYouMean, CommandLine command) {
        String help = "see '%s --help'.".formatted(command.getCommandSpec().qualifiedName());
        String hint = didYouMean.isEmpty() ? help : didYouMean + upperFirst(help);
        return new Failure(ExitCode.BAD_USAGE, sentence, hint);
    }

    private static String sentenceOf(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static String lowerFirst(String text) {
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static String upperFirst(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
