package dev.weighbridge.cli.validate;

import dev.weighbridge.planner.validation.Accuracy;
import dev.weighbridge.planner.validation.Observation;
import dev.weighbridge.planner.validation.Outcome;
import java.io.Writer;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes the accuracy of a table as one JSON object; the field names are those of `docs/json.md`.
final class AccuracyJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private AccuracyJson() {}

    static void write(Writer target, Accuracy accuracy, boolean withRows) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            json.writeStartObject();
            json.writeNumberProperty("rows", accuracy.outcomes().size());
            json.writeNumberProperty("predicted", accuracy.predicted().size());
            json.writeArrayPropertyStart("skipped");
            for (Outcome.Skipped skipped : accuracy.skipped()) {
                json.writeStartObject();
                json.writeStringProperty("id", skipped.id());
                json.writeStringProperty("why", skipped.why());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectPropertyStart("metrics");
            accuracy.metrics().forEach((name, value) -> {
                if (value.isPresent()) {
                    json.writeNumberProperty(name, value.getAsDouble());
                } else {
                    json.writeNullProperty(name);
                }
            });
            json.writeEndObject();
            writeDistribution(json, accuracy);
            if (withRows) {
                writeRows(json, accuracy);
            }
            json.writeEndObject();
        }
        target(target);
    }

    private static void target(Writer target) {
        try {
            target.write('\n');
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void writeDistribution(JsonGenerator json, Accuracy accuracy) {
        json.writeArrayPropertyStart("distribution");
        accuracy.distribution().forEach((group, errors) -> {
            json.writeStartObject();
            json.writeStringProperty("quantity", label(group.quantity()));
            json.writeStringProperty("runtime", group.runtime());
            json.writeStringProperty("architecture", group.architecture());
            json.writeNumberProperty("count", errors.count());
            json.writeNumberProperty("median_error", errors.median());
            json.writeNumberProperty("p90_error", errors.ninetieth());
            json.writeNumberProperty("mean_error", errors.mean());
            json.writeNumberProperty("bias", errors.bias());
            json.writeNumberProperty("under_3pct", errors.tooLow());
            json.writeNumberProperty("over_3pct", errors.tooHigh());
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    private static void writeRows(JsonGenerator json, Accuracy accuracy) {
        json.writeArrayPropertyStart("by_row");
        for (Outcome.Predicted row : accuracy.predicted()) {
            for (Observation observation : row.observations()) {
                json.writeStartObject();
                json.writeStringProperty("id", row.id());
                json.writeStringProperty("runtime", row.runtime());
                json.writeStringProperty("architecture", row.architecture());
                json.writeStringProperty("model", row.model());
                json.writeStringProperty("quantity", label(observation.quantity()));
                json.writeNumberProperty("predicted", observation.predicted());
                json.writeNumberProperty("measured", observation.measured());
                json.writeNumberProperty("low", observation.low());
                json.writeNumberProperty("high", observation.high());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static String label(Observation.Quantity quantity) {
        return quantity.name().toLowerCase(Locale.ROOT);
    }
}
