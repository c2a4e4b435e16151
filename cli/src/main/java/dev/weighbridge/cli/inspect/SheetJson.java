package dev.weighbridge.cli.inspect;

import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.blueprint.RuleOfThumb;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.tensor.Shape;
import java.io.Writer;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes one JSON object a line; the field names are those of `docs/json.md`.
final class SheetJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private SheetJson() {}

    /// What is known of a model that could be read.
    static void write(Writer target, String source, WeighedModel model, boolean withTensors) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            json.writeStartObject();
            json.writeStringProperty("source", source);
            json.writeStringProperty("format", model.checkpoint().format().label());
            json.writeStringProperty("name", model.checkpoint().name());
            writeOptional(json, "architecture", model.architecture());
            writeOptional(json, "family", model.blueprint().map(blueprint -> blueprint.family()));
            writeParameters(json, model.count());
            writeStorage(json, model);
            writeHyperparameters(json, model);
            writeFindings(json, model);
            json.writeStringProperty("basis", "exact");
            json.writeNumberProperty("bytes_read", model.checkpoint().bytesRead());
            if (withTensors) {
                writeTensors(json, model);
            }
            json.writeEndObject();
        }
        newline(target);
    }

    /// What is known of a model that could not be read.
    static void writeError(Writer target, String source, String error) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            json.writeStartObject();
            json.writeStringProperty("source", source);
            json.writeStringProperty("error", error);
            json.writeEndObject();
        }
        newline(target);
    }

    private static void newline(Writer target) {
        try {
            target.write('\n');
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void writeOptional(JsonGenerator json, String name, Optional<String> value) {
        if (value.isPresent()) {
            json.writeStringProperty(name, value.get());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static void writeParameters(JsonGenerator json, ParameterCount count) {
        json.writeObjectPropertyStart("parameters");
        json.writeNumberProperty("total", count.total());
        json.writeNumberProperty("untied_total", count.untiedTotal());
        if (count.active().isPresent()) {
            json.writeNumberProperty("active", count.active().getAsLong());
        } else {
            json.writeNullProperty("active");
        }
        json.writeNumberProperty("embedding", count.embedding());
        json.writeNumberProperty("non_embedding", count.nonEmbedding());
        json.writeObjectPropertyStart("by_role");
        count.byRole().forEach((role, parameters) -> json.writeNumberProperty(role.label(), parameters));
        json.writeEndObject();
        json.writeObjectPropertyStart("by_tower");
        count.byTower().forEach((tower, parameters) -> json.writeNumberProperty(tower.label(), parameters));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeStorage(JsonGenerator json, WeighedModel model) {
        if (model.inventory().entries().isEmpty() && model.blueprint().isPresent()) {
            json.writeNullProperty("storage");
            return;
        }
        Storage storage = Storage.of(model);
        json.writeObjectPropertyStart("storage");
        json.writeNumberProperty("bytes", storage.bytes());
        json.writeNumberProperty(
                "bits_per_parameter", storage.bitsPer(model.count().total()));
        json.writeObjectPropertyStart("by_type");
        for (Map.Entry<String, Storage.Share> type : storage.byType().entrySet()) {
            json.writeObjectPropertyStart(type.getKey());
            json.writeNumberProperty("tensors", type.getValue().tensors());
            json.writeNumberProperty("parameters", type.getValue().parameters());
            json.writeNumberProperty("bytes", type.getValue().bytes());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeHyperparameters(JsonGenerator json, WeighedModel model) {
        Hyperparameters hyperparameters = Hyperparameters.of(model.checkpoint().config());
        json.writeObjectPropertyStart("hyperparameters");
        hyperparameters.values().forEach((name, value) -> json.writeNumberProperty(name, value));
        json.writeEndObject();
        Optional<RuleOfThumb> rule = RuleOfThumb.of(hyperparameters, model.count());
        if (rule.isPresent()) {
            json.writeObjectPropertyStart("rule_of_thumb");
            json.writeNumberProperty("estimate", rule.get().estimate());
            json.writeObjectPropertyStart("differences");
            rule.get().differences().forEach((role, value) -> json.writeNumberProperty(role.label(), value));
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void writeFindings(JsonGenerator json, WeighedModel model) {
        json.writeArrayPropertyStart("findings");
        for (Finding finding : model.findings()) {
            json.writeStartObject();
            json.writeStringProperty("kind", finding.kind().label());
            writeOptional(json, "tensor", Optional.of(finding.tensor()).filter(tensor -> !tensor.isEmpty()));
            json.writeStringProperty("message", finding.message());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeTensors(JsonGenerator json, WeighedModel model) {
        json.writeArrayPropertyStart("tensors");
        if (model.inventory().entries().isEmpty()) {
            model.blueprint().ifPresent(blueprint -> {
                for (PlacedParameter place : blueprint.parameters()) {
                    if (!place.isTied()) {
                        json.writeStartObject();
                        json.writeStringProperty("name", place.name());
                        writeShape(json, place.shape());
                        json.writeNullProperty("dtype");
                        json.writeNullProperty("bytes");
                        writePlace(json, place);
                        json.writeEndObject();
                    }
                }
            });
        }
        for (InventoryEntry entry : model.inventory().entries()) {
            json.writeStartObject();
            json.writeStringProperty("name", entry.tensor().name());
            writeShape(json, entry.tensor().shape());
            json.writeStringProperty("dtype", entry.tensor().storageType());
            json.writeNumberProperty("bytes", entry.tensor().bytes());
            writePlace(json, entry.place());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeShape(JsonGenerator json, Shape shape) {
        json.writeArrayPropertyStart("shape");
        for (long dimension : shape.toArray()) {
            json.writeNumber(dimension);
        }
        json.writeEndArray();
    }

    private static void writePlace(JsonGenerator json, PlacedParameter place) {
        json.writeStringProperty("role", place.role().label());
        writeNumber(json, "layer", place.layer());
        writeNumber(json, "expert", place.expert());
    }

    private static void writeNumber(JsonGenerator json, String name, int number) {
        if (number < 0) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, number);
        }
    }
}
