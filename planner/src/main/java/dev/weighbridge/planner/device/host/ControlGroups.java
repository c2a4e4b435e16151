package dev.weighbridge.planner.device.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What Linux control groups, which containers are made of, allow this process.
///
/// | | version 2 | version 1 |
/// |---|---|---|
/// | groups of the process | `/proc/self/cgroup`, `0::/path` | `/proc/self/cgroup`, `4:memory:/path` |
/// | memory | `memory.max`, `memory.current` | `memory.limit_in_bytes`, `memory.usage_in_bytes` |
/// | processor | `cpu.max`: quota, period | `cpu.cfs_quota_us`, `cpu.cfs_period_us` |
///
/// A group is bound by those above it too. In a container the path may be the host's, which is not
/// there: then the mount itself is the group. See `Documentation/admin-guide/cgroup-v2.rst` of Linux.
final class ControlGroups {
    /// Version 1 says "no limit" with the largest number of whole pages.
    private static final long NO_LIMIT = 1L << 60;

    private final Path root;

    /// Reads below `root`, which is `/` but in tests.
    ControlGroups(Path root) {
        this.root = root;
    }

    /// Bytes of memory that the process and its like may hold; empty without a limit.
    OptionalLong memoryLimit() {
        return tightest("memory", "memory.max", "memory.limit_in_bytes");
    }

    /// Bytes that the group which has the tightest limit holds; empty without a limit. Page cache that
    /// can be given up counts, as the group counts it.
    OptionalLong memoryFree() {
        OptionalLong free = OptionalLong.empty();
        for (Path group : groups("memory")) {
            OptionalLong limit = number(group, "memory.max", "memory.limit_in_bytes");
            OptionalLong used = number(group, "memory.current", "memory.usage_in_bytes");
            if (limit.isPresent() && used.isPresent()) {
                long left = Math.max(0, limit.getAsLong() - used.getAsLong() + reclaimable(group));
                free = free.isPresent() ? OptionalLong.of(Math.min(free.getAsLong(), left)) : OptionalLong.of(left);
            }
        }
        return free;
    }

    /// Processors' worth of time that the process may use; empty without a limit.
    OptionalDouble processorLimit() {
        OptionalDouble least = OptionalDouble.empty();
        for (Path group : groups("cpu")) {
            OptionalDouble share = processorShare(group);
            if (share.isPresent()) {
                least = OptionalDouble.of(Math.min(share.getAsDouble(), least.orElse(Double.POSITIVE_INFINITY)));
            }
        }
        return least;
    }

    private static OptionalDouble processorShare(Path group) {
        String[] words = text(group.resolve("cpu.max")).split("\\s+");
        if (words.length == 2 && isNumber(words[0]) && isNumber(words[1])) {
            return share(Long.parseLong(words[0]), Long.parseLong(words[1]));
        }
        OptionalLong quota = number(group, "cpu.cfs_quota_us");
        OptionalLong period = number(group, "cpu.cfs_period_us");
        return quota.isPresent() && period.isPresent()
                ? share(quota.getAsLong(), period.getAsLong())
                : OptionalDouble.empty();
    }

    private static OptionalDouble share(long quota, long period) {
        return quota > 0 && period > 0 ? OptionalDouble.of((double) quota / period) : OptionalDouble.empty();
    }

    private OptionalLong tightest(String controller, String... files) {
        OptionalLong least = OptionalLong.empty();
        for (Path group : groups(controller)) {
            OptionalLong limit = number(group, files);
            if (limit.isPresent() && limit.getAsLong() < least.orElse(NO_LIMIT)) {
                least = limit;
            }
        }
        return least;
    }

    /// File cache of a group that Linux gives up before it refuses memory.
    private static long reclaimable(Path group) {
        for (String line : text(group.resolve("memory.stat")).split("\n")) {
            String[] words = line.split(" ");
            if (words.length == 2 && words[0].equals("inactive_file") && isNumber(words[1])) {
                return Long.parseLong(words[1]);
            }
        }
        return 0;
    }

    /// The groups that bind the process for a controller: its own first, then those above.
    private List<Path> groups(String controller) {
        Path mounts = root.resolve("sys/fs/cgroup");
        Map<String, String> paths = paths();
        List<Path> groups = new ArrayList<>();
        if (paths.containsKey("")) {
            addWithParents(groups, mounts, paths.getOrDefault("", "/"));
        }
        String joined = paths.keySet().stream()
                .filter(names -> List.of(names.split(",")).contains(controller))
                .findFirst()
                .orElse("");
        if (!joined.isEmpty()) {
            Path mount = mounts.resolve(controller);
            addWithParents(
                    groups, Files.isDirectory(mount) ? mount : mounts.resolve(joined), paths.getOrDefault(joined, "/"));
        }
        return groups;
    }

    private static void addWithParents(List<Path> groups, Path mount, String path) {
        Path group = mount.resolve(path.replaceFirst("^/+", "")).normalize();
        if (group.startsWith(mount)) {
            for (int names = group.getNameCount(); names > mount.getNameCount(); names--) {
                groups.add(mount.resolve(group.subpath(mount.getNameCount(), names)));
            }
        }
        groups.add(mount);
    }

    /// The lines of `/proc/self/cgroup`: controllers, empty for version 2, and the path of the group.
    private Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String line : text(root.resolve("proc/self/cgroup")).split("\n")) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                paths.put(fields[1], fields[2]);
            }
        }
        return paths;
    }

    private static OptionalLong number(Path group, String... files) {
        for (String file : files) {
            String text = text(group.resolve(file));
            if (isNumber(text)) {
                long number = Long.parseLong(text);
                return number < NO_LIMIT ? OptionalLong.of(number) : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,18}");
    }

    private static String text(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            // What may not be read sets no limit that could be known.
            return "";
        }
    }
}
