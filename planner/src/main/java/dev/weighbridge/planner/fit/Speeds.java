package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.speed.Backend;
import dev.weighbridge.planner.speed.Deployment;
import dev.weighbridge.planner.speed.Load;
import dev.weighbridge.planner.speed.SpeedEstimate;
import dev.weighbridge.planner.speed.SpeedEstimate.Rate;
import dev.weighbridge.planner.speed.SpeedModel;
import dev.weighbridge.planner.speed.Work;
import dev.weighbridge.planner.speed.WorkReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// How fast what has been placed will run. What is divided between devices and processor runs on one after
/// the other, so the times of its parts add up.
final class Speeds {
    /// What PCIe 4.0 with sixteen lanes carries in practice: four fifths of its 31.5 GB/s.
    private static final double HOST_LINK_BYTES_PER_SECOND = 2.5e10;

    /// Tokens that llama.cpp computes at once unless told otherwise; for so many it is worth copying weights.
    private static final long USUAL_MICRO_BATCH = 512;

    private final SpeedModel model;

    Speeds(SpeedModel model) {
        this.model = model;
    }

    /// The speed of a placement; empty where the model has no layers known, or where part of it runs on a
    /// processor that is not stated.
    Optional<SpeedEstimate> of(Question question, Precision precision, Placement placement) {
        Anatomy anatomy = question.model();
        if (anatomy.textLayers().isEmpty() || question.runtime() instanceof TrainingRun) {
            return Optional.empty();
        }
        int layers = anatomy.textLayers().size() + 1;
        int onDevices = placement.devices().isEmpty() ? 0 : Math.min(layers, placement.offloadedLayers());
        int hostExperts = Math.min(layers - 1, placement.hostExpertLayers());
        boolean needsHost = onDevices < layers || hostExperts > 0;
        Optional<Device> host = question.machine().processor();
        if (needsHost && host.isEmpty()) {
            return Optional.empty();
        }
        Work work = WorkReading.of(anatomy, precision.store(anatomy));
        if (onDevices == 0) {
            return Optional.of(onHost(question, work, host.orElseThrow()));
        }
        if (!needsHost) {
            return Optional.of(onDevices(question, work, placement));
        }
        double expertShare = work.isMixture() ? (double) hostExperts / (layers - 1) : 0;
        double layerShare = (double) onDevices / layers;
        Work rest = work.withExperts(1 - expertShare);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(onDevices(question, rest, placement), layerShare));
        if (layerShare < 1) {
            parts.add(new Part(besideDevices(question, rest, placement, host.orElseThrow()), 1 - layerShare));
        }
        if (expertShare > 0) {
            Work away = work.onlyExperts(expertShare);
            parts.add(new Part(besideDevices(question, away, placement, host.orElseThrow()), 1));
        }
        return Optional.of(inTurn(parts));
    }

    /// A part that runs while the others wait.
    ///
    /// @param estimate as if it were all
    /// @param share of the time that this takes
    private record Part(SpeedEstimate estimate, double share) {}

    private SpeedEstimate onDevices(Question question, Work work, Placement placement) {
        Device device = placement.devices().getFirst();
        Backend backend = Backend.of(question.runtime().name(), device);
        return model.predict(work, Deployment.of(placement, backend, device), load(question));
    }

    private SpeedEstimate onHost(Question question, Work work, Device host) {
        return model.predict(
                work, Deployment.on(host, Backend.of(question.runtime().name(), host)), load(question));
    }

    /// On the processor, but llama.cpp copies weights to a device for a micro-batch of a prompt where that
    /// is faster.
    private SpeedEstimate besideDevices(Question question, Work work, Placement placement, Device host) {
        SpeedEstimate onHost = onHost(question, work, host);
        if (!Backend.of(question.runtime().name(), host).isLlamaCpp()) {
            return onHost;
        }
        long prompt = question.exchange().promptTokens();
        long batch = question.workload().microBatch() > 0 ? question.workload().microBatch() : USUAL_MICRO_BATCH;
        double copying =
                Math.ceilDiv(prompt, batch) * work.weightBytes(Math.min(prompt, batch)) / HOST_LINK_BYTES_PER_SECOND;
        Rate onDevice = onDevices(question, work, placement).prefill();
        double copied = prompt / (prompt / onDevice.tokensPerSecond() + copying);
        Rate usual = onHost.prefill();
        if (copied <= usual.tokensPerSecond()) {
            return onHost;
        }
        double gain = copied / usual.tokensPerSecond();
        return new SpeedEstimate(
                new Rate(copied, usual.low() * gain, usual.high() * gain),
                onHost.decode(),
                onHost.decodeTotal(),
                prompt / copied + 1 / onHost.decode().tokensPerSecond(),
                onHost.bound());
    }

    private static Load load(Question question) {
        Workload workload = question.workload();
        double bits =
                (workload.keyType().bitsPerElement() + workload.valueType().bitsPerElement()) / 2;
        return Load.of(question.exchange().promptTokens(), question.exchange().answerTokens())
                .withSequences(workload.sequences())
                .withCache(bits / 8);
    }

    private static SpeedEstimate inTurn(List<Part> parts) {
        return new SpeedEstimate(
                inTurn(parts, SpeedEstimate::prefill),
                inTurn(parts, SpeedEstimate::decode),
                inTurn(parts, SpeedEstimate::decodeTotal),
                parts.stream()
                        .mapToDouble(part -> part.estimate().timeToFirstTokenSeconds() * part.share())
                        .sum(),
                parts.getLast().estimate().bound());
    }

    private static Rate inTurn(List<Part> parts, Function<SpeedEstimate, Rate> rate) {
        double likely = 0;
        double low = 0;
        double high = 0;
        for (Part part : parts) {
            Rate own = rate.apply(part.estimate());
            likely += part.share() / own.tokensPerSecond();
            low += part.share() / own.low();
            high += part.share() / own.high();
        }
        return new Rate(1 / likely, 1 / low, 1 / high);
    }
}
