package dev.weighbridge.cli.fit;

import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.planner.cost.BreakEven;
import dev.weighbridge.planner.cost.Tenure;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.MemoryUse;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.Remedy;
import dev.weighbridge.planner.fit.TypicalDevices.Place;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes answers as JSON: one object where one precision was named, else an array over precisions. The
/// field names are those of `docs/json.md`.
final class FitJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private final JsonGenerator json;
    private final FitReport report;

    private FitJson(JsonGenerator json, FitReport report) {
        this.json = json;
        this.report = report;
    }

    static void write(Writer target, FitReport report) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), target)) {
            new FitJson(json, report).write();
        }
        try {
            target.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() {
        if (report.isSingle()) {
            answer(report.answers().getFirst());
            return;
        }
        json.writeStartArray();
        report.answers().forEach(this::answer);
        json.writeEndArray();
    }

    private void answer(Answer answer) {
        Question question = report.question();
        json.writeStartObject();
        json.writeStringProperty("source", report.source());
        json.writeStringProperty("model", question.model().name());
        parameters(question.model().count());
        json.writeStringProperty("precision", answer.precision().name());
        json.writeStringProperty("runtime", question.runtime().name());
        json.writeStringProperty("runtime_version", question.runtime().version());
        devices(question);
        if (answer.allocation().isPresent()) {
            allocation(answer.allocation().get());
        } else {
            json.writeNullProperty("memory");
            json.writeNullProperty("by_device");
        }
        json.writeNumberProperty("context", question.workload().context());
        json.writeNumberProperty("sequences", question.workload().sequences());
        json.writeNumberProperty("max_context", answer.maxContext());
        answer.speed().ifPresentOrElse(this::speed, () -> json.writeNullProperty("speed"));
        answer.cost()
                .ifPresentOrElse(
                        price -> cost(question, price, answer.speed().orElseThrow()),
                        () -> json.writeNullProperty("cost"));
        json.writeStringProperty("verdict", answer.verdict().label());
        verdict(answer.verdict());
        remedies(answer.remedies());
        elsewhere(report.elsewhere());
        warnings(answer);
        basis(answer);
        json.writeEndObject();
    }

    private void parameters(ParameterCount count) {
        json.writeObjectPropertyStart("parameters");
        json.writeNumberProperty("total", count.total());
        if (count.active().isPresent()) {
            json.writeNumberProperty("active", count.active().getAsLong());
        } else {
            json.writeNullProperty("active");
        }
        json.writeEndObject();
    }

    private void devices(Question question) {
        json.writeArrayPropertyStart("devices");
        for (Device device : question.machine().devices()) {
            device(device, question.budget().usable(device));
        }
        if (question.machine().devices().isEmpty()) {
            question.machine()
                    .processor()
                    .ifPresent(host -> device(host, question.budget().usableOnHost(host)));
        }
        json.writeEndArray();
    }

    private void device(Device device, long usable) {
        json.writeStartObject();
        json.writeStringProperty("name", device.name());
        json.writeStringProperty("kind", device.kind().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("memory", device.memoryBytes());
        json.writeNumberProperty("visible", device.visibleBytes());
        json.writeNumberProperty("usable", usable);
        json.writeEndObject();
    }

    private void allocation(Allocation allocation) {
        MemoryPlan plan = allocation.plan();
        json.writeObjectPropertyStart("memory");
        for (Component component : Component.values()) {
            switch (component) {
                case COMPUTE -> {
                    json.writeNumberProperty("compute", plan.onDevices(component));
                    json.writeNumberProperty("compute_host", plan.of(component, Portion.HOST));
                }
                case WEIGHTS, KV_CACHE, RECURRENT_STATE, OUTPUT, OVERHEAD ->
                    json.writeNumberProperty(component.label(), plan.of(component));
                case GRADIENTS, OPTIMIZER_STATE, ACTIVATIONS -> {
                    if (plan.of(component) > 0) {
                        json.writeNumberProperty(component.label(), plan.of(component));
                    }
                }
            }
        }
        json.writeNumberProperty("total", plan.total());
        json.writeEndObject();
        json.writeArrayPropertyStart("by_device");
        allocation.uses().forEach(use -> use(plan, use));
        json.writeEndArray();
        placement(allocation.placement());
        plan.cachePool().ifPresent(pool -> {
            json.writeObjectPropertyStart("cache_pool");
            json.writeNumberProperty("bytes_per_device", pool.bytes());
            json.writeNumberProperty("tokens", pool.tokens());
            json.writeNumberProperty("sequences", pool.sequences());
            json.writeEndObject();
        });
    }

    private void use(MemoryPlan plan, MemoryUse use) {
        json.writeStartObject();
        if (use.isHost()) {
            json.writeNullProperty("device");
        } else {
            json.writeNumberProperty("device", use.device());
        }
        json.writeStringProperty("name", use.name());
        for (Component component : Component.values()) {
            long bytes = plan.of(component, use.device());
            if (bytes > 0 || component == Component.WEIGHTS || component == Component.KV_CACHE) {
                json.writeNumberProperty(component.label(), bytes);
            }
        }
        json.writeNumberProperty("total", plan.on(use.device()));
        if (use.isLimited()) {
            json.writeNumberProperty("usable", use.usableBytes());
            json.writeNumberProperty("free", use.freeBytes());
        } else {
            json.writeNullProperty("usable");
            json.writeNullProperty("free");
        }
        json.writeBooleanProperty("fits", use.fits());
        json.writeEndObject();
    }

    private void placement(Placement placement) {
        json.writeObjectPropertyStart("placement");
        json.writeStringProperty("split", placement.devices().size() < 2 ? "none" : Sentences.split(placement.split()));
        if (placement.offloadedLayers() == Placement.ALL) {
            json.writeNullProperty("device_layers");
        } else {
            json.writeNumberProperty("device_layers", placement.offloadedLayers());
        }
        json.writeNumberProperty("host_expert_layers", placement.hostExpertLayers());
        json.writeEndObject();
    }

    private void speed(SpeedEstimate speed) {
        json.writeObjectPropertyStart("speed");
        json.writeNumberProperty("prefill_tokens_per_s", speed.prefill().tokensPerSecond());
        json.writeNumberProperty("decode_tokens_per_s", speed.decode().tokensPerSecond());
        json.writeNumberProperty(
                "decode_total_tokens_per_s", speed.decodeTotal().tokensPerSecond());
        json.writeNumberProperty("time_to_first_token_s", speed.timeToFirstTokenSeconds());
        json.writeStringProperty("bound", speed.bound().name().toLowerCase(Locale.ROOT));
        json.writeObjectPropertyStart("error_band");
        json.writeNumberProperty("coverage", 0.8);
        band("prefill_tokens_per_s", speed.prefill());
        band("decode_tokens_per_s", speed.decode());
        band("decode_total_tokens_per_s", speed.decodeTotal());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void band(String name, Rate rate) {
        json.writeArrayPropertyStart(name);
        json.writeNumber(rate.low());
        json.writeNumber(rate.high());
        json.writeEndArray();
    }

    private void cost(Question question, Price price, SpeedEstimate speed) {
        json.writeObjectPropertyStart("cost");
        json.writeStringProperty("tenure", price.tenure() instanceof Tenure.Rent ? "rent" : "purchase");
        json.writeNumberProperty("utilization", price.utilization());
        json.writeNumberProperty("dollars_per_hour", price.dollarsPerHour());
        json.writeNumberProperty("dollars_per_million_prompt_tokens", price.dollarsPerMillionPromptTokens());
        json.writeNumberProperty("dollars_per_million_answer_tokens", price.dollarsPerMillionAnswerTokens());
        json.writeNumberProperty("dollars_per_query", price.dollarsPerExchange());
        Exchange exchange = question.exchange();
        price.energy()
                .ifPresent(energy -> json.writeNumberProperty(
                        "joules_per_query", energy.joules(exchange.promptTokens(), exchange.answerTokens())));
        CostText.cheapest(question.model().name(), exchange).ifPresent(api -> {
            BreakEven even = BreakEven.of(price.hourly(), speed, api, exchange.promptTokens(), exchange.answerTokens());
            json.writeNumberProperty("api_dollars_per_query", even.apiDollars());
            if (even.isReachable()) {
                json.writeNumberProperty("break_even_queries_per_day", even.queriesPerDay());
            } else {
                json.writeNullProperty("break_even_queries_per_day");
            }
        });
        json.writeArrayPropertyStart("sources");
        price.hourly().sources().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void verdict(Verdict verdict) {
        if (verdict instanceof Verdict.Fits(int needed, int _)) {
            json.writeNumberProperty("devices_needed", needed);
        }
        json.writeStringProperty("reason", Sentences.full(verdict));
    }

    private void remedies(List<Remedy> remedies) {
        json.writeArrayPropertyStart("would_fit");
        for (Remedy remedy : remedies) {
            json.writeStartObject();
            switch (remedy) {
                case Remedy.SmallerContext(long tokens) -> json.writeNumberProperty("context", tokens);
                case Remedy.CacheOf(var type) ->
                    json.writeStringProperty("kv_type", type.name().toLowerCase(Locale.ROOT));
                case Remedy.OtherPrecision(String name) -> json.writeStringProperty("precision", name);
                case Remedy.MoreDevices(var device, int count, var split) -> {
                    json.writeStringProperty("device", device.name());
                    json.writeNumberProperty("devices", count);
                    json.writeStringProperty("split", Sentences.split(split));
                }
                case Remedy.OffloadLayers(int layers, int _, long hostBytes) -> {
                    json.writeNumberProperty("device_layers", layers);
                    json.writeNumberProperty("host_bytes", hostBytes);
                }
                case Remedy.ExpertsOnHost(int layers, long hostBytes) -> {
                    json.writeNumberProperty("host_expert_layers", layers);
                    json.writeNumberProperty("host_bytes", hostBytes);
                }
                case Remedy.OtherDevice(var device) -> json.writeStringProperty("device", device.name());
                case Remedy.OtherTraining(String how) -> json.writeStringProperty("training", how);
            }
            json.writeStringProperty("text", Sentences.remedy(remedy));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void elsewhere(List<Place> places) {
        if (places.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("fits_on");
        for (Place place : places) {
            json.writeStartObject();
            json.writeStringProperty("device", place.device().name());
            json.writeStringProperty("precision", place.precision().name());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void warnings(Answer answer) {
        json.writeArrayPropertyStart("warnings");
        answer.allocation().ifPresent(allocation -> allocation.plan().warnings().forEach(json::writeString));
        json.writeEndArray();
    }

    private void basis(Answer answer) {
        json.writeObjectPropertyStart("basis");
        answer.allocation().ifPresent(allocation -> {
            for (Component component : Component.values()) {
                if (allocation.plan().of(component) > 0) {
                    json.writeStringProperty(
                            component.label(),
                            allocation.plan().basis(component).label());
                }
            }
        });
        if (answer.speed().isPresent()) {
            json.writeStringProperty("speed", Basis.ESTIMATED.label());
        }
        if (answer.cost().isPresent()) {
            json.writeStringProperty("cost", Basis.ESTIMATED.label());
        }
        json.writeEndObject();
    }
}
