package dev.weighbridge.planner.speed;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.planner.speed.Law.Band;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The laws of speed with their coefficients, as fitted to published measurements.
///
/// @param source what they were fitted to
/// @param date of the fit, ISO 8601
/// @param laws by what they are of
public record Laws(String source, String date, Map<Subject, Law> laws) {
    private static final String RESOURCE = "laws.json";

    /// What a law is of.
    public enum Subject {
        /// A token in a program for one user.
        LOCAL_DECODE("local decode"),
        /// A token for each of many sequences in a serving engine.
        SERVING_DECODE("serving decode"),
        /// Reading a prompt.
        PREFILL("prefill");

        private final String label;

        Subject(String label) {
            this.label = label;
        }

        /// The name in the data file.
        public String label() {
            return label;
        }

        /// The law that decode follows on a backend.
        public static Subject decode(Backend backend) {
            return backend.isServing() ? SERVING_DECODE : LOCAL_DECODE;
        }

        /// What a step is made of.
        public Terms terms(Work work, Deployment deployment, Load load) {
            return switch (this) {
                case LOCAL_DECODE -> LocalDecode.terms(work, deployment, load);
                case SERVING_DECODE -> ServingDecode.terms(work, deployment, load);
                case PREFILL -> Prefill.terms(work, deployment, load);
            };
        }
    }

    /// Copies the map and checks that no law is missing.
    public Laws {
        laws = Map.copyOf(laws);
        for (Subject subject : Subject.values()) {
            if (!laws.containsKey(subject)) {
                throw new IllegalArgumentException("there is no law of " + subject.label());
            }
        }
    }

    /// The laws that Weighbridge carries.
    public static Laws embedded() {
        try (InputStream resource = Laws.class.getResourceAsStream(RESOURCE)) {
            return read(RESOURCE, Objects.requireNonNull(resource, RESOURCE).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads laws from JSON.
    ///
    /// @param name of the file, for messages
    /// @throws dev.weighbridge.model.error.MalformedException if it is something else
    @SuppressWarnings("unchecked") // an object's keys are texts
    public static Laws read(String name, byte[] json) {
        JsonReader reader = new JsonReader(name, json, JsonReader.Dialect.STRICT);
        Config all = Config.of((Map<String, @Nullable Object>) Objects.requireNonNull(reader.value()));
        Map<Subject, Law> laws = new LinkedHashMap<>();
        for (Subject subject : Subject.values()) {
            laws.put(subject, law(all.part("laws").part(subject.label())));
        }
        return new Laws(all.text("source"), all.text("date"), laws);
    }

    private static Law law(Config part) {
        Map<String, Double> coefficients = new LinkedHashMap<>();
        Config given = part.part("coefficients");
        for (String feature : given.names()) {
            coefficients.put(feature, given.number(feature));
        }
        Map<String, Band> bands = new LinkedHashMap<>();
        Config spread = part.part("bands");
        for (String name : spread.names()) {
            Config band = spread.part(name);
            bands.put(name, new Band(band.number("low"), band.number("high")));
        }
        return new Law(coefficients, bands);
    }

    /// The law of a subject.
    public Law of(Subject subject) {
        return Objects.requireNonNull(laws.get(subject));
    }
}
