package dev.weighbridge.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/// `weigh warm-up`: runs what users run most, unseen, so that the launcher can record which classes a short
/// command loads and keep them ready (JEP 514). A command that is not run here still works; it starts slower.
@Command(name = "warm-up", hidden = true, description = "Run the usual commands unseen, to record what they load.")
public final class WarmUpCommand implements Runnable {

    // None of them asks what this machine is: the classes of OSHI and JNA, once recorded, would be loaded by all
    // commands.
    private static final List<List<String>> USUAL = List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("inspect", "llama-3.1-8b"),
            List.of("inspect", "--json", "--tensors", "mixtral-8x7b"),
            List.of("inspect", "--tree", "gemma-2-2b"),
            List.of("inspect", "--explain", "qwen3-30b-a3b"),
            List.of("fit", "llama-3.1-8b", "--device", "h100"),
            List.of("fit", "deepseek-v3", "--device", "h100", "--precision", "Q4_K_M", "--json"),
            List.of("fit", "qwen3-8b", "--device", "2xl40s", "--runtime", "vllm"),
            List.of("fit", "gemma-3-27b", "--device", "rtx 4090", "--precision", "Q4_K_M", "--explain"),
            List.of("fit", "llama-3.1-8b", "--device", "rtx 4090", "--train", "qlora"),
            List.of("devices", "h100"),
            List.of("devices", "--vendor", "google"),
            List.of("--color=always", "--help"),
            List.of("completion", "--help"),
            List.of("completion", "fish"),
            List.of("--no-such-option"));

    private final Consumer<String[]> weigh;

    /// Runs each command line with `weigh`, which must show nothing.
    public WarmUpCommand(Consumer<String[]> weigh) {
        this.weigh = weigh;
    }

    @Override
    public void run() {
        for (List<String> arguments : USUAL) {
            weigh.accept(arguments.toArray(String[]::new));
        }
        try {
            Path folder = Files.createTempDirectory("weigh-warm-up");
            Path safetensors = Files.write(folder.resolve("model.safetensors"), safetensors());
            Path gguf = Files.write(folder.resolve("model.gguf"), gguf());
            weigh.accept(new String[] {"inspect", "--json", safetensors.toString(), gguf.toString()});
            weigh.accept(new String[] {"inspect", safetensors.toString()});
            weigh.accept(new String[] {"inspect", gguf.toString()});
            Files.delete(safetensors);
            Files.delete(gguf);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Two small tensors, one of them an expert's.
    private static byte[] safetensors() {
        String header = """
                {"model.embed_tokens.weight":{"dtype":"BF16","shape":[8,4],"data_offsets":[0,64]},
                "model.layers.0.mlp.experts.0.up_proj.weight":{"dtype":"F8_E4M3","shape":[4,4],"data_offsets":[64,80]}}""";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + 80)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    /// One small tensor of a known architecture.
    private static byte[] gguf() {
        ByteBuffer file = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        file.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(1)
                .putLong(2);
        int text = 8;
        int unsigned = 4;
        putText(file, "general.architecture").putInt(text);
        putText(file, "llama");
        putText(file, "llama.embedding_length").putInt(unsigned).putInt(8);
        putText(file, "token_embd.weight").putInt(1).putLong(8).putInt(0).putLong(0);
        int aligned = (file.position() + 31) / 32 * 32;
        return Arrays.copyOf(file.array(), aligned + 32);
    }

    private static ByteBuffer putText(ByteBuffer file, String text) {
        return file.putLong(text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    }
}
