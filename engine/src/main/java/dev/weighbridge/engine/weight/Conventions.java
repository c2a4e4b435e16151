package dev.weighbridge.engine.weight;

import dev.weighbridge.model.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// What a kind of file does to the weights that a publisher's checkpoint holds.
///
/// @param outputFirst whether every matrix is stored `[out, in]`
/// @param offsetsAdded whether norms that scale by `1 + w` hold `1 + w`
/// @param decaysApplied whether state spaces hold `−exp(A_log)` for `A_log`
/// @param rotatesPairs whether heads are ordered for rotating neighbours together
/// @param splitsFused whether gate and up of experts are two tensors
public record Conventions(
        boolean outputFirst, boolean offsetsAdded, boolean decaysApplied, boolean rotatesPairs, boolean splitsFused) {
    /// The publisher's own files.
    public static final Conventions PUBLISHED = new Conventions(false, false, false, false, false);

    private static final String PAIRS = "gguf-rotary-pairs.txt";

    /// GGUF files, as llama.cpp's converter writes them.
    static Conventions ofGguf(Config metadata) {
        String architecture = metadata.text("general.architecture", "");
        return new Conventions(true, true, true, architecturesOfPairs().contains(architecture), true);
    }

    private static Set<String> architecturesOfPairs() {
        try (InputStream table = Conventions.class.getResourceAsStream(PAIRS)) {
            String text = new String(Objects.requireNonNull(table, PAIRS).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
