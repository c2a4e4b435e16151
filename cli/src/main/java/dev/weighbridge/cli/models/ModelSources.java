package dev.weighbridge.cli.models;

import dev.weighbridge.cli.failure.Failure;
import dev.weighbridge.model.inventory.WeighedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// Turns what the user writes for a model into the model, weighed.
public final class ModelSources {
    /// What became of one source.
    public sealed interface Answer {
        /// The text for a model that could be read.
        record Rendered(String source, String text) implements Answer {}

        /// Why a model could not be read.
        record Failed(String source, RuntimeException failure) implements Answer {}
    }

    /// Models in flight beyond those being read, so that memory does not grow with the number of arguments.
    private static final int AHEAD = 64;

    private final ModelLocator locator;

    /// Finds models with `locator`.
    public ModelSources(ModelLocator locator) {
        this.locator = locator;
    }

    /// The sources that the arguments stand for: each as it is, but a pattern over paths as the models it matches.
    public List<String> expand(List<String> arguments) throws IOException {
        List<String> expanded = new ArrayList<>();
        for (String argument : arguments) {
            expanded.addAll(locator.expand(argument));
        }
        return expanded;
    }

    /// Weighs one model.
    public WeighedModel weigh(String source) throws IOException {
        return locator.weigh(source);
    }

    /// Weighs many models side by side and hands on what `render` makes of each, in the order given. A model is let go
    /// once it is rendered.
    public void weighAll(
            List<String> sources, BiFunction<String, WeighedModel, String> render, Consumer<Answer> answers) {
        if (sources.size() == 1) {
            answers.accept(answer(sources.getFirst(), render));
            return;
        }
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Deque<Future<Answer>> inFlight = new ArrayDeque<>();
            try {
                for (String source : sources) {
                    inFlight.add(pool.submit(() -> answer(source, render)));
                    if (inFlight.size() > AHEAD) {
                        answers.accept(await(inFlight.remove()));
                    }
                }
                while (!inFlight.isEmpty()) {
                    answers.accept(await(inFlight.remove()));
                }
            } catch (RuntimeException e) {
                pool.shutdownNow();
                throw e;
            }
        }
    }

    /// What the user is told of a failure.
    public static String sentence(RuntimeException failure) {
        return Failure.of(failure).sentence();
    }

    private Answer answer(String source, BiFunction<String, WeighedModel, String> render) {
        try {
            return new Answer.Rendered(source, render.apply(source, locator.weigh(source)));
        } catch (RuntimeException e) {
            return new Answer.Failed(source, e);
        } catch (IOException e) {
            return new Answer.Failed(source, new UncheckedIOException(e));
        }
    }

    private static Answer await(Future<Answer> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
