package dev.weighbridge.cli.compare;

import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.Task;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes a comparison as JSON; `docs/compare.md` has the fields.
final class CompareJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final JsonGenerator json;
    private final Comparison comparison;

    private CompareJson(JsonGenerator json, Comparison comparison) {
        this.json = json;
        this.comparison = comparison;
    }

    static void write(Writer target, Comparison comparison) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            new CompareJson(json, comparison).write();
        }
        try {
            target.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() {
        json.writeStartObject();
        json.writeStringProperty("machine", comparison.site().machine().label());
        json.writeStringProperty("runtime", comparison.site().runtime().name());
        json.writeNumberProperty("context", comparison.site().workload().context());
        json.writeArrayPropertyStart("models");
        comparison.models().forEach(this::model);
        json.writeEndArray();
        json.writeObjectPropertyStart("best");
        for (Task task : comparison.tasks()) {
            comparison.winner(task).ifPresent(best -> json.writeStringProperty(task.id(), best.name()));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void model(Compared model) {
        json.writeStartObject();
        json.writeStringProperty("model", model.name());
        json.writeNumberProperty("parameters", model.model().count().total());
        number("active_parameters", model.model().count().active());
        number("hidden_size", model.model().hiddenSize());
        number("vocabulary_size", model.model().vocabularySize());
        number("context_length", model.model().contextLength());
        model.facts().ifPresent(facts -> {
            json.writeStringProperty("publisher", facts.publisher());
            facts.licence().ifPresent(licence -> json.writeStringProperty("licence", licence));
            json.writeStringProperty("commercial_use", facts.commercial().label());
            facts.released().ifPresent(date -> json.writeStringProperty("released", date));
        });
        model.placed().ifPresent(placed -> {
            json.writeStringProperty("precision", placed.answer().precision().name());
            json.writeStringProperty("verdict", placed.answer().verdict().label());
            json.writeNumberProperty("lost_to_precision", placed.loss().points());
        });
        model.bytes().ifPresent(bytes -> json.writeNumberProperty("memory_bytes", bytes));
        json.writeNumberProperty("max_context", model.maxContext());
        model.decode().ifPresent(this::decode);
        model.price().ifPresent(price -> {
            json.writeNumberProperty("dollars_per_hour", price.dollarsPerHour());
            json.writeNumberProperty("dollars_per_million_tokens", price.dollarsPerMillionAnswerTokens());
        });
        json.writeObjectPropertyStart("quality");
        for (Task task : comparison.tasks()) {
            model.quality(task).ifPresent(quality -> quality(task, quality));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void number(String name, OptionalLong value) {
        if (value.isPresent()) {
            json.writeNumberProperty(name, value.getAsLong());
        } else {
            json.writeNullProperty(name);
        }
    }

    private void decode(Rate rate) {
        json.writeObjectPropertyStart("decode_tokens_per_s");
        json.writeNumberProperty("value", rate.tokensPerSecond());
        json.writeNumberProperty("low", rate.low());
        json.writeNumberProperty("high", rate.high());
        json.writeEndObject();
    }

    private void quality(Task task, Quality quality) {
        json.writeObjectPropertyStart(task.id());
        json.writeNumberProperty("value", quality.value());
        json.writeNumberProperty("low", quality.low());
        json.writeNumberProperty("high", quality.high());
        json.writeStringProperty("basis", quality.basis().label());
        json.writeNumberProperty("published", quality.publishedCount());
        json.writeNumberProperty("of", quality.parts().size());
        json.writeEndObject();
    }
}
