package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/// What changes in the world about an engine.
///
/// @param version whose options are written
/// @param date of that version, year and month
/// @param port that it listens on by itself
/// @param nvidiaImage the image for NVIDIA's devices, `-` for none
/// @param amdImage the image for AMD's devices, `-` for none
/// @param processorImage the image without devices, `-` for none
record EngineFacts(String version, String date, int port, String nvidiaImage, String amdImage, String processorImage) {
    private static final String TABLE = "engines.tsv";

    /// The facts about an engine.
    static EngineFacts of(String engine) {
        try (InputStream table = EngineFacts.class.getResourceAsStream(TABLE)) {
            String text = new String(Objects.requireNonNull(table, TABLE).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.startsWith(engine + "\t"))
                    .map(line -> line.split("\t"))
                    .map(fields -> new EngineFacts(
                            fields[1], fields[2], Integer.parseInt(fields[3]), fields[4], fields[5], fields[6]))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The image for the devices of a deployment.
    ///
    /// @throws UnsupportedException if there is none for them
    String image(Deployment deployment) {
        String maker = Vendor.of(deployment) == Vendor.NONE
                ? processorImage
                : Vendor.of(deployment) == Vendor.AMD ? amdImage : nvidiaImage;
        boolean known = Vendor.of(deployment) != Vendor.OTHER && !maker.equals("-");
        if (!known) {
            throw new UnsupportedException("no image is known that runs this engine on "
                    + (deployment.deviceCount() == 0
                            ? "a processor alone"
                            : deployment.placement().devices().getFirst().name()));
        }
        return maker;
    }

    /// Whose devices a deployment runs on.
    enum Vendor {
        NONE,
        NVIDIA,
        AMD,
        OTHER;

        static Vendor of(Deployment deployment) {
            if (deployment.deviceCount() == 0) {
                return NONE;
            }
            String vendor = deployment.placement().devices().getFirst().vendor().toUpperCase(Locale.ROOT);
            return vendor.equals("NVIDIA") ? NVIDIA : vendor.equals("AMD") ? AMD : OTHER;
        }
    }
}
