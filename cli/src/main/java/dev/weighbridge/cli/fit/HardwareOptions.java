package dev.weighbridge.cli.fit;

import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.fit.Layout;
import dev.weighbridge.planner.fit.Layout.Division;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.memory.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where a model is to run.
public final class HardwareOptions {
    private static final Pattern SEVERAL = Pattern.compile("(\\d{1,4})\\s*[x×*]\\s*(\\S.*)");
    private static final int MOST_DEVICES = 4096;

    @Option(
            names = "--device",
            paramLabel = "<name>",
            description = "A device, or several as 2xNAME; repeat it for devices of several kinds. A processor named "
                    + "beside accelerators is their main memory (default: this machine).")
    private List<String> devices = List.of();

    @Option(names = "--devices", paramLabel = "<n>", description = "So many of the one device.")
    private @Nullable Integer count;

    @Option(
            names = "--split",
            paramLabel = "<how>",
            description = "How several devices share a model: ${COMPLETION-CANDIDATES} (default: as the runtime does).")
    private @Nullable Sharing split;

    @Option(
            names = "--gpu-layers",
            paramLabel = "<n>",
            description = "Layers on the devices, the output layer being one (llama.cpp -ngl; default: all that fit).")
    private @Nullable Integer gpuLayers;

    @Option(
            names = "--cpu-experts",
            paramLabel = "<n>",
            description = "Layers whose experts stay in main memory (llama.cpp --n-cpu-moe).")
    private @Nullable Integer cpuExperts;

    @Option(
            names = "--gpu-memory-utilization",
            paramLabel = "<share>",
            description = "Share of a device's memory that may be taken, 0 to 1 (vLLM's own default: 0.9).")
    private @Nullable Double share;

    /// How several devices share a model, as the user types it.
    enum Sharing {
        LAYER(Division.LAYER),
        TENSOR(Division.TENSOR),
        PIPELINE(Division.PIPELINE);

        private final Division division;

        Sharing(Division division) {
            this.division = division;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether the user named any device.
    public boolean isNamed() {
        return !devices.isEmpty();
    }

    /// The machine of the devices named, or this one.
    ///
    /// @throws NotFoundException if one is not known
    /// @throws IllegalArgumentException if their numbers make no sense
    public Machine machine(Hardware available) {
        if (devices.isEmpty() && count == null) {
            return available.here();
        }
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("--devices counts a device: name it with --device");
        }
        List<Device> found = new ArrayList<>();
        for (String named : devices) {
            found.addAll(named(named, available.catalogue()));
        }
        if (count == null) {
            return Machine.of(found);
        }
        if (count < 1 || count > MOST_DEVICES) {
            throw new IllegalArgumentException("--devices must be from 1 to " + MOST_DEVICES + ", not " + count);
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("--devices counts one kind of device, but " + found.size()
                    + " are named: write --device 2xNAME for each kind");
        }
        return Machine.of(found.getFirst(), count);
    }

    private static List<Device> named(String text, DeviceCatalogue catalogue) {
        Matcher several = SEVERAL.matcher(text.strip());
        if (!several.matches()) {
            return List.of(find(text, catalogue));
        }
        int number = Integer.parseInt(several.group(1));
        if (number < 1 || number > MOST_DEVICES) {
            throw new IllegalArgumentException("'" + text + "' is not 1 to " + MOST_DEVICES + " devices");
        }
        return Collections.nCopies(number, find(several.group(2), catalogue));
    }

    private static Device find(String name, DeviceCatalogue catalogue) {
        Optional<Device> found = catalogue.find(name);
        if (found.isPresent()) {
            return found.get();
        }
        List<String> nearest = catalogue.nearest(name);
        String sentence = "no device is called '" + name.strip() + "'";
        throw nearest.isEmpty()
                ? new NotFoundException(sentence, "weigh devices lists those that are known")
                : new NotFoundException(sentence, "did you mean " + String.join(", ", nearest) + "?");
    }

    /// What the user fixed about the placement.
    ///
    /// @throws IllegalArgumentException if a count is negative
    public Layout layout() {
        if ((gpuLayers != null && gpuLayers < 0) || (cpuExperts != null && cpuExperts < 0)) {
            throw new IllegalArgumentException("--gpu-layers and --cpu-experts must not be negative");
        }
        return new Layout(
                split == null ? Division.AUTO : split.division,
                gpuLayers == null ? (cpuExperts == null ? Layout.FIND : Placement.ALL) : gpuLayers,
                cpuExperts == null ? (gpuLayers == null ? Layout.FIND : 0) : cpuExperts);
    }

    /// Share of a device's memory that may be taken, where the user says.
    public OptionalDouble share() {
        return share == null ? OptionalDouble.empty() : OptionalDouble.of(share);
    }
}
