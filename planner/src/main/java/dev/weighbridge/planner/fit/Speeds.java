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
import dev.weighbridge.planner.speed.Work.Mixture;
import dev.weighbridge.planner.speed.WorkReading;
import java.util.List;
import java.util.Optional;

/// How fast what has been placed will run. What is divided between devices and processor runs on one after the other,
/// so the times of its parts add up.
final class Speeds {
    private final SpeedModel model;

    Speeds(SpeedModel model) {
        this.model = model;
    }

    /// The speed of a placement; empty where the model has no layers known, or where part of it runs on a processor
    /// that is not stated.
    Optional<SpeedEstimate> of(Question question, Precision precision, Placement placement) {
        Anatomy anatomy = question.model();
        if (anatomy.textLayers().isEmpty()) {
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
        if (hostExperts > 0 && work.isMixture()) {
            double share = (double) hostExperts / (layers - 1);
            return Optional.of(inTurn(
                    onDevices(question, experts(work, 1 - share, true), placement),
                    1,
                    onHost(question, experts(work, share, false), host.orElseThrow()),
                    1));
        }
        double share = (double) onDevices / layers;
        return Optional.of(inTurn(
                onDevices(question, work, placement), share, onHost(question, work, host.orElseThrow()), 1 - share));
    }

    private SpeedEstimate onDevices(Question question, Work work, Placement placement) {
        Device device = placement.devices().getFirst();
        Backend backend = Backend.of(question.runtime().name(), device);
        return model.predict(work, Deployment.of(placement, backend, device), load(question));
    }

    private SpeedEstimate onHost(Question question, Work work, Device host) {
        return model.predict(
                work, Deployment.on(host, Backend.of(question.runtime().name(), host)), load(question));
    }

    private static Load load(Question question) {
        Workload workload = question.workload();
        double bits =
                (workload.keyType().bitsPerElement() + workload.valueType().bitsPerElement()) / 2;
        return new Load(workload.sequences(), question.exchange().promptTokens(), 0, bits / 8);
    }

    /// A share of the routed experts, with or without all else.
    private static Work experts(Work work, double share, boolean withRest) {
        List<Mixture> experts = work.experts().stream()
                .map(mixture -> new Mixture(
                        mixture.expertCount(),
                        mixture.activeExpertCount(),
                        mixture.bytes() * share,
                        mixture.parameters() * share,
                        mixture.layerCount()))
                .toList();
        return new Work(
                work.name(),
                work.storedBytes(),
                withRest ? work.denseBytes() : 0,
                withRest ? work.denseParameters() : 0,
                experts,
                withRest ? work.caches() : List.of(),
                withRest ? work.stateBytes() : 0,
                withRest ? work.layerCount() : Math.max(1, (int) Math.round(work.layerCount() * share)),
                work.hiddenSize(),
                withRest ? work.vocabularySize() : 0);
    }

    /// Of two parts the one after the other, each taking a share of its whole time.
    private static SpeedEstimate inTurn(SpeedEstimate first, double share, SpeedEstimate second, double rest) {
        return new SpeedEstimate(
                inTurn(first.prefill(), share, second.prefill(), rest),
                inTurn(first.decode(), share, second.decode(), rest),
                inTurn(first.decodeTotal(), share, second.decodeTotal(), rest),
                first.timeToFirstTokenSeconds() * share + second.timeToFirstTokenSeconds() * rest,
                second.bound());
    }

    private static Rate inTurn(Rate first, double share, Rate second, double rest) {
        return new Rate(
                1 / (share / first.tokensPerSecond() + rest / second.tokensPerSecond()),
                1 / (share / first.low() + rest / second.low()),
                1 / (share / first.high() + rest / second.high()));
    }
}
