package dev.weighbridge.planner.device.host;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.util.ArrayList;
import java.util.List;

/// Asks macOS's `system_profiler` for the GPU of an Apple chip, and `sysctl` for the share of memory it
/// may wire.
final class SystemProfiler {
    private static final List<String> DISPLAYS = List.of("system_profiler", "SPDisplaysDataType", "-json");
    private static final List<String> WIRED_LIMIT = List.of("sysctl", "-n", "iogpu.wired_limit_mb");

    private SystemProfiler() {}

    static List<Card> cards(Tool tool) {
        try {
            return tool.run(DISPLAYS)
                    .map(output -> parse(output, tool.run(WIRED_LIMIT).orElse("")))
                    .orElse(List.of());
        } catch (MalformedException e) {
            // A tool that writes something else tells nothing.
            return List.of();
        }
    }

    /// The chips, named with their cores as the catalogue names them. A limit of 0 is the system's own
    /// default.
    static List<Card> parse(String displays, String wiredLimit) {
        long limit = wiredLimit.strip().matches("\\d{1,9}") ? Long.parseLong(wiredLimit.strip()) << 20 : 0;
        List<Card> cards = new ArrayList<>();
        for (Config display : ToolJson.read("system_profiler", displays).parts("SPDisplaysDataType")) {
            String model = display.text("sppci_model", display.text("_name", ""));
            String cores = display.text("sppci_cores", "");
            if (model.startsWith("Apple")) {
                String name = cores.isBlank() ? model : model + " (" + cores + "-core GPU)";
                cards.add(new Card("Apple", name, limit, 0, 0, "system_profiler"));
            }
        }
        return cards;
    }
}
