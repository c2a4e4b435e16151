package dev.weighbridge.planner.validation;

import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Runtime;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.memory.llamacpp.LlamaCpp;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Build;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Engine;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The settings that a start-up log of a llama.cpp kind of runtime printed.
record AllocationRow(TableRow row) {
    private static final double MEBIBYTE = 1024.0 * 1024;
    private static final Pattern OFFLOAD = Pattern.compile("(\\d+)/(\\d+) layers");
    private static final Pattern STREAMS = Pattern.compile("(\\d+)/(\\d+) seqs");

    private static final Pattern KEEPS_WINDOWS =
            Pattern.compile("without SWA cache|SWA layers hold the full context|swa-full");
    private static final Pattern REPACKS = Pattern.compile("CPU_REPACK|AMX");
    private static final Pattern LATENT = Pattern.compile("mla_attn=([0-3])");
    private static final Pattern SCORES = Pattern.compile("attn_max_b=(\\d{1,6})");
    private static final Pattern BUILD = Pattern.compile("(?<![\\w.])b?(\\d{3,5})(?!\\d)");

    /// What the user of the log asked for; empty where the log states neither context nor cells.
    Optional<Workload> workload() {
        OptionalLong total = totalContext();
        if (total.isEmpty()) {
            return Optional.empty();
        }
        int sequences = sequences();
        long context = Math.max(1, total.getAsLong() / sequences);
        return Optional.of(Workload.of(context)
                .withSequences(sequences)
                .withBatch((int) row.count("n_batch").orElse(0), (int)
                        row.count("n_ubatch").orElse(0))
                .withCache(type("kv_type_k"), type("kv_type_v"))
                .withAttention(attention()));
    }

    /// Positions of all sequences together.
    private OptionalLong totalContext() {
        OptionalLong stated = row.count("n_ctx");
        if (stated.isPresent()) {
            return stated;
        }
        String first = row.text("kv_cells").split("\\+", -1)[0];
        try {
            return OptionalLong.of(Long.parseLong(first.trim()) * streams());
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /// Sequences in work at a time; logs of before parallel serving print none.
    int sequences() {
        return (int) Math.max(1, row.count("n_parallel").orElse(1));
    }

    /// Separate caches, as the `4/4 seqs` of a cache line counts them; where only its cells are known, one for all.
    private int streams() {
        Matcher matcher = STREAMS.matcher(row.text("notes"));
        if (matcher.find()) {
            return Integer.parseInt(matcher.group(2));
        }
        return row.text("n_ctx").isEmpty() ? 1 : sequences();
    }

    /// Whether all sequences share one cache: stated, or to be seen in a cache line.
    boolean isUnified() {
        return row.text("notes").contains("kv_unified=true") || (sequences() > 1 && streams() == 1);
    }

    private DataType type(String column) {
        // TurboQuant's turbo4 takes as much as 32 values of 4 bits with one byte of scale
        String name = row.text(column).toUpperCase(Locale.ROOT).replace("TURBO4", "MXFP4");
        try {
            return name.isEmpty() || name.equals("AUTO") ? keyTypeOrHalf(column) : DataType.valueOf(name);
        } catch (IllegalArgumentException _) {
            return DataType.F16;
        }
    }

    /// A latent cache has no values of its own, so that logs print no type for them.
    private DataType keyTypeOrHalf(String column) {
        return column.equals("kv_type_v") && !row.text("kv_type_k").isEmpty() ? type("kv_type_k") : DataType.F16;
    }

    private AttentionKernel attention() {
        return switch (row.text("flash_attn").toLowerCase(Locale.ROOT)) {
            case "1", "enabled", "on", "true" -> AttentionKernel.FLASH;
            case "0", "disabled", "off", "false" -> AttentionKernel.PLAIN;
            default -> AttentionKernel.AUTO;
        };
    }

    /// The program, as its log and the notes describe it.
    Runtime runtime() {
        String name = row.text("runtime").toLowerCase(Locale.ROOT);
        Engine engine = name.contains("ik_llama")
                ? Engine.IK_LLAMA_CPP
                : name.contains("ollama") ? Engine.OLLAMA : Engine.LLAMA_CPP;
        LlamaCppSettings settings = LlamaCppSettings.of(engine)
                .withBuild(build())
                .withUnifiedCache(isUnified())
                .withLoading(
                        engine != Engine.IK_LLAMA_CPP,
                        REPACKS.matcher(row.text("notes")).find())
                .withFullWindowCache(KEEPS_WINDOWS.matcher(row.text("notes")).find());
        Matcher scores = SCORES.matcher(row.text("notes"));
        if (engine == Engine.IK_LLAMA_CPP && scores.find()) {
            settings = settings.withScores(Integer.parseInt(scores.group(1)));
        }
        Matcher latent = LATENT.matcher(row.text("notes"));
        return new LlamaCpp(latent.find() ? settings.withLatentAttention(Integer.parseInt(latent.group(1))) : settings);
    }

    private Build build() {
        Matcher number = BUILD.matcher(row.text("runtime_version_or_build"));
        boolean isFork = row.text("runtime").startsWith("ik_");
        if (!isFork && number.find()) {
            return Build.of(Integer.parseInt(number.group(1)));
        }
        try {
            return row.text("date").isEmpty() ? Build.CURRENT : Build.of(LocalDate.parse(row.text("date")));
        } catch (DateTimeParseException _) {
            return Build.CURRENT;
        }
    }

    /// Layers on the devices, where the log says.
    OptionalLong offloadedLayers() {
        Matcher matcher = OFFLOAD.matcher(row.text("offload"));
        if (!matcher.find()) {
            return OptionalLong.empty();
        }
        long offloaded = Long.parseLong(matcher.group(1));
        boolean isAll = matcher.group(1).equals(matcher.group(2));
        return OptionalLong.of(isAll ? Integer.MAX_VALUE : offloaded);
    }

    /// Devices that hold something.
    int deviceCount() {
        boolean isOnDevice = row.number("model_buffer_MiB").isPresent()
                || row.number("compute_buffer_MiB").isPresent();
        return (int) row.count("n_gpus").orElse(isOnDevice ? 1 : 0);
    }

    /// Bytes of a column in MiB.
    Optional<Double> bytes(String column) {
        return row.number(column).isEmpty()
                ? Optional.empty()
                : Optional.of(row.number(column).getAsDouble() * MEBIBYTE);
    }
}
