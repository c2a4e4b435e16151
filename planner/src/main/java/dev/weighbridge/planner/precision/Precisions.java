package dev.weighbridge.planner.precision;

import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.planner.precision.MatrixScheme.Affine;
import dev.weighbridge.planner.precision.MatrixScheme.Byte;
import dev.weighbridge.planner.precision.MatrixScheme.FourBitFloat;
import dev.weighbridge.planner.precision.MatrixScheme.Grouped;
import dev.weighbridge.planner.precision.MatrixScheme.NormalFloat;
import dev.weighbridge.planner.precision.Precision.Format;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The precisions that people name.
public final class Precisions {
    private static final Pattern GROUPED =
            Pattern.compile("(gptq|awq|int|w)-?(?:int)?([2348])?(?:a16)?(?:-?bits?)?(?:-g(?:roup)?(-?\\d{1,4}))?");
    private static final Pattern MLX =
            Pattern.compile("mlx-?(?:int|q)?([234568])?(?:-?bits?)?(?:-g(?:roup)?(\\d{1,4}))?");

    private Precisions() {}

    /// What the files hold; for a configuration alone what it states.
    public static Precision asStored() {
        return new AsStored();
    }

    /// A GGUF file of a file type, as it is mostly made: with an importance matrix only where llama.cpp
    /// asks for one.
    public static GgufPrecision gguf(FileType fileType) {
        return GgufPrecision.of(fileType);
    }

    /// The precision of that name, in whatever case. A bare `BF16` or `4bit` means a folder of safetensors.
    ///
    /// @throws IllegalArgumentException if none has it
    public static Precision parse(String name) {
        return parse(name, Format.SAFETENSORS);
    }

    /// The precision of that name for files of a kind, where the name alone leaves it open: `BF16` is
    /// another for
    /// GGUF, which keeps norms in 32 bits, and `4bit` is Q4_K_M there.
    ///
    /// @throws IllegalArgumentException if none has it
    public static Precision parse(String name, Format preferred) {
        String key = name.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        if (key.startsWith("gguf:") || key.startsWith("gguf-")) {
            return gguf(key.substring(5)).orElseThrow(() -> unknown(name));
        }
        if (preferred == Format.GGUF) {
            Optional<Precision> found = gguf(everyday(key));
            if (found.isPresent()) {
                return found.get();
            }
        }
        return usual(key)
                .or(() -> grouped(key))
                .or(() -> mlx(key, preferred))
                .or(() -> gguf(key))
                .orElseThrow(() -> unknown(name));
    }

    /// Those worth a row in a table for files of a kind, the largest first.
    public static List<Precision> standard(Format format) {
        List<String> names = switch (format) {
            case AS_STORED -> List.of("as stored");
            case SAFETENSORS -> List.of("FP32", "BF16", "FP8", "INT8", "NVFP4", "MXFP4", "AWQ", "NF4");
            case GGUF -> List.of("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ4_XS", "Q3_K_M", "Q2_K", "IQ2_XXS");
            case MLX -> List.of("MLX-8bit", "MLX-6bit", "MLX-4bit", "MLX-3bit");
        };
        return names.stream().map(name -> parse(name, format)).toList();
    }

    /// All that have a name of their own.
    public static List<Precision> all() {
        List<Precision> all = new ArrayList<>();
        all.add(asStored());
        for (String name : List.of(
                "FP32",
                "FP16",
                "BF16",
                "FP8",
                "FP8-tensor",
                "FP8-block",
                "INT8",
                "LLM.int8",
                "NVFP4",
                "MXFP4",
                "AWQ",
                "GPTQ",
                "INT4",
                "NF4")) {
            all.add(parse(name));
        }
        all.addAll(standard(Format.MLX));
        Arrays.stream(FileType.values()).map(Precisions::gguf).forEach(all::add);
        return List.copyOf(all);
    }

    /// What people call the sizes without naming a file type.
    private static String everyday(String key) {
        return switch (key) {
            case "fp32" -> "f32";
            case "fp16", "16bit", "16-bit" -> "f16";
            case "8bit", "8-bit", "int8" -> "q8-0";
            case "6bit", "6-bit" -> "q6-k";
            case "5bit", "5-bit" -> "q5-k-m";
            case "4bit", "4-bit", "int4" -> "q4-k-m";
            case "3bit", "3-bit" -> "q3-k-m";
            case "2bit", "2-bit" -> "q2-k";
            default -> key;
        };
    }

