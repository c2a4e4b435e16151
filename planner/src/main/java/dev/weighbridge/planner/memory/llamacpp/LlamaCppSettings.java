package dev.weighbridge.planner.memory.llamacpp;

import dev.weighbridge.planner.memory.graph.Dialect;
import java.time.LocalDate;

/// What llama.cpp can be told beside what every runtime is asked.
///
/// @param engine which of the programs it is
/// @param build what a build of its age does
/// @param fullWindowCache whether layers with a sliding window keep every position (`--swa-full`)
/// @param unifiedCache whether all sequences share one cache, rather than each having its own
///     (`--kv-unified`)
/// @param memoryMapped whether weights in main memory are the mapped file itself; otherwise they are read
///     into buffers
///     (`--no-mmap`)
/// @param repacks whether the rearranged copies that the processor computes with are counted beside the
///     mapped file, as the log counts them; the system drops the mapped originals when memory is short
/// @param offloadsCache whether caches lie where their layers do, rather than in main memory
///     (`--no-kv-offload`)
/// @param offloadsOperations whether large products with weights in main memory are computed on the first
///     device
/// @param latentAttention how ik_llama.cpp computes latent attention (`-mla`): 0 over keys and values, 1
///     to 3 over
///     latents; -1 for the way that is usual for the engine
/// @param scoreMebibytes what the scores of one step of attention may take at most in ik_llama.cpp (`-amb`), in
///     MiB; 0 for any size
/// @param snapshots states of recurrent layers that each sequence keeps beside its current one, to go
///     back to
/// @param draftsTokens whether the layers that predict further tokens are loaded
public record LlamaCppSettings(
        Engine engine,
        Build build,
        boolean fullWindowCache,
        boolean unifiedCache,
        boolean memoryMapped,
        boolean repacks,
        boolean offloadsCache,
        boolean offloadsOperations,
        int latentAttention,
        int scoreMebibytes,
        int snapshots,
        boolean draftsTokens) {
    /// The programs.
    public enum Engine {
        /// ggml-org/llama.cpp.
        LLAMA_CPP("llama.cpp"),
        /// ikawrakow/ik_llama.cpp.
        IK_LLAMA_CPP("ik_llama.cpp"),
        /// Ollama with its llama.cpp engine.
        OLLAMA("ollama");

        private final String label;

        Engine(String label) {
            this.label = label;
        }

        /// As the user names it.
        public String label() {
            return label;
        }
    }

    /// What builds of different age do differently.
    ///
    /// @param windowCaches whether sliding windows have caches of their own (llama.cpp PR 13194, May 2025)
    /// @param latentCaches whether latent attention caches latents (llama.cpp PR 12801, April 2025)
    /// @param streams whether each sequence may have a cache of its own (llama.cpp PR 14363, July 2025)
    /// @param paddedContext whether the context is rounded up to 256 positions (llama.cpp PR 17046,
    ///     November 2025),
    ///     rather than to 32 where scores are in memory
    /// @param flashByDefault whether flash attention is used where nothing is said (llama.cpp PR 15434,
    ///     August 2025)
    /// @param placedWrites whether places in the cache are inputs of a graph (llama.cpp PR 14959, August 2025)
    /// @param halfMasks whether masks are 16-bit floats for flash attention (llama.cpp PR 23764, May 2026)
    /// @param fusedSums whether experts are weighted and summed in one step (ik_llama.cpp PR 858, October 2025)
    public record Build(
            boolean windowCaches,
            boolean latentCaches,
            boolean streams,
            boolean paddedContext,
            boolean flashByDefault,
            boolean placedWrites,
            boolean halfMasks,
            boolean fusedSums) {
        /// The current one.
        public static final Build CURRENT = new Build(true, true, true, true, true, true, true, true);

        /// The build of a day.
        public static Build of(LocalDate day) {
            return new Build(
                    !day.isBefore(LocalDate.of(2025, 5, 20)),
                    !day.isBefore(LocalDate.of(2025, 4, 15)),
                    !day.isBefore(LocalDate.of(2025, 7, 16)),
                    !day.isBefore(LocalDate.of(2025, 11, 7)),
                    !day.isBefore(LocalDate.of(2025, 8, 30)),
                    !day.isBefore(LocalDate.of(2025, 8, 2)),
                    !day.isBefore(LocalDate.of(2026, 5, 28)),
                    !day.isBefore(LocalDate.of(2025, 10, 24)));
        }

        /// The build of a number, as `build: 4396` has it.
        public static Build of(int number) {
            return new Build(
                    number >= 5434,
                    number >= 5133,
                    number >= 5912,
                    number >= 6987,
                    number >= 6325,
                    number >= 6073,
                    number >= 9230,
                    true);
        }

        /// The same without caches of their own for sliding windows.
        public Build withoutWindowCaches() {
            return new Build(
                    false, latentCaches, streams, paddedContext, flashByDefault, placedWrites, halfMasks, fusedSums);
        }
    }

    /// Checks the numbers.
    public LlamaCppSettings {
        if (latentAttention < -1 || latentAttention > 3) {
            throw new IllegalArgumentException("latent attention is 0 to 3, or -1 for the usual");
        }
        if (snapshots < 0 || scoreMebibytes < 0) {
            throw new IllegalArgumentException("snapshots and MiB of scores must not be negative");
        }
    }

    /// What a program does that is told nothing.
    public static LlamaCppSettings of(Engine engine) {
        // ik_llama.cpp copies the experts that a batch met, not whole tensors, and none for small batches
        boolean usual = engine != Engine.IK_LLAMA_CPP;
        return new LlamaCppSettings(engine, Build.CURRENT, false, false, usual, usual, true, usual, -1, 0, 0, false);
    }

    /// Whose graphs they are.
    Dialect dialect() {
        if (engine == Engine.IK_LLAMA_CPP) {
            return build.fusedSums() ? Dialect.IK_LLAMA_CPP : Dialect.IK_LLAMA_CPP_2025;
        }
        if (build.halfMasks()) {
            return Dialect.LLAMA_CPP;
        }
        return build.placedWrites() ? Dialect.LLAMA_CPP_2025 : Dialect.LLAMA_CPP_2024;
    }

    /// The same as a build of another age.
    public LlamaCppSettings withBuild(Build other) {
        return new LlamaCppSettings(
                engine,
                other,
                fullWindowCache,
                unifiedCache,
                memoryMapped,
                repacks,
                offloadsCache,
                offloadsOperations,
                latentAttention,
                scoreMebibytes,
                snapshots,
                draftsTokens);
    }

    /// The same with the whole context for layers with a sliding window, or not.
    public LlamaCppSettings withFullWindowCache(boolean full) {
        return new LlamaCppSettings(
                engine,
                build,
                full,
                unifiedCache,
                memoryMapped,
                repacks,
                offloadsCache,
                offloadsOperations,
                latentAttention,
                scoreMebibytes,
                snapshots,
                draftsTokens);
    }

    /// The same with one cache for all sequences, or one for each.
    public LlamaCppSettings withUnifiedCache(boolean unified) {
        return new LlamaCppSettings(
                engine,
                build,
                fullWindowCache,
                unified,
                memoryMapped,
                repacks,
                offloadsCache,
                offloadsOperations,
                latentAttention,
                scoreMebibytes,
                snapshots,
                draftsTokens);
    }

    /// The same with weights in main memory mapped or read, and rearranged for the processor or not.
    public LlamaCppSettings withLoading(boolean mapped, boolean rearranged) {
        return new LlamaCppSettings(
                engine,
                build,
                fullWindowCache,
                unifiedCache,
                mapped,
                rearranged,
                offloadsCache,
                offloadsOperations,
                latentAttention,
                scoreMebibytes,
                snapshots,
                draftsTokens);
    }

    /// The same with caches and large products on the devices, or not.
    public LlamaCppSettings withOffloading(boolean caches, boolean operations) {
        return new LlamaCppSettings(
                engine,
                build,
                fullWindowCache,
                unifiedCache,
                memoryMapped,
                repacks,
                caches,
                operations,
                latentAttention,
                scoreMebibytes,
                snapshots,
                draftsTokens);
    }

    /// The same with latent attention computed so.
    public LlamaCppSettings withLatentAttention(int mode) {
        return new LlamaCppSettings(
                engine,
                build,
                fullWindowCache,
                unifiedCache,
                memoryMapped,
                repacks,
                offloadsCache,
                offloadsOperations,
                mode,
                scoreMebibytes,
                snapshots,
                draftsTokens);
    }

    /// The same with no more than so many MiB of scores at a time; 0 for any.
    public LlamaCppSettings withScores(int mebibytes) {
        return new LlamaCppSettings(
                engine,
                build,
                fullWindowCache,
                unifiedCache,
                memoryMapped,
                repacks,
                offloadsCache,
                offloadsOperations,
                latentAttention,
                mebibytes,
                snapshots,
                draftsTokens);
    }
}
