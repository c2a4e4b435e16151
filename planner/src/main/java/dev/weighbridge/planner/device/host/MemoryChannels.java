package dev.weighbridge.planner.device.host;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many channels the memory has and how fast they are, as the firmware's list of modules tells.
///
/// @param count 64-bit channels in use; 0 where nothing is known
/// @param megatransfersPerSecond of the slowest module, at which all run
/// @param isCertain whether the list names the channels; else they are counted by the modules
/// @param type of the modules
record MemoryChannels(int count, long megatransfersPerSecond, boolean isCertain, String type) {
    private static final MemoryChannels UNKNOWN = new MemoryChannels(0, 0, false, "");

    private static final Pattern CHANNEL =
            Pattern.compile("(?:(?:node|p|cpu|proc) ?(\\d+)[^a-z0-9]*)?ch(?:annel)?[ _-]?([a-z0-9])");

    /// Up to four modules share two channels in a desktop; in a server each has its own.
    private static final int DESKTOP_MODULES = 4;

    static MemoryChannels of(List<Hardware.Module> modules) {
        long slowest = modules.stream()
                .mapToLong(Hardware.Module::megatransfersPerSecond)
                .filter(speed -> speed > 0)
                .min()
                .orElse(0);
        String type = modules.isEmpty() ? "" : modules.getFirst().type();
        // The channels of soldered memory are narrower than 64 bits, and the list does not tell how much.
        if (slowest == 0 || type.toUpperCase(Locale.ROOT).startsWith("LP")) {
            return UNKNOWN;
        }
        Set<String> named = new TreeSet<>();
        for (Hardware.Module module : modules) {
            Matcher channel = CHANNEL.matcher(module.bank().toLowerCase(Locale.ROOT));
            if (!channel.find()) {
                int counted = modules.size() <= DESKTOP_MODULES ? Math.min(2, modules.size()) : modules.size();
                return new MemoryChannels(counted, slowest, false, type);
            }
            named.add(channel.group(1) + "/" + channel.group(2));
        }
        return new MemoryChannels(named.size(), slowest, true, type);
    }
}
