package dev.weighbridge.bench.speed;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.speed.Laws.Subject;
import dev.weighbridge.planner.speed.SpeedModel;
import dev.weighbridge.planner.speed.table.Measurement;
import dev.weighbridge.planner.speed.table.Measurements;
import dev.weighbridge.planner.speed.table.SpeedRow;
import dev.weighbridge.planner.validation.Table;
import dev.weighbridge.planner.validation.TableRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Fits the laws of speed to a table of measurements and writes them as the planner carries them:
/// `FitSpeed TABLE.csv laws.json`. Prints how close laws fitted without a device, or without a model, come on its rows.
public final class FitSpeed {
    /// Fewer measurements, or fewer devices, make no band of their own: a class that one device dominates says little
    /// of
    /// others.
    private static final int ENOUGH = 20;

    private static final int ENOUGH_DEVICES = 4;

    /// A coefficient below this changes a second by less than a thousandth.
    private static final double NEGLIGIBLE = 1e-3;

    private FitSpeed() {}

    /// Runs the fit.
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: FitSpeed TABLE.csv laws.json");
            System.exit(2);
        }
        Path table = Path.of(arguments[0]);
        Map<Subject, List<Sample>> samples = samples(table);
        Path target = Path.of(arguments[1]);
        JsonFactory factory = JsonFactory.builder().build();
        try (var writer = Files.newBufferedWriter(target);
                JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), writer)) {
            json.writeStartObject();
            json.writeStringProperty("source", table.getFileName() + ", by bench FitSpeed");
            json.writeStringProperty("date", LocalDate.now(ZoneOffset.UTC).toString());
            json.writeObjectPropertyStart("laws");
            for (Subject subject : Subject.values()) {
                write(json, subject, samples.getOrDefault(subject, List.of()));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static Map<Subject, List<Sample>> samples(Path file) throws IOException {
        Measurements measurements =
                new Measurements(AllFamilies.families(), Catalogue.embedded(), DeviceCatalogue.embedded());
        Map<Subject, List<Sample>> samples = new LinkedHashMap<>();
        for (TableRow line : Table.read(file).rows()) {
            SpeedRow row = SpeedRow.of(line.cells());
            Measurements.Reading reading = measurements.read(row);
            if (!row.isSuspect() && reading.measurement().isPresent()) {
                Measurement measured = reading.measurement().get();
                samples.computeIfAbsent(measured.subject(), _ -> new ArrayList<>())
                        .add(Sample.of(measured));
            }
        }
        return samples;
    }

    private static void write(JsonGenerator json, Subject subject, List<Sample> samples) {
        CrossValidation validation = new CrossValidation(subject, samples);
        double[] byDevice = validation.predict(Sample::device);
        double[] byModel = validation.predict(Sample::model);
        report(subject, "device", samples, byDevice);
        report(subject, "model", samples, byModel);
        json.writeObjectPropertyStart(subject.label());
        json.writeObjectPropertyStart("coefficients");
        new TreeMap<>(CrossValidation.fit(subject, samples)).forEach((feature, value) -> {
            if (Math.abs(value) >= NEGLIGIBLE && !Sample.isOnlyOfFit(feature)) {
                json.writeNumberProperty(feature, Math.round(value * 1e5) / 1e5);
            }
        });
        json.writeEndObject();
        json.writeObjectPropertyStart("bands");
        bands(samples, byDevice, byModel).forEach((name, residuals) -> {
            json.writeObjectPropertyStart(name);
            json.writeNumberProperty("low", Math.round(residuals.quantile(0.1) * 1e4) / 1e4);
            json.writeNumberProperty("high", Math.round(residuals.quantile(0.9) * 1e4) / 1e4);
            json.writeEndObject();
        });
        json.writeEndObject();
        json.writeEndObject();
    }

    /// Measured over predicted speed, by class, of laws that had not seen the device, or not the model.
    private static Map<String, Residuals> bands(List<Sample> samples, double[] byDevice, double[] byModel) {
        Map<String, Residuals> bands = new TreeMap<>();
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            Measurement measured = sample.measurement();
            for (String name : SpeedModel.classes(measured.work(), measured.deployment())) {
                Residuals residuals = bands.computeIfAbsent(name, _ -> new Residuals());
                residuals.add(sample, Math.exp(byDevice[i] - sample.logSeconds()));
                residuals.add(sample, Math.exp(byModel[i] - sample.logSeconds()));
            }
        }
        bands.values().removeIf(residuals -> !residuals.isEnough(2 * ENOUGH, ENOUGH_DEVICES));
        return bands;
    }

    private static void report(Subject subject, String left, List<Sample> samples, double[] predicted) {
        Map<String, List<Double>> errors = new TreeMap<>();
        for (int i = 0; i < samples.size(); i++) {
            String kind = samples.get(i).measurement().work().isMixture() ? "mixture" : "dense";
            errors.computeIfAbsent(kind, _ -> new ArrayList<>())
                    .add(Math.abs(Math.exp(samples.get(i).logSeconds() - predicted[i]) - 1));
        }
        errors.forEach((kind, list) -> {
            double[] sorted =
                    list.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%s, %s, on a %s not fitted to: %d rows, median error %.1f %%, 90th percentile %.0f %%%n",
                    subject.label(),
                    kind,
                    left,
                    sorted.length,
                    100 * quantile(sorted, 0.5),
                    100 * quantile(sorted, 0.9));
        });
    }

    private static double quantile(double[] sorted, double share) {
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}
