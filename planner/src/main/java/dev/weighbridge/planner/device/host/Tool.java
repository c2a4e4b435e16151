package dev.weighbridge.planner.device.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Another program that is asked.
interface Tool {
    /// What the command line writes to its standard output; empty if there is no such program or it fails.
    Optional<String> run(List<String> command);

    /// Programs of this machine, which get five seconds and at most a mebibyte of answer.
    static Tool ofThisMachine() {
        return Tool::start;
    }

    private static Optional<String> start(List<String> command) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // Not installed: most machines have none of these tools.
            return Optional.empty();
        }
        try {
            process.getOutputStream().close();
            // Read beside, because a program that hangs never ends its output.
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
            String text = output.get(5, TimeUnit.SECONDS);
            return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(text)
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException | ExecutionException | TimeoutException e) {
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try (InputStream output = process.getInputStream()) {
            return new String(output.readNBytes(1 << 20), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
