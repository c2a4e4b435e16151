package dev.weighbridge.planner.device.host;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks `amd-smi`, or the older `rocm-smi`, which come with AMD's ROCm, for the GPUs.
///
/// `amd-smi` writes an array of GPUs, since ROCm 7 inside `gpu_data`; `rocm-smi` writes an object of
/// cards. Both change the case of their fields from version to version.
final class AmdSmi {
    private static final List<String> STATIC = List.of("amd-smi", "static", "--asic", "--vram", "--json");
    private static final List<String> USAGE = List.of("amd-smi", "metric", "--mem-usage", "--json");
    private static final List<String> ROCM =
            List.of("rocm-smi", "--showproductname", "--showmeminfo", "vram", "gtt", "--json");

    private AmdSmi() {}

    static List<Card> cards(Tool tool) {
        try {
            Optional<String> known = tool.run(STATIC);
            if (known.isPresent()) {
                List<Card> cards = parse(known.get(), tool.run(USAGE).orElse("[]"));
                if (!cards.isEmpty()) {
                    return cards;
                }
            }
            return tool.run(ROCM).map(AmdSmi::parseRocm).orElse(List.of());
        } catch (MalformedException e) {
            // A tool that writes something else tells nothing.
            return List.of();
        }
    }

    static List<Card> parse(String asics, String usage) {
        List<Config> used = gpus(usage);
        List<Card> cards = new ArrayList<>();
        for (Config gpu : gpus(asics)) {
            String name = gpu.partOrEmpty("asic").text("market_name", "");
            long number = gpu.integer("gpu", cards.size());
            Config memory = used.stream()
                    .filter(other -> other.integer("gpu", -1) == number)
                    .findFirst()
                    .map(other -> other.partOrEmpty("mem_usage"))
                    .orElse(Config.EMPTY);
            long total = Math.max(size(gpu.partOrEmpty("vram"), "size"), size(memory, "total_vram"));
            if (!name.isBlank()) {
                cards.add(
                        new Card("AMD", name, total, size(memory, "free_vram"), size(memory, "total_gtt"), "amd-smi"));
            }
        }
        return cards;
    }

    static List<Card> parseRocm(String output) {
        List<Card> cards = new ArrayList<>();
        Config all = ToolJson.read("rocm-smi", output);
        for (String card : all.names()) {
            if (card.startsWith("card") && all.values().get(card) instanceof Map<?, ?> fields) {
                Map<String, String> texts = new LinkedHashMap<>();
                fields.forEach((name, value) ->
                        texts.put(String.valueOf(name).toLowerCase(Locale.ROOT), String.valueOf(value)));
                String name = name(texts);
                long total = bytes(texts.get("vram total memory (b)"));
                long used = bytes(texts.get("vram total used memory (b)"));
                long shared = bytes(texts.get("gtt total memory (b)"));
                if (!name.isBlank()) {
                    cards.add(new Card("AMD", name, total, Math.max(0, total - used), shared, "rocm-smi"));
                }
            }
        }
        return cards;
    }

    /// The series is the name in shops; older versions have a number there and the name as the model.
    private static String name(Map<String, String> texts) {
        String series = texts.getOrDefault("card series", "");
        return series.isBlank() || series.startsWith("0x") || series.equals("N/A")
                ? texts.getOrDefault("card model", "")
                : series;
    }

    private static List<Config> gpus(String json) {
        Config output = ToolJson.read("amd-smi", json);
        return output.has("gpu_data") ? output.parts("gpu_data") : output.parts(ToolJson.ITEMS);
    }

    /// A size as `{"value": 196592, "unit": "MB"}`, whose MB are 2^20 bytes.
    private static long size(Config parent, String field) {
        if (!(parent.values().get(field) instanceof Map<?, ?>)) {
            return 0;
        }
        Config size = parent.part(field);
        if (!(size.values().get("value") instanceof Number number) || number.doubleValue() < 0) {
            return 0;
        }
        int shift = switch (size.text("unit", "B").toUpperCase(Locale.ROOT)) {
            case "KB", "KIB" -> 10;
            case "MB", "MIB" -> 20;
            case "GB", "GIB" -> 30;
            default -> 0;
        };
        return (long) (number.doubleValue() * (1L << shift));
    }

    private static long bytes(@Nullable String text) {
        return text != null && text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }
}
