package dev.weighbridge.planner.precision;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.precision.MatrixScheme.Affine;
import dev.weighbridge.planner.precision.MatrixScheme.Byte;
import dev.weighbridge.planner.precision.MatrixScheme.FourBitFloat;
import dev.weighbridge.planner.precision.MatrixScheme.Grouped;
import dev.weighbridge.planner.precision.MatrixScheme.NormalFloat;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.QuantizedPrecision.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The precision that a configuration states: `quantization_config` as each quantiser writes it,
/// `quantization` of MLX,
/// else `torch_dtype` (of late `dtype`).
final class StatedPrecision {
    private static final List<String> FIELDS = List.of("quantization_config", "compression_config", "quantization");
    private static final List<String> LEFT =
            List.of("modules_to_not_convert", "ignore", "exclude_modules", "ignored_layers", "llm_int8_skip_modules");

    private final Config settings;
    private final List<String> left;

    private StatedPrecision(Config settings) {
        this.settings = settings;
        List<String> names = new ArrayList<>();
        for (String field : LEFT) {
            if (settings.has(field)) {
                names.addAll(settings.texts(field));
            }
        }
        this.left = names;
    }

    /// What a configuration states; 16 bits where it is silent, as most published models have.
    ///
    /// @throws UnsupportedException if it names a quantiser whose layout is not known
    static Precision of(Config config) {
        return settings(config)
                .map(settings -> new StatedPrecision(settings).quantized())
                .orElseGet(() -> plain(config));
    }

    private static Optional<Config> settings(Config config) {
        for (Config place : List.of(config, config.partOrEmpty("text_config"))) {
            for (String field : FIELDS) {
                if (place.values().get(field) instanceof Map<?, ?> map && !map.isEmpty()) {
                    return Optional.of(place.part(field));
                }
            }
        }
        return Optional.empty();
    }

    private static Precision plain(Config config) {
        Config text = config.partOrEmpty("text_config");
        String type =
                config.text("torch_dtype", config.text("dtype", text.text("torch_dtype", text.text("dtype", ""))));
        return switch (type.toLowerCase(Locale.ROOT).replace("torch.", "")) {
            case "float32", "float" -> PlainPrecision.FP32;
            case "float16", "half" -> PlainPrecision.FP16;
            default -> PlainPrecision.BF16;
        };
    }

    private Precision quantized() {
        String method = settings.text("quant_method", settings.text("quant_algo", "mlx"));
        return switch (method.toLowerCase(Locale.ROOT)) {
            case "fp8", "fbgemm_fp8" -> precision("FP8", fp8(), QuantizedLinears.BLOCKS);
            case "awq" -> precision("AWQ", grouped("AWQ", false, settings.flag("zero_point", true), 0));
            case "gptq" -> precision("GPTQ", grouped("GPTQ", true, true, 4));
            case "mxfp4" -> precision("MXFP4", new FourBitFloat("MXFP4", 32, 0), QuantizedLinears.EXPERTS);
            case "bitsandbytes" -> precision("bitsandbytes", bitsAndBytes(), QuantizedLinears.ALL_BLOCKS);
            case "compressed-tensors", "modelopt", "modelopt_fp4" -> grouped();
            case "mlx" ->
                new QuantizedPrecision(
                        "MLX",
                        Format.MLX,
                        List.of(rule(
                                new Affine(bits(settings, "bits", 4), group(settings, 64)),
                                QuantizedLinears.EVERY_MATRIX)));
            default ->
                throw new UnsupportedException(
                        "the configuration names the quantiser '" + method + "', whose layout is not known",
                        "give the folder or repository itself, whose files tell, or name a --precision");
        };
    }

    private MatrixScheme fp8() {
        if (settings.has("weight_block_size")) {
            List<Integer> block = settings.counts("weight_block_size");
            if (block.size() == 2) {
                return new Byte("F8_E4M3", block.get(0), block.get(1), 4, 0);
            }
        }
        boolean isStatic = settings.text("activation_scheme", "dynamic").equals("static");
        return new Byte("F8_E4M3", 0, 0, 4, isStatic ? 4 : 0);
    }

