package dev.weighbridge.cli.devices;

import dev.weighbridge.cli.fit.Hardware;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.device.host.Host;
import dev.weighbridge.planner.device.host.HostReader;
import dev.weighbridge.planner.device.host.Measurement;
import dev.weighbridge.planner.fit.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The devices of the catalogue and of the user's own file, and this machine with what was measured on it.
public final class LocalHardware implements Hardware {
    private static final String MEASURED = "measured.json";

    private final @Nullable Path usualFile;
    private final @Nullable Path cache;
    private final HostReader reader;

    /// Hardware whose files are where they usually are.
    ///
    /// @param usualFile the user's own devices; one that is not there holds none
    /// @param cache the folder where measurements are kept; null keeps none
    /// @param reader finds out what this machine is
    public LocalHardware(@Nullable Path usualFile, @Nullable Path cache, HostReader reader) {
        this.usualFile = usualFile;
        this.cache = cache;
        this.reader = reader;
    }

    @Override
    public DeviceCatalogue catalogue() {
        DeviceCatalogue embedded = DeviceCatalogue.embedded();
        return usualFile != null && Files.exists(usualFile) ? embedded.with(usualFile) : embedded;
    }

    /// The catalogue with the devices of the file that the user names.
    ///
    /// @throws NotFoundException if there is no such file
    DeviceCatalogue catalogue(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new NotFoundException("there is no file " + file);
        }
        return DeviceCatalogue.embedded().with(file);
    }

    @Override
    public Machine here() {
        Host host = host(catalogue());
        return new Machine(host.devices(), host.processor().device());
    }

    /// This machine in full.
    Host host(DeviceCatalogue catalogue) {
        return reader.read(catalogue, measurement().orElse(null));
    }

    /// What was measured last, on this machine or on another that shares the folder.
    private Optional<Measurement> measurement() {
        Optional<Path> file = measuredFile().filter(Files::isRegularFile);
        try {
            return file.isPresent()
                    ? Optional.of(Measurement.read(file.get().toString(), Files.readString(file.get())))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Keeps a measurement, written as JSON, for later commands.
    ///
    /// @return the file, or empty where there is no folder to keep it in
    Optional<Path> keep(String measurement) {
        Optional<Path> file = measuredFile();
        try {
            if (file.isPresent()) {
                Files.createDirectories(file.get().toAbsolutePath().getParent());
                Files.writeString(file.get(), measurement);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private Optional<Path> measuredFile() {
        return Optional.ofNullable(cache).map(folder -> folder.resolve(MEASURED));
    }
}
