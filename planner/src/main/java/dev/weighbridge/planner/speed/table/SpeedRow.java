package dev.weighbridge.planner.speed.table;

import dev.weighbridge.model.error.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// One measured speed, as a table states it.
///
/// @param source where it was published, then settings as `key=value`, all separated by semicolons
/// @param settings those settings by key
/// @param model its name, a repository or a file
/// @param parameters of the model; 0 where not stated
/// @param activeParameters that a token meets; equal to `parameters` where not stated
/// @param quantization as the source names it; empty where not stated
/// @param bitsPerWeight of all weights; 0 where not stated
/// @param device its name
/// @param deviceCount devices; 0 where not stated
/// @param bandwidth of one device's memory in bytes a second; 0 where not stated
/// @param phase what was timed
/// @param sequences in work at a time
/// @param tokensPerSecond measured, of all sequences together
public record SpeedRow(
        String source,
        Map<String, String> settings,
        String model,
        double parameters,
        double activeParameters,
        String quantization,
        double bitsPerWeight,
        String device,
        int deviceCount,
        double bandwidth,
        Phase phase,
        double sequences,
        double tokensPerSecond) {
    private static final double BILLION = 1e9;
    private static final double DENSE_SHARE = 0.98;

    /// What was timed.
    public enum Phase {
        DECODE,
        PREFILL
    }

    /// Copies the map.
    public SpeedRow {
        settings = Map.copyOf(settings);
    }

    /// Reads a row.
    ///
    /// @param cells texts by column; a missing column is an empty cell
    /// @throws MalformedException if a cell holds something that it cannot
    public static SpeedRow of(Map<String, String> cells) {
        String source = cells.getOrDefault("source", "");
        double parameters = number(cells, "params_b") * BILLION;
        double active = number(cells, "active_b") * BILLION;
        double batch = number(cells, "batch");
        return new SpeedRow(
                source,
                settings(source),
                cells.getOrDefault("model", "").strip(),
                parameters,
                active > 0 && active < parameters ? active : parameters,
                cells.getOrDefault("quant", "").strip(),
                number(cells, "bits_per_weight"),
                cells.getOrDefault("device", "").strip(),
                (int) number(cells, "n_devices"),
                number(cells, "mem_bw_gbs") * BILLION,
                phase(cells.getOrDefault("phase", "")),
                batch >= 1 ? batch : 1,
                number(cells, "tokens_per_s"));
    }

    private static double number(Map<String, String> cells, String column) {
        String text = cells.getOrDefault(column, "").strip();
        if (text.isEmpty()) {
            return 0;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value < 1e15) {
                return value;
            }
        } catch (NumberFormatException e) {
            var malformed = new MalformedException("column " + column + ": \"" + text + "\" is not a number");
            malformed.initCause(e);
            throw malformed;
        }
        throw new MalformedException("column " + column + ": " + text + " is out of range");
    }

    private static Phase phase(String text) {
        return switch (text.strip()) {
            case "decode" -> Phase.DECODE;
            case "prefill" -> Phase.PREFILL;
            default -> throw new MalformedException("column phase: \"" + text + "\" is neither decode nor prefill");
        };
    }

    private static Map<String, String> settings(String source) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String part : source.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                settings.putIfAbsent(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        return settings;
    }

    /// A setting that is stated.
    public Optional<String> setting(String key) {
        return Optional.ofNullable(settings.get(key)).filter(value -> !value.isEmpty() && !value.equals("None"));
    }

    /// A setting that is a whole number.
    public OptionalLong count(String key) {
        Optional<String> digits = setting(key).filter(value -> value.matches("\\d{1,12}"));
        return digits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits.get()));
    }

    /// A setting that is a number.
    public OptionalDouble number(String key) {
        Optional<String> digits = setting(key).filter(value -> value.matches("\\d{1,9}(\\.\\d{1,9})?"));
        return digits.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(digits.get()));
    }

    /// Where it was published, without the settings and the version.
    public String publisher() {
        String name = source.split("[;@ ]", 2)[0];
        return name.isEmpty() ? "unknown" : name;
    }

    /// Whether the source doubts it.
    public boolean isSuspect() {
        return settings.containsKey("suspect");
    }

    /// Whether a token meets only some of the parameters.
    public boolean isMixture() {
        return activeParameters < DENSE_SHARE * parameters;
    }
}