    private MatrixScheme grouped(String name, boolean packsRows, boolean zeros, int indexBytes) {
        int bits = bits(settings, "bits", bits(settings, "w_bit", 4));
        return new Grouped(name + "-" + bits + "bit", bits, group(settings, 128), packsRows, zeros, indexBytes, 0);
    }

    private MatrixScheme bitsAndBytes() {
        return settings.flag("load_in_8bit")
                ? new Byte("I8", 1, 0, 4, 1)
                : new NormalFloat(settings.flag("bnb_4bit_use_double_quant"));
    }

    /// Groups of modules, each with its own way (compressed-tensors and ModelOpt), or one for all.
    private Precision grouped() {
        List<Rule> rules = new ArrayList<>();
        Config groups = settings.partOrEmpty("config_groups");
        for (String name : groups.names()) {
            Config group = groups.part(name);
            List<String> targets = group.has("targets") ? group.texts("targets") : List.of();
            boolean all = targets.stream().anyMatch(target -> target.startsWith("Linear"));
            String format = group.text("format", settings.text("format", ""));
            MatrixScheme scheme = scheme(
                    group.partOrEmpty("weights"),
                    format,
                    !group.partOrEmpty("input_activations").names().isEmpty());
            rules.add(new Rule(scheme, QuantizedLinears.BLOCKS, all ? List.of() : targets, left));
        }
        if (rules.isEmpty()) {
            String algorithm = settings.text("quant_algo", "NVFP4").toUpperCase(Locale.ROOT);
            rules.add(rule(
                    algorithm.contains("FP4")
                            ? new FourBitFloat("NVFP4", group(settings, 16), 8)
                            : new Byte("F8_E4M3", 0, 0, 4, 4),
                    QuantizedLinears.BLOCKS));
        }
        return new QuantizedPrecision(settings.text("quant_method", "quantized"), Format.SAFETENSORS, rules);
    }

    private static MatrixScheme scheme(Config weights, String format, boolean hasActivations) {
        int bits = bits(weights, "num_bits", 8);
        boolean isFloat = weights.text("type", "int").equals("float");
        if (bits == 4 && isFloat) {
            int group = group(weights, 16);
            return group == 32
                    ? new FourBitFloat("MXFP4", 32, 0)
                    : new FourBitFloat("NVFP4", group, hasActivations ? 8 : 4);
        }
        if (bits < 8 || format.equals("pack-quantized")) {
            boolean zeros = !weights.flag("symmetric", true);
            int group = weights.text("strategy", "group").equals("channel") ? -1 : group(weights, 128);
            return new Grouped("W" + bits + "A16", bits, group, true, zeros, 0, 16);
        }
        String type = isFloat ? "F8_E4M3" : "I8";
        return switch (weights.text("strategy", "channel")) {
            case "tensor" -> new Byte(type, 0, 0, 2, 0);
            case "block" -> new Byte(type, 128, 128, 2, 0);
            case "group" -> new Byte(type, 1, group(weights, 128), 2, 0);
            default -> new Byte(type, 1, 0, 2, 0);
        };
    }

    private Precision precision(String name, MatrixScheme scheme) {
        return precision(name, scheme, QuantizedLinears.BLOCKS);
    }

    private Precision precision(String name, MatrixScheme scheme, QuantizedLinears linears) {
        return new QuantizedPrecision(name, Format.SAFETENSORS, List.of(rule(scheme, linears)));
    }

    private Rule rule(MatrixScheme scheme, QuantizedLinears linears) {
        return new Rule(scheme, linears, List.of(), left);
    }

    private static int bits(Config config, String field, int usual) {
        long bits = config.has(field) ? config.integer(field) : usual;
        if (bits < 1 || bits > 16) {
            throw config.malformed(field, "is " + bits + "; weights have 1 to 16 bits");
        }
        return (int) bits;
    }

    private static int group(Config config, int usual) {
        String field = config.has("q_group_size") ? "q_group_size" : "group_size";
        long group = config.has(field) ? config.integer(field) : usual;
        if (group < -1 || group == 0 || group > 1 << 20) {
            throw config.malformed(field, "is " + group + "; a group holds weights of a row, -1 the whole row");
        }
        return (int) group;
    }
}
