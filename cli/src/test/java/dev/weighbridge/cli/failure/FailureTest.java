package dev.weighbridge.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.model.error.DoesNotFitException;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.error.RefusedException;
import dev.weighbridge.model.error.UnavailableException;
import dev.weighbridge.model.error.UnsupportedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new DoesNotFitException("too big"), 1, "too big"),
                Arguments.of(new MalformedException("bad magic"), 3, "bad magic"),
                Arguments.of(new UnsupportedException("Q9_Z"), 3, "Q9_Z"),
                Arguments.of(new NotFoundException("no such model"), 4, "no such model"),
                Arguments.of(new UnavailableException("no answer"), 4, "no answer"),
                Arguments.of(new RefusedException("quota used up"), 4, "quota used up"),
                Arguments.of(new NoSuchFileException("a.gguf"), 4, "no such file: a.gguf"),
                Arguments.of(new UncheckedIOException(new NoSuchFileException("a.gguf")), 4, "no such file: a.gguf"),
                Arguments.of(new FileNotFoundException("a.gguf (is a directory)"), 4, "a.gguf (is a directory)"),
                Arguments.of(new AccessDeniedException("a.gguf"), 3, "not allowed to open a.gguf"),
                Arguments.of(new IOException("Input/output error"), 3, "Input/output error"),
                Arguments.of(new OutOfMemoryError("Java heap space"), 1, "out of memory"),
                Arguments.of(
                        new IllegalStateException("layer 7"),
                        70,
                        "this is a bug in Weighbridge: java.lang.IllegalStateException: layer 7"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void turnsEachKindIntoAnExitCodeAndASentence(Throwable cause, int exitCode, String sentence) {
        Failure failure = Failure.of(cause);

        assertThat(failure.exitCode().number()).isEqualTo(exitCode);
        assertThat(failure.sentence()).isEqualTo(sentence);
    }
}
