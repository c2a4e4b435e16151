package dev.weighbridge.model.packing;

import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What a configuration says of its model's quantisation, by module where it differs.
///
/// Quantisers write `quantization_config`, earlier compressed-tensors `compression_config`, MLX `quantization`; a
/// composite model may have it in the part for text.
final class QuantizationSettings {
    private static final List<String> FIELDS = List.of("quantization_config", "compression_config", "quantization");

    private final Config settings;

    private QuantizationSettings(Config settings) {
        this.settings = settings;
    }

    static QuantizationSettings of(Config config) {
        for (Config place : List.of(config, config.partOrEmpty("text_config"))) {
            for (String field : FIELDS) {
                if (place.values().get(field) instanceof Map<?, ?>) {
                    return new QuantizationSettings(place.part(field));
                }
            }
        }
        return new QuantizationSettings(Config.EMPTY);
    }

    /// Whether the configuration says anything.
    boolean isPresent() {
        return !settings.names().isEmpty();
    }

    /// The quantiser's name in lower case, empty where there is none.
    String method() {
        for (String field : List.of("quant_method", "quant_algo")) {
            if (settings.values().get(field) instanceof String method) {
                return method.toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    /// A text of the settings, empty where there is none.
    String text(String field) {
        return settings.values().get(field) instanceof String text ? text : "";
    }

    /// Bits of a weight of this module.
    OptionalInt bits(String module) {
        return number(module, List.of("bits", "num_bits", "w_bit", "wbits", "nbits"));
    }

    /// Weights that share a scale in this module.
    OptionalInt groupSize(String module) {
        return number(module, List.of("group_size", "q_group_size", "block_size"));
    }

    /// A part of the settings about this module, where there is one by its very name.
    Optional<Config> ofModule(String module) {
        for (Config place : List.of(settings, settings.partOrEmpty("config_for_layers"))) {
            if (place.values().get(module) instanceof Map<?, ?>) {
                return Optional.of(place.part(module));
            }
        }
        return Optional.empty();
    }

    /// One way in which weights are packed.
    ///
    /// @param bits of a weight
    /// @param groupSize weights that share a scale, 0 for a whole row
    record Rule(int bits, int groupSize) {}

    /// The ways that the groups of a compressed-tensors configuration name. Which layers are of which group stands in
    /// patterns of the file's own making, which are not run; shapes tell as well.
    List<Rule> rules() {
        Config groups = partOrEmpty(settings, "config_groups");
        List<Rule> rules = new ArrayList<>();
        for (String name : groups.names()) {
            Config weights = partOrEmpty(partOrEmpty(groups, name), "weights");
            OptionalInt bits = number(weights, List.of("num_bits"));
            if (bits.isPresent()) {
                rules.add(new Rule(
                        bits.getAsInt(), number(weights, List.of("group_size")).orElse(0)));
            }
        }
        return rules;
    }

    private OptionalInt number(String module, List<String> fields) {
        Optional<Config> own = ofModule(module);
        if (own.isPresent()) {
            OptionalInt number = number(own.get(), fields);
            if (number.isPresent()) {
                return number;
            }
        }
        OptionalInt ofParameters = number(weightParameters(), fields);
        return ofParameters.isPresent() ? ofParameters : number(settings, fields);
    }

    /// Where HQQ keeps its numbers.
    private Config weightParameters() {
        Config quantConfig = partOrEmpty(settings, "quant_config");
        return partOrEmpty(quantConfig, "weight_quant_params");
    }

    private static Config partOrEmpty(Config config, String field) {
        return config.values().get(field) instanceof Map<?, ?> ? config.part(field) : Config.EMPTY;
    }

    private static OptionalInt number(Config config, List<String> fields) {
        for (String field : fields) {
            if (config.values().get(field) instanceof Long number && number > 0 && number <= 1 << 20) {
                return OptionalInt.of(number.intValue());
            }
        }
        return OptionalInt.empty();
    }
}
