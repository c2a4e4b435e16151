package dev.weighbridge.bench;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.fit.RuntimeChoice;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.pick.Criteria;
import dev.weighbridge.planner.pick.Picker;
import dev.weighbridge.planner.pick.Picker.OnDevice;
import dev.weighbridge.planner.pick.Ranking;
import dev.weighbridge.planner.pick.Site;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.quality.QualityModel;
import dev.weighbridge.planner.quality.QuantizationLoss;
import dev.weighbridge.planner.quality.Tasks;
import dev.weighbridge.planner.speed.SpeedModel;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The whole catalogue at all precisions, on one device and on every device. Each time with a picker of its own, so
/// that nothing is remembered from the time before.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up first
public class PickBenchmark {
    /// What runs the models.
    @Param({"llama.cpp", "vllm"})
    public String runtime = "";

    private Publications publications;
    private QualityModel qualities;
    private Criteria criteria;
    private Site site;
    private List<Device> devices;

    /// Reads what a command reads once.
    @Setup
    public void prepare() {
        publications = Publications.embedded();
        qualities = QualityModel.of(publications, Tasks.embedded());
        criteria = Criteria.of(qualities.tasks().named("chat"));
        devices = DeviceCatalogue.embedded().devices().stream()
                .filter(device -> device.kind() != Device.Kind.PROCESSOR)
                .toList();
        RuntimeChoice choice = RuntimeChoice.named(runtime, OptionalDouble.empty());
        Device device = DeviceCatalogue.embedded().find("RTX 4090").orElseThrow();
        site = Site.of(
                choice,
                Machine.of(device, 1),
                Workload.of(8192),
                Precisions.standard(choice.runtime().fileFormat()));
    }

    /// The ranking for one device.
    @Benchmark
    public Ranking oneDevice() {
        return picker().pick(criteria, site);
    }

    /// The best model for each device.
    @Benchmark
    public List<OnDevice> everyDevice() {
        return picker().pickEverywhere(criteria, site, devices);
    }

    private Picker picker() {
        return new Picker(
                Catalogue.embedded(),
                AllFamilies.families(),
                publications,
                qualities,
                QuantizationLoss.embedded(),
                new Fit(SpeedModel.embedded(), List.of()));
    }
}
