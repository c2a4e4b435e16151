package dev.weighbridge.cli.pick;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.catalogue.Score;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Picker.OnDevice;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.Quality.Part;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes a pick as JSON; `docs/pick.md` has the fields.
final class PickJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final JsonGenerator json;

    private PickJson(JsonGenerator json) {
        this.json = json;
    }

    /// The places of a report.
    static void write(Writer target, PickReport report, List<Place> shown) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            PickJson pick = new PickJson(json);
            pick.json.writeStartObject();
            pick.question(report);
            pick.excluded(report);
            json.writeArrayPropertyStart("models");
            shown.forEach(place -> pick.place(place, report));
            json.writeEndArray();
            json.writeEndObject();
        }
        newline(target);
    }

    /// The best model for each of many devices.
    static void write(Writer target, PickReport report, List<OnDevice> picked, List<Device> asked) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            PickJson pick = new PickJson(json);
            json.writeStartObject();
            pick.question(report);
            json.writeNumberProperty("devices_asked", asked.size());
            json.writeArrayPropertyStart("devices");
            for (OnDevice each : picked) {
                json.writeStartObject();
                json.writeStringProperty("device", each.device().name());
                pick.choice(each.choice());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        newline(target);
    }

    private static void newline(Writer target) {
        try {
            target.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void question(PickReport report) {
        json.writeStringProperty("task", report.criteria().task().id());
        json.writeArrayPropertyStart("benchmarks");
        report.criteria().task().benchmarks().forEach(benchmark -> json.writeString(benchmark.id()));
        json.writeEndArray();
        json.writeStringProperty("machine", report.site().machine().label());
        json.writeStringProperty("runtime", report.site().runtime().name());
        json.writeNumberProperty("context", report.site().workload().context());
        json.writeNumberProperty("sequences", report.site().workload().sequences());
        json.writeArrayPropertyStart("rests_on");
        report.basis().forEach(json::writeString);
        json.writeEndArray();
    }

    private void excluded(PickReport report) {
        json.writeNumberProperty("considered", report.ranking().considered());
        json.writeObjectPropertyStart("excluded");
        new TreeMap<>(report.ranking().excluded())
                .forEach((reason, count) ->
                        json.writeNumberProperty(reason.name().toLowerCase(Locale.ROOT), count));
        json.writeEndObject();
    }

    private void place(Place place, PickReport report) {
        json.writeStartObject();
        json.writeNumberProperty("rank", place.rank());
        json.writeBooleanProperty("tied", place.isTied());
        json.writeBooleanProperty("pareto", place.isOnFront());
        choice(place.choice());
        json.writeNumberProperty("max_context", report.contexts().largest(place.choice()));
        json.writeEndObject();
    }

    private void choice(Choice choice) {
        ModelFacts facts = choice.facts();
        json.writeStringProperty("model", facts.name());
        json.writeStringProperty("publisher", facts.publisher());
        optional("licence", facts.licence().orElse(null));
        json.writeStringProperty("commercial_use", facts.commercial().label());
        optional("released", facts.released().orElse(null));
        json.writeNumberProperty("parameters", facts.parameterCount());
        json.writeNumberProperty("active_parameters", facts.activeParameterCount());
        json.writeStringProperty("tier", choice.tier().name().toLowerCase(Locale.ROOT));
        texts("inputs", facts.inputs());
        texts("languages", facts.languages());
        json.writeStringProperty("precision", choice.answer().precision().name());
        json.writeStringProperty("verdict", choice.answer().verdict().label());
        json.writeNumberProperty("memory_bytes", choice.bytes());
        choice.answer().speed().ifPresent(speed -> {
            rate("decode_tokens_per_s", speed.decode());
            rate("prefill_tokens_per_s", speed.prefill());
        });
        choice.answer().cost().ifPresent(cost -> {
            json.writeNumberProperty("dollars_per_hour", cost.dollarsPerHour());
            json.writeNumberProperty("dollars_per_million_tokens", cost.dollarsPerMillionAnswerTokens());
        });
        quality(choice);
    }

    private void optional(String name, @org.jspecify.annotations.Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    private void texts(String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    private void rate(String name, Rate rate) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("value", rate.tokensPerSecond());
        json.writeNumberProperty("low", rate.low());
        json.writeNumberProperty("high", rate.high());
        json.writeEndObject();
    }

    private void quality(Choice choice) {
        Quality quality = choice.quality();
        json.writeObjectPropertyStart("quality");
        band(quality.value(), quality.low(), quality.high());
        json.writeStringProperty("basis", quality.basis().label());
        json.writeNumberProperty("published", quality.publishedCount());
        json.writeNumberProperty("of", quality.parts().size());
        json.writeNumberProperty("lost_to_precision", choice.loss().points());
        json.writeArrayPropertyStart("benchmarks");
        quality.parts().forEach(this::part);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void band(double value, double low, double high) {
        json.writeNumberProperty("value", value);
        json.writeNumberProperty("low", low);
        json.writeNumberProperty("high", high);
    }

    private void part(Part part) {
        json.writeStartObject();
        json.writeStringProperty("benchmark", part.benchmark().id());
        band(part.value(), part.low(), part.high());
        json.writeStringProperty("basis", part.score().isPresent() ? "published" : "estimated");
        part.score().ifPresent(this::score);
        json.writeEndObject();
    }

    private void score(Score score) {
        json.writeNumberProperty("published_value", score.value());
        json.writeStringProperty("mode", score.mode().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("by", score.by().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("source", score.source());
        json.writeStringProperty("date", score.date());
    }
}
