package dev.weighbridge.bench.speed;

import dev.weighbridge.planner.speed.Terms;
import dev.weighbridge.planner.speed.table.Measurement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A measurement with what its law makes of it.
///
/// @param measurement as read
/// @param terms of its step, with features that only the fit knows
/// @param logSeconds natural logarithm of the seconds that the step took
/// @param weight in the fit
record Sample(Measurement measurement, Terms terms, double logSeconds, double weight) {
    static Sample of(Measurement measurement) {
        Terms terms = measurement.subject().terms(measurement.work(), measurement.deployment(), measurement.load());
        Map<String, Double> common = new LinkedHashMap<>(terms.common());
        common.put("model=" + measurement.work().name(), 1.0);
        common.put("publisher=" + measurement.row().publisher(), 1.0);
        return new Sample(measurement, new Terms(terms.terms(), common), Math.log(measurement.seconds()), 1);
    }

    /// Whether a feature is known to the fit alone, which keeps what is peculiar to a model or a publisher out of the
    /// others.
    static boolean isOnlyOfFit(String feature) {
        return feature.startsWith("model=") || feature.startsWith("publisher=");
    }

    Sample weighing(double value) {
        return new Sample(measurement, terms, logSeconds, value);
    }

    String device() {
        return measurement.deployment().device().name();
    }

    String model() {
        return measurement.work().name();
    }

    /// What measurements that differ only in the setting have in common: they tell one thing many times.
    List<String> cell() {
        return List.of(
                measurement.row().publisher(),
                device(),
                model(),
                measurement.row().quantization(),
                measurement.deployment().backend().label(),
                String.valueOf(measurement.deployment().count()));
    }
}
