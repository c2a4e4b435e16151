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
import dev.weighbridge.planner.speed.SpeedModel;
import dev.weighbridge.planner.speed.Work;
import dev.weighbridge.planner.speed.WorkReading;
import java.util.Optional;

/// How fast what has been placed will run.
final class Speeds {
    private final SpeedModel model;

    Speeds(SpeedModel model) {
        this.model = model;
    }

    /// The speed of a placement; empty where the model has no layers known, or where part of it runs on a processor
    /// that is not stated.
    Optional<SpeedEstimate> of(Question question, Precision precision, Placement placement) {
        Anatomy anatomy = question.model();
        Optional<Device> host = question.machine().processor();
        boolean isPartly = placement.offloadedLayers() != Placement.ALL || placement.hostExpertLayers() > 0;
        if (anatomy.textLayers().isEmpty()
                || (host.isEmpty() && (isPartly || placement.devices().isEmpty()))) {
            return Optional.empty();
        }
        Work work = WorkReading.of(anatomy, precision.store(anatomy));
        String runtime = question.runtime().name();
        Device device = placement.devices().isEmpty()
                ? host.orElseThrow()
                : placement.devices().getFirst();
        Deployment deployment = Deployment.of(placement, Backend.of(runtime, device), device);
        SpeedEstimate onDevices = model.predict(work, deployment, load(question));
        return Optional.of(onDevices);
    }

    private static Load load(Question question) {
        Workload workload = question.workload();
        double bits =
                (workload.keyType().bitsPerElement() + workload.valueType().bitsPerElement()) / 2;
        return new Load(workload.sequences(), question.exchange().promptTokens(), 0, bits / 8);
    }
}
