package dev.weighbridge.planner.memory.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weighbridge.planner.memory.parallel.Stages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagedCacheTest {
    private static final double GIB = 1L << 30;
    private static final Known KNOWN = new Known();

    /// Pool and tokens as printed together, the pool to two decimals: the printed tokens lie between those
    /// of the pools that round to it. Sources: llm-d-planner pull request 205 (0.19),
    /// dennislee22/vLLM-benchmarking (0.10.1.1), a page on Jetson Thor (file 53530895476, FP8 caches),
    /// vllm-project/recipes.
    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-8B-Instruct, 0.19.0, 1, 2, 58.11, 476016",
        "meta-llama/Llama-3.1-8B-Instruct, 0.19.0, 4, 2, 67.44, 2209792",
        "google/gemma-2-27b-it, 0.19.0, 1, 2, 20.59, 58672",
        "google/gemma-3-27b-it, 0.19.0, 1, 2, 19.53, 36560",
        "google/gemma-3-12b-it, 0.19.0, 1, 2, 47.72, 130304",
        "deepseek-ai/DeepSeek-V2-Lite-Chat, 0.19.0, 1, 2, 43.61, 1505552",
        "meta-llama/Llama-4-Scout-17B-16E-Instruct, 0.19.0, 4, 2, 16.75, 365968",
        "openai/gpt-oss-120b, 0.10.1, 4, 2, 45.32, 2640144",
        "Qwen/Qwen3.5-122B-A10B, 0.19.0, 1, 1, 21.43, 467712",
        "google/gemma-4-26B-A4B-it, 0.19.0, 1, 1, 51.62, 451040",
    })
    void countsTheTokensThatVllmPrinted(
            String model, String version, int ranks, int cacheBytes, double poolGib, long tokens) {
        PagedCache cache = cache(model, version, ranks, cacheBytes);

        long fewest = cache.tokens(cache.blocks(Math.round((poolGib - 0.005) * GIB), 0), 8192, 8192);
        long most = cache.tokens(cache.blocks(Math.round((poolGib + 0.005) * GIB), 0), 8192, 8192);

        assertThat(tokens).isBetween(fewest, most);
    }

    /// The same sources; pool, context, tokens a step and the printed "Maximum concurrency".
    @ParameterizedTest
    @CsvSource({
        "Qwen/Qwen3.5-122B-A10B, 0.19.0, 1, 21.43, 131072, 2048, 11.79",
        "google/gemma-4-26B-A4B-it, 0.19.0, 1, 51.62, 131072, 2048, 33.42",
        "openai/gpt-oss-120b, 0.10.1, 4, 45.32, 16384, 2048, 284.25"
    })
    void tellsHowManySequencesFit(
            String model, String version, int ranks, double poolGib, long context, long batched, double sequences) {
        PagedCache cache = cache(model, version, ranks, ranks == 1 ? 1 : 2);

        double found = cache.sequences(cache.blocks(Math.round(poolGib * GIB), 0), context, batched);

        assertThat(found).isCloseTo(sequences, within(0.005 * sequences));
    }

    @Test
    void countsByConcurrencyInLaterVersions() {
        PagedCache cache = cache("google/gemma-3-27b-it", "0.25.1", 1, 2);
        long blocks = cache.blocks(Math.round(20 * GIB), 0);

        double sequences = cache.sequences(blocks, 32768, 8192);

        assertThat(cache.tokens(blocks, 32768, 8192)).isEqualTo((long) (sequences * 32768));
    }

    @Test
    void sharesLeftOverLayersBeforeTheLastStage() {
        Stages stages = Stages.of(42, 4);

        assertThat(stages.first()).containsExactly(0, 10, 21, 32, 42);
        assertThat(stages.of(10)).isEqualTo(1);
        assertThat(stages.of(41)).isEqualTo(3);
    }

    private static PagedCache cache(String model, String version, int ranks, int cacheBytes) {
        var anatomy = KNOWN.model(model);
        return PagedCache.of(
                LayerCaches.of(anatomy, ranks, cacheBytes, 2, "vllm"),
                Stages.of(anatomy.textLayers().size(), 1),
                CacheRules.of(EngineVersion.parse(version), 0));
    }
}