    private static Optional<Precision> usual(String key) {
        Precision found = switch (key) {
            case "as stored", "as-stored", "stored", "auto" -> asStored();
            case "fp32", "f32", "float32", "32bit", "32-bit" -> PlainPrecision.FP32;
            case "fp16", "float16", "half" -> PlainPrecision.FP16;
            case "bf16", "bfloat16", "16bit", "16-bit" -> PlainPrecision.BF16;
            case "fp8", "fp8-dynamic", "fp8-channel", "8bit", "8-bit" -> blocks("FP8", new Byte("F8_E4M3", 1, 0, 2, 0));
            case "fp8-tensor", "fp8-static" -> blocks("FP8-tensor", new Byte("F8_E4M3", 0, 0, 4, 4));
            case "fp8-block" -> blocks("FP8-block", new Byte("F8_E4M3", 128, 128, 4, 0));
            case "int8", "w8a8", "w8a16" -> blocks("INT8", new Byte("I8", 1, 0, 2, 0));
            case "llm.int8", "int8-bnb", "bnb-8bit", "bnb-int8" -> everywhere("LLM.int8", new Byte("I8", 1, 0, 4, 1));
            case "nvfp4", "fp4" -> blocks("NVFP4", new FourBitFloat("NVFP4", 16, 8));
            case "nvfp4-mlp", "nvfp4-mlp-only" ->
                QuantizedPrecision.of(
                        "NVFP4-mlp",
                        Format.SAFETENSORS,
                        new FourBitFloat("NVFP4", 16, 8),
                        QuantizedLinears.FEED_FORWARDS);
            case "mxfp4" ->
                QuantizedPrecision.of(
                        "MXFP4", Format.SAFETENSORS, new FourBitFloat("MXFP4", 32, 0), QuantizedLinears.EXPERTS);
            case "nf4", "qlora", "bnb-4bit", "bnb-nf4" -> everywhere("NF4", new NormalFloat(true));
            case "nf4-single" -> everywhere("NF4-single", new NormalFloat(false));
            default -> null;
        };
        return Optional.ofNullable(found);
    }

    private static Precision blocks(String name, MatrixScheme scheme) {
        return QuantizedPrecision.of(name, Format.SAFETENSORS, scheme, QuantizedLinears.BLOCKS);
    }

    private static Precision everywhere(String name, MatrixScheme scheme) {
        return QuantizedPrecision.of(name, Format.SAFETENSORS, scheme, QuantizedLinears.ALL_BLOCKS);
    }

    /// `AWQ`, `GPTQ-4bit-g128`, `INT4`, `W4A16-g64`: zeros and the inputs' group numbers as each tool
    /// writes them.
    private static Optional<Precision> grouped(String key) {
        Matcher matcher = GROUPED.matcher(key.equals("4bit") || key.equals("4-bit") ? "int4" : key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int bits = matcher.group(2) == null ? 4 : Integer.parseInt(matcher.group(2));
        int group = matcher.group(3) == null ? 128 : Integer.parseInt(matcher.group(3));
        if (group != -1 && (group < 16 || group > 1024 || group % 16 != 0)) {
            return Optional.empty();
        }
        String suffix = "-" + bits + "bit-g" + group;
        return Optional.of(
                switch (matcher.group(1)) {
                    case "gptq" ->
                        blocks("GPTQ" + suffix, new Grouped("GPTQ-" + bits + "bit", bits, group, true, true, 4, 0));
                    case "awq" ->
                        blocks("AWQ" + suffix, new Grouped("AWQ-" + bits + "bit", bits, group, false, true, 0, 0));
                    default ->
                        blocks(
                                "INT" + bits + "-g" + group,
                                new Grouped("W" + bits + "A16", bits, group, true, false, 0, 16));
                });
    }

    private static Optional<Precision> mlx(String key, Format preferred) {
        String wanted = preferred == Format.MLX && key.matches("[234568]-?bits?") ? "mlx-" + key : key;
        Matcher matcher = MLX.matcher(wanted);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int bits = matcher.group(1) == null ? 4 : Integer.parseInt(matcher.group(1));
        int group = matcher.group(2) == null ? 64 : Integer.parseInt(matcher.group(2));
        if (group != 32 && group != 64 && group != 128) {
            return Optional.empty();
        }
        String name = "MLX-" + bits + "bit" + (group == 64 ? "" : "-g" + group);
        return Optional.of(
                QuantizedPrecision.of(name, Format.MLX, new Affine(bits, group), QuantizedLinears.EVERY_MATRIX));
    }

    private static Optional<Precision> gguf(String key) {
        Optional<DynamicPrecision> dynamic = DynamicPrecision.find(key);
        if (dynamic.isPresent()) {
            return Optional.of(dynamic.get());
        }
        boolean matrix = key.endsWith("-imatrix");
        String type = matrix ? key.substring(0, key.length() - "-imatrix".length()) : key;
        return FileType.parse(type).map(found -> matrix ? new GgufPrecision(found, true) : GgufPrecision.of(found));
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no precision is called '" + name
                + "'; known are BF16, FP8, INT8, NVFP4, MXFP4, AWQ-4bit-g128, GPTQ-4bit-g128, NF4, MLX-4bit, and the"
                + " GGUF file types from Q2_K to Q8_0");
    }
}
